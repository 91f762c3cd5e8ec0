//! Numbers in patterns.

/// The least and the greatest number that can be compared.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-numeric-matching>
const BOUND: f64 = 5_000_000_000.0;

/// A number of a numeric comparison. It keeps its order by value alone.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub(crate) struct Number(pub(crate) f64);

/// A range of numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Range {
    /// The bottom, and whether it belongs to the range.
    pub(crate) bottom: Option<(Number, bool)>,
    /// The top, and whether it belongs to the range.
    pub(crate) top: Option<(Number, bool)>,
}

impl Number {
    /// The number that a text of JSON writes, if it can be compared.
    pub(crate) fn read(text: &str) -> Option<Number> {
        let value: f64 = text.parse().ok()?;
        (value.abs() <= BOUND).then_some(Number(value))
    }
}

impl Range {
    pub(crate) fn holds(&self, text: &str) -> bool {
        let Some(number) = Number::read(text) else { return false };
        self.bottom.is_none_or(|(bottom, within)| number > bottom || (within && number == bottom))
            && self.top.is_none_or(|(top, within)| number < top || (within && number == top))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_their_bounds_where_they_say_so() {
        let number = |text| Number::read(text).unwrap();
        let range = Range { bottom: Some((number("0"), false)), top: Some((number("5"), true)) };
        for (text, holds) in
            [("0", false), ("1e-5", true), ("5.000", true), ("5.0001", false), ("-1", false), ("6000000000", false)]
        {
            assert_eq!(range.holds(text), holds, "{text}");
        }
        assert_eq!(Number::read("5000000000.1"), None);
    }
}
