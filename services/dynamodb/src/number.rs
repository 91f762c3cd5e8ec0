//! DynamoDB's numbers: 38 significant digits, from 1E-130 to 9.99…E+125 and the same below zero.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number>

use crate::errors;
use service::Result;
use std::cmp::Ordering;
use std::fmt;

/// Significant digits.
const DIGITS: u32 = 38;
/// The power of ten of the greatest number's first digit.
const GREATEST: i32 = 125;
/// The power of ten of the smallest number's first digit.
const SMALLEST: i32 = -130;

/// A number, exact.
///
/// Invariant: the coefficient has no zero at its end unless it is zero, and then the exponent is zero too and the
/// number is not negative. So equal numbers are equal structs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Number {
    negative: bool,
    coefficient: u128,
    exponent: i32,
}

impl Number {
    /// A whole number.
    pub fn whole(number: u64) -> Number {
        Number { negative: false, coefficient: u128::from(number), exponent: 0 }.reduced()
    }

    /// Reads a number as a request has it.
    ///
    /// # Errors
    /// AWS's for what is no number, has too many digits or lies out of range.
    pub fn parse(text: &str) -> Result<Number> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match rest.find(['e', 'E']) {
            Some(at) => (rest.get(..at).unwrap_or_default(), rest.get(at + 1..).unwrap_or_default()),
            None => (rest, "0"),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let unsigned = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        let good = is_digits(whole) && is_digits(fraction) && !(whole.is_empty() && fraction.is_empty());
        if !good || unsigned.is_empty() || !is_digits(unsigned) {
            return Err(errors::not_a_number(text));
        }
        let digits = whole.bytes().chain(fraction.bytes()).skip_while(|b| *b == b'0');
        let digits: Vec<u8> = digits.collect();
        let kept = digits.iter().rposition(|b| *b != b'0').map_or(0, |at| at + 1);
        if kept == 0 {
            return Ok(Number::default());
        }
        // An exponent too long for its type is far out of range whichever way it goes.
        let exponent =
            exponent.parse::<i64>().unwrap_or(if exponent.starts_with('-') { -1_000_000 } else { 1_000_000 });
        let first = exponent.clamp(-1_000_000, 1_000_000) - fraction.len() as i64 + digits.len() as i64 - 1;
        if first > i64::from(GREATEST) {
            return Err(errors::number_overflow());
        }
        if first < i64::from(SMALLEST) {
            return Err(errors::number_underflow());
        }
        if kept > DIGITS as usize {
            return Err(errors::too_many_digits());
        }
        let coefficient = digits.iter().take(kept).fold(0_u128, |sum, b| sum * 10 + u128::from(b - b'0'));
        let exponent = first as i32 - (kept as i32 - 1);
        Ok(Number { negative, coefficient, exponent })
    }

    /// Reads a number that [`Number::parse`] and [`Number::to_string`] have been through; zero for anything else.
    pub fn stored(text: &str) -> Number {
        Number::parse(text).unwrap_or_default()
    }

    fn digits(self) -> u32 {
        self.coefficient.checked_ilog10().map_or(1, |log| log + 1)
    }

    /// The power of ten of its first digit.
    fn first(self) -> i32 {
        self.exponent + self.digits() as i32 - 1
    }

    fn reduced(mut self) -> Number {
        if self.coefficient == 0 {
            return Number::default();
        }
        while self.coefficient.is_multiple_of(10) {
            self.coefficient /= 10;
            self.exponent += 1;
        }
        self
    }

    fn checked(self) -> Result<Number> {
        let number = self.reduced();
        if number.coefficient == 0 {
            return Ok(number);
        }
        if number.first() > GREATEST {
            return Err(errors::number_overflow());
        }
        if number.first() < SMALLEST {
            return Err(errors::number_underflow());
        }
        if number.digits() > DIGITS {
            return Err(errors::too_many_digits());
        }
        Ok(number)
    }

    /// The number with its sign turned.
    pub fn negated(self) -> Number {
        Number { negative: self.coefficient != 0 && !self.negative, ..self }
    }

    /// The sum.
    ///
    /// # Errors
    /// AWS's for a sum of more than 38 digits or out of range.
    pub fn plus(self, other: Number) -> Result<Number> {
        if self.coefficient == 0 || other.coefficient == 0 {
            return Ok(if self.coefficient == 0 { other } else { self });
        }
        let (high, low) = if self.exponent >= other.exponent { (self, other) } else { (other, self) };
        let shift = high.exponent.abs_diff(low.exponent);
        // Nothing but a power of ten itself loses a digit by what is taken from it, so a 40th digit never goes away.
        let scale = 10_u128.checked_pow(shift).ok_or_else(errors::too_many_digits)?;
        let large = high.coefficient.checked_mul(scale).ok_or_else(errors::too_many_digits)?;
        let (negative, coefficient) = match high.negative == low.negative {
            true => (high.negative, large.checked_add(low.coefficient).ok_or_else(errors::too_many_digits)?),
            false if large >= low.coefficient => (high.negative, large - low.coefficient),
            false => (low.negative, low.coefficient - large),
        };
        Number { negative, coefficient, exponent: low.exponent }.checked()
    }

    /// How many bytes it counts for in an item: one for each two digits, one more, and one for a sign.
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html>
    pub fn size(self) -> usize {
        if self.coefficient == 0 {
            return 1;
        }
        self.digits().div_ceil(2) as usize + 1 + usize::from(self.negative)
    }

