//! The typed values that conditions compare: numbers, moments, networks.

use std::cmp::Ordering;
use std::net::IpAddr;

/// A number as the Numeric operators know it: whole numbers are exact.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Number {
    Whole(i128),
    Decimal(f64),
}

impl Number {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        // Rust's f64 also reads "inf" and "nan", which no policy means.
        if !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')) {
            return None;
        }
        text.parse().map(Self::Whole).ok().or_else(|| text.parse().map(Self::Decimal).ok())
    }

    pub(crate) fn compare(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Whole(a), Self::Whole(b)) => Some(a.cmp(&b)),
            (Self::Whole(a), Self::Decimal(b)) => (a as f64).partial_cmp(&b),
            (Self::Decimal(a), Self::Whole(b)) => a.partial_cmp(&(b as f64)),
            (Self::Decimal(a), Self::Decimal(b)) => a.partial_cmp(&b),
        }
    }
}

/// Nanoseconds since 1970-01-01T00:00:00Z.
///
/// Text with a `T` or a `-` is one of the W3C profiles of ISO 8601 (<https://www.w3.org/TR/NOTE-datetime>), in UTC if it
/// names no zone; anything else is whole seconds of Unix time.
pub(crate) fn moment(text: &str) -> Option<i128> {
    let text = text.trim();
    if !text.contains(['T', 't', '-']) {
        return text.parse::<i64>().ok().map(|seconds| i128::from(seconds) * SECOND);
    }
    let (date, time) = match text.split_once(['T', 't']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let days = day_number(date)?;
    let within = time.map_or(Some(0), time_of_day)?;
    Some(i128::from(days) * 86_400 * SECOND + within)
}

const SECOND: i128 = 1_000_000_000;

fn day_number(date: &str) -> Option<i64> {
    let (year, rest) = match date.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, date),
    };
    let mut fields = rest.split('-');
    let year: i64 = year * digits(fields.next()?, 4..=9)?;
    let month = fields.next().map_or(Some(1), |m| digits(m, 1..=2))?;
    let day = fields.next().map_or(Some(1), |d| digits(d, 1..=2))?;
    if fields.next().is_some() || !(1..=12).contains(&month) || !(1..=days_in(year, month)).contains(&day) {
        return None;
    }
    // Days from the civil calendar: years begin in March, so that the leap day is the last of its year.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn time_of_day(time: &str) -> Option<i128> {
    let (clock, offset) = match time.find(['Z', 'z', '+', '-']) {
        Some(at) => (time.get(..at)?, zone(time.get(at..)?)?),
        None => (time, 0),
    };
    let mut fields = clock.split(':');
    let hours = digits(fields.next()?, 2..=2)?;
    let minutes = fields.next().map_or(Some(0), |m| digits(m, 2..=2))?;
    let (seconds, fraction) = match fields.next().map(|s| s.split_once('.').unwrap_or((s, "0"))) {
        Some((seconds, fraction)) => (digits(seconds, 2..=2)?, fraction_nanoseconds(fraction)?),
        None => (0, 0),
    };
    if fields.next().is_some() || hours > 24 || minutes > 59 || seconds > 60 {
        return None;
    }
    let whole = hours * 3600 + minutes * 60 + seconds - offset;
    Some(i128::from(whole) * SECOND + i128::from(fraction))
}

fn fraction_nanoseconds(fraction: &str) -> Option<i64> {
    let nine: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    digits(fraction, 1..=30).and_then(|_| nine.parse().ok())
}

/// Seconds east of UTC: `Z`, `+hh`, `+hhmm` or `+hh:mm`.
fn zone(zone: &str) -> Option<i64> {
    if zone.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let body = zone.get(1..)?.replace(':', "");
    let (hours, minutes) = match body.len() {
        2 => (digits(&body, 2..=2)?, 0),
        4 => (digits(body.get(..2)?, 2..=2)?, digits(body.get(2..)?, 2..=2)?),
        _ => return None,
    };
    (hours <= 23 && minutes <= 59).then_some(sign * (hours * 3600 + minutes * 60))
}

/// A run of decimal digits whose length is within `length`. Values beyond 18 digits read as zero only in fractions,
/// where the caller takes the digits itself.
fn digits(text: &str, length: std::ops::RangeInclusive<usize>) -> Option<i64> {
    (length.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().unwrap_or(0))
}

