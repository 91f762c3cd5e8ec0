//! The time of a signed request, to the second, in the basic ISO 8601 form that AWS signs.

use std::fmt;

const SECONDS_PER_DAY: i64 = 86_400;
/// 0000-01-01T00:00:00Z and 9999-12-31T23:59:59Z: beyond these the text form has no fixed width.
const FIRST: i64 = -62_167_219_200;
const LAST: i64 = 253_402_300_799;

/// A second in UTC. Its text is `20150830T123600Z`, the form of `X-Amz-Date`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AmzDate(i64);

impl AmzDate {
    /// From seconds since 1970-01-01T00:00:00Z; years beyond 0..=9999 are held at the nearest second within them.
    pub const fn from_epoch(seconds: i64) -> Self {
        if seconds < FIRST {
            Self(FIRST)
        } else if seconds > LAST {
            Self(LAST)
        } else {
            Self(seconds)
        }
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub const fn epoch(self) -> i64 {
        self.0
    }

    /// This time, `seconds` later (or earlier, when negative).
    pub const fn plus(self, seconds: i64) -> Self {
        Self::from_epoch(self.0.saturating_add(seconds))
    }

    /// Reads `YYYYMMDD'T'HHMMSS'Z'` and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let [date @ .., b'T', h1, h2, m1, m2, s1, s2, b'Z'] = text.as_bytes() else { return None };
        let [y1, y2, y3, y4, n1, n2, d1, d2] = date else { return None };
        let pair = |tens: &u8, ones: &u8| -> Option<i64> {
            let digit = |b: &u8| b.is_ascii_digit().then(|| i64::from(b - b'0'));
            Some(digit(tens)? * 10 + digit(ones)?)
        };
        let (year, month, day) = (pair(y1, y2)? * 100 + pair(y3, y4)?, pair(n1, n2)?, pair(d1, d2)?);
        let (hour, minute, second) = (pair(h1, h2)?, pair(m1, m2)?, pair(s1, s2)?);
        let real = (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
        if !real || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        Some(Self(days_from_civil(year, month, day) * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second))
    }

    /// Reads the `Date` header: an HTTP date, or the basic ISO 8601 form.
    pub fn parse_http(text: &str) -> Option<Self> {
        if let Some(date) = Self::parse(text) {
            return Some(date);
        }
        let time = httpdate::parse_http_date(text).ok()?;
        let since = time.duration_since(std::time::UNIX_EPOCH).ok()?;
        Some(Self::from_epoch(i64::try_from(since.as_secs()).ok()?))
    }

    /// `YYYYMMDD`, the date of a credential scope.
    pub fn day(self) -> String {
        let (year, month, day) = civil_from_days(self.0.div_euclid(SECONDS_PER_DAY));
        format!("{year:04}{month:02}{day:02}")
    }

    /// `2015-08-30T12:36:00Z`, the form of times in S3's error bodies.
    pub fn extended(self) -> String {
        let (year, month, day) = civil_from_days(self.0.div_euclid(SECONDS_PER_DAY));
        let (hour, minute, second) = self.clock();
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }

    /// The 16 bytes of the text form, without an allocation.
    pub(super) fn basic(self) -> [u8; 16] {
        let (year, month, day) = civil_from_days(self.0.div_euclid(SECONDS_PER_DAY));
        let (hour, minute, second) = self.clock();
        let mut text = *b"00000000T000000Z";
        for (at, value) in
            [(0, year / 100), (2, year % 100), (4, month), (6, day), (9, hour), (11, minute), (13, second)]
        {
            if let [tens, ones] = &mut text[at..at + 2] {
                *tens = b'0' + (value / 10 % 10) as u8;
                *ones = b'0' + (value % 10) as u8;
            }
        }
        text
    }

    fn clock(self) -> (i64, i64, i64) {
        let second = self.0.rem_euclid(SECONDS_PER_DAY);
        (second / 3600, second / 60 % 60, second % 60)
    }
}

impl fmt::Display for AmzDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.basic().iter().try_for_each(|b| fmt::Write::write_char(f, char::from(*b)))
    }
}

const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a date of the proleptic Gregorian calendar; the year is taken to begin in March,
/// so that the leap day comes last.
const fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The inverse of [`days_from_civil`].
const fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + if month <= 2 { 1 } else { 0 }, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_the_basic_form() {
        for (text, epoch) in [
            ("19700101T000000Z", 0),
            ("20150830T123600Z", 1_440_938_160),
            ("20240229T235959Z", 1_709_251_199),
            ("20000301T000000Z", 951_868_800),
            ("19691231T235959Z", -1),
        ] {
            let date = AmzDate::parse(text).unwrap();
            assert_eq!(date.epoch(), epoch, "{text}");
            assert_eq!(date.to_string(), text);
            assert!(text.starts_with(&date.day()));
        }
        assert_eq!(AmzDate::from_epoch(1_440_938_160).extended(), "2015-08-30T12:36:00Z");
    }

    #[test]
    fn every_day_of_four_centuries_survives_the_round_trip() {
        for day in 0..146_097 {
            let date = AmzDate::from_epoch(day * SECONDS_PER_DAY + 1);
            assert_eq!(AmzDate::parse(&date.to_string()), Some(date));
        }
    }

    #[test]
    fn refuses_what_is_no_time() {
        for text in [
            "",
            "20150830",
            "20150830T123600",
            "2015-08-30T12:36:00Z",
            "20150230T000000Z",
            "20150001T000000Z",
            "20150100T000000Z",
            "20150101T240000Z",
            "20150101T006000Z",
            "20150101T000060Z",
            "+0150101T000000Z",
            "20150830T12360éZ",
            "20150830T123600ZZ",
        ] {
            assert_eq!(AmzDate::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_date_header_may_be_an_http_date() {
        let at = AmzDate::parse("20130524T000000Z");
        assert_eq!(AmzDate::parse_http("Fri, 24 May 2013 00:00:00 GMT"), at);
        assert_eq!(AmzDate::parse_http("20130524T000000Z"), at);
        assert_eq!(AmzDate::parse_http("yesterday"), None);
    }
}