    /// Bytes that sort as the numbers do, for keys. None is the beginning of another that follows it in a wrong order.
    pub fn ordered(self) -> Vec<u8> {
        if self.coefficient == 0 {
            return vec![0x80];
        }
        let mut out = vec![0x81, (self.first() - SMALLEST) as u8];
        let digits = self.coefficient.to_string();
        for pair in digits.as_bytes().chunks(2) {
            let tens = pair.first().map_or(0, |b| b - b'0');
            let ones = pair.get(1).map_or(0, |b| b - b'0');
            out.push(tens * 10 + ones + 1);
        }
        if self.negative {
            // The greater its digits the smaller the number, and the shorter the greater: hence the end mark.
            out.iter_mut().for_each(|b| *b = 0xff - *b);
            out.push(0xff);
        }
        out
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        let sign = |n: &Number| if n.coefficient == 0 { 0 } else { 1 - 2 * i32::from(n.negative) };
        let by_sign = sign(self).cmp(&sign(other));
        if by_sign != Ordering::Equal || self.coefficient == 0 {
            return by_sign;
        }
        // With as many digits each, coefficients compare as the numbers do. 39 digits fit into 128 bits while the
        // first is 3 or less, so the shift goes to 38.
        let widened = |n: &Number| n.coefficient * 10_u128.pow(DIGITS - n.digits().min(DIGITS));
        let size = self.first().cmp(&other.first()).then_with(|| widened(self).cmp(&widened(other)));
        if self.negative { size.reverse() } else { size }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// As DynamoDB answers with it: plain, however long; the digits as few as they can be.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negative {
            f.write_str("-")?;
        }
        let digits = self.coefficient.to_string();
        let point = digits.len() as i32 + self.exponent;
        if self.exponent >= 0 {
            return write!(f, "{digits}{}", "0".repeat(self.exponent as usize));
        }
        if point <= 0 {
            return write!(f, "0.{}{digits}", "0".repeat(point.unsigned_abs() as usize));
        }
        let (whole, fraction) = digits.split_at_checked(point as usize).unwrap_or((&digits, ""));
        write!(f, "{whole}.{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_read_and_shown() {
        let check = |text: &str, expect: Result<&str, &str>| {
            let found = Number::parse(text).map(|n| n.to_string());
            assert_eq!(found.as_deref().map_err(|e| e.message()), expect, "{text}");
        };
        for (text, expect) in [
            ("0", "0"),
            ("-0.00", "0"),
            ("0e999", "0"),
            ("007", "7"),
            ("+1.50", "1.5"),
            (".5", "0.5"),
            ("5.", "5"),
            ("-12e2", "-1200"),
            ("1.23E-3", "0.00123"),
            ("100", "100"),
            ("9.9999999999999999999999999999999999999", "9.9999999999999999999999999999999999999"),
        ] {
            check(text, Ok(expect));
        }
        let tail = "0".repeat(125);
        check("1e125", Ok(&format!("1{tail}")));
        check("1e-130", Ok(&format!("0.{}1", "0".repeat(129))));
        for text in ["", "a", "1a", "1e", "--1", "1.2.3", "e5", ".", "0x1", "NaN", " 1"] {
            let expect = if text.is_empty() { String::new() } else { format!(": {text}") };
            check(text, Err(&format!("The parameter cannot be converted to a numeric value{expect}")));
        }
        let many = "Attempting to store more than 38 significant digits in a Number";
        check(&"1".repeat(39), Err(many));
        let over = "Number overflow. Attempting to store a number with magnitude larger than supported range";
        check("1e126", Err(over));
        check("-1e99999999999999999999", Err(over));
        let under = "Number underflow. Attempting to store a number with magnitude smaller than supported range";
        check("1e-131", Err(under));
    }

    #[test]
    fn sums_are_exact() {
        let check = |a: &str, b: &str, expect: Option<&str>| {
            let sum = Number::stored(a).plus(Number::stored(b)).ok().map(|n| n.to_string());
            assert_eq!(sum.as_deref(), expect, "{a} + {b}");
        };
        check("0.1", "0.2", Some("0.3"));
        check("1", "-1", Some("0"));
        check("-5", "3", Some("-2"));
        check("99999999999999999999999999999999999999", "1", Some(&format!("1{}", "0".repeat(38))));
        check(&format!("1{}", "0".repeat(38)), "-1", Some(&"9".repeat(38)));
        check(&format!("1{}", "0".repeat(38)), "1", None);
        check("1e125", "1", None);
        check("9e125", "9e125", None);
        check("5e125", "-4e125", Some(&format!("1{}", "0".repeat(125))));
    }

    #[test]
    fn sizes_are_as_aws_counts_them() {
        for (text, bytes) in [("0", 1), ("1", 2), ("12", 2), ("123", 3), ("-123", 4), ("1e100", 2), ("0.001", 2)] {
            assert_eq!(Number::stored(text).size(), bytes, "{text}");
        }
    }

    fn number() -> impl Strategy<Value = Number> {
        let digits = (any::<bool>(), 0..10_u128.pow(38), 1..38_u32, -130..88_i32);
        digits.prop_map(|(negative, coefficient, fewer, exponent)| {
            let coefficient = coefficient / 10_u128.pow(fewer);
            Number { negative, coefficient, exponent }.checked().unwrap_or_default()
        })
    }

    proptest! {
        #[test]
        fn a_number_reads_back(n in number()) {
            prop_assert_eq!(Number::parse(&n.negated().negated().to_string()).unwrap(), n);
        }

        #[test]
        fn keys_sort_as_numbers_do(a in number(), b in number()) {
            prop_assert_eq!(a.cmp(&b), a.ordered().cmp(&b.ordered()), "{} {}", a, b);
        }

        #[test]
        fn what_is_added_can_be_taken_away(a in number(), b in number()) {
            if let Ok(sum) = a.plus(b) {
                prop_assert_eq!(sum, b.plus(a).unwrap());
                if let Ok(back) = sum.plus(b.negated()) {
                    prop_assert_eq!(back, a);
                }
            }
        }
    }
}