/// An address or a range in CIDR form; a bare address is a range of one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Network {
    base: IpAddr,
    prefix: u8,
}

impl Network {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.trim().split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text.trim(), None),
        };
        let base: IpAddr = address.parse().ok()?;
        let widest = if base.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Some(widest), |p| p.parse().ok()).filter(|p| *p <= widest)?;
        Some(Self { base, prefix })
    }

    /// The first and the last address.
    pub(crate) fn edges(self) -> (IpAddr, IpAddr) {
        match self.base {
            IpAddr::V4(base) => {
                let free = u32::MAX.checked_shr(u32::from(self.prefix)).unwrap_or(0);
                (IpAddr::V4((u32::from(base) & !free).into()), IpAddr::V4((u32::from(base) | free).into()))
            }
            IpAddr::V6(base) => {
                let free = u128::MAX.checked_shr(u32::from(self.prefix)).unwrap_or(0);
                (IpAddr::V6((u128::from(base) & !free).into()), IpAddr::V6((u128::from(base) | free).into()))
            }
        }
    }

    pub(crate) fn contains(self, address: IpAddr) -> bool {
        match (self.base, address) {
            (IpAddr::V4(base), IpAddr::V4(other)) => {
                let differ = u64::from(u32::from(base) ^ u32::from(other));
                differ >> (32 - u32::from(self.prefix)) == 0
            }
            (IpAddr::V6(base), IpAddr::V6(other)) => {
                let differ = u128::from(base) ^ u128::from(other);
                differ.checked_shr(128 - u32::from(self.prefix)).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments() {
        for (text, expect) in [
            ("0", Some(0)),
            ("1700000000", Some(1_700_000_000)),
            ("1970-01-01", Some(0)),
            ("1970-01-02T00:00:00Z", Some(86_400)),
            ("2020-02-29T12:00:00Z", Some(1_582_977_600)),
            ("2021-02-29T12:00:00Z", None),
            ("2020-01-01T00:00:00+01:00", Some(1_577_833_200)),
            ("2020-01-01T00:00:00-0130", Some(1_577_842_200)),
            ("2020-01T", None),
            ("2020-01-01T10", Some(1_577_872_800)),
            ("2020-01-01T10:00", Some(1_577_872_800)),
            ("2020-01-01t10:00:00.5z", Some(1_577_872_800)),
            ("1969-12-31T23:59:59Z", Some(-1)),
            ("2020-13-01", None),
            ("yesterday", None),
            ("", None),
            ("2020-01-01T00:00:00Zjunk", None),
        ] {
            assert_eq!(moment(text).map(|at| at.div_euclid(SECOND)), expect, "{text}");
        }
        assert!(moment("2020-01-01T10:00:00.5Z") > moment("2020-01-01T10:00:00.49Z"));
    }

    #[test]
    fn networks() {
        for (range, address, expect) in [
            ("203.0.113.0/24", "203.0.113.255", true),
            ("203.0.113.0/24", "203.0.114.0", false),
            ("203.0.113.9", "203.0.113.9", true),
            ("203.0.113.9", "203.0.113.8", false),
            ("0.0.0.0/0", "1.2.3.4", true),
            ("::/0", "2001:db8::1", true),
            ("::/0", "1.2.3.4", false),
            ("2001:DB8:1234:5678::/64", "2001:db8:1234:5678::9", true),
            ("2001:DB8:1234:5678::/64", "2001:db8:1234:5679::9", false),
        ] {
            let range = Network::parse(range).unwrap();
            assert_eq!(range.contains(address.parse().unwrap()), expect, "{range:?} {address}");
        }
        for bad in ["", "1.2.3", "1.2.3.4/33", "::/129", "1.2.3.4/x", "*"] {
            assert!(Network::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn numbers() {
        for (a, b, expect) in [
            ("10", "10", Some(Ordering::Equal)),
            ("10", "10.0", Some(Ordering::Equal)),
            ("9007199254740993", "9007199254740992", Some(Ordering::Greater)),
            ("-1", "0.5", Some(Ordering::Less)),
        ] {
            let parse = |t| Number::parse(t).unwrap();
            assert_eq!(parse(a).compare(parse(b)), expect, "{a} {b}");
        }
        for bad in ["", "x", "nan", "inf", "1 2", "0x10"] {
            assert!(Number::parse(bad).is_none(), "{bad}");
        }
    }
}
