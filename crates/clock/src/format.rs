//! The written forms of a moment. The calendar is the proleptic Gregorian one, without leap seconds, as AWS writes it.

use crate::Timestamp;

const DAY: i64 = 86_400;
const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

struct Civil {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
}

/// Days since 1970-01-01 of a date (the algorithm of Howard Hinnant's `days_from_civil`).
fn days(year: i64, month: i64, day: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let yoe = y - era * 400;
    let doy = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    era * 146_097 + doe - 719_468
}

fn civil(t: Timestamp) -> Civil {
    let secs = t.secs();
    let z = secs.div_euclid(DAY) + 719_468;
    let rest = secs.rem_euclid(DAY);
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    Civil {
        year: yoe + era * 400 + i64::from(month <= 2),
        month,
        day: doy - (153 * mp + 2) / 5 + 1,
        hour: rest / 3600,
        minute: rest % 3600 / 60,
        second: rest % 60,
    }
}

fn moment(c: &Civil, micros: i64) -> Option<Timestamp> {
    let leap = c.year % 4 == 0 && (c.year % 100 != 0 || c.year % 400 == 0);
    let last = match c.month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return None,
    };
    let fits =
        (1..=last).contains(&c.day) && c.hour < 24 && c.minute < 60 && c.second < 61 && (0..=9999).contains(&c.year);
    fits.then(|| {
        let secs = days(c.year, c.month, c.day) * DAY + c.hour * 3600 + c.minute * 60 + c.second.min(59);
        Timestamp(secs * 1_000_000 + micros)
    })
}

pub(crate) fn iso8601(t: Timestamp) -> String {
    let c = civil(t);
    let millis = t.millis().rem_euclid(1000);
    if !(0..=9999).contains(&c.year) {
        let head = format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", c.year, c.month, c.day, c.hour, c.minute, c.second);
        return if millis == 0 { head + "Z" } else { format!("{head}.{millis:03}Z") };
    }
    // By hand: every decision is told the time.
    let mut out = String::with_capacity(24);
    let numbers = [(c.year, 4, '-'), (c.month, 2, '-'), (c.day, 2, 'T'), (c.hour, 2, ':'), (c.minute, 2, ':')];
    for (number, width, after) in numbers {
        digits(&mut out, number, width);
        out.push(after);
    }
    digits(&mut out, c.second, 2);
    if millis != 0 {
        out.push('.');
        digits(&mut out, millis, 3);
    }
    out.push('Z');
    out
}

/// A number that is not negative, with zeroes in front.
fn digits(out: &mut String, number: i64, width: u32) {
    (0..width).rev().for_each(|place| out.push(char::from(b'0' + (number / 10_i64.pow(place) % 10) as u8)));
}

pub(crate) fn basic(t: Timestamp) -> String {
    let c = civil(t);
    format!("{:04}{:02}{:02}T{:02}{:02}{:02}Z", c.year, c.month, c.day, c.hour, c.minute, c.second)
}

pub(crate) fn http_date(t: Timestamp) -> String {
    let c = civil(t);
    let weekday = usize::try_from(t.secs().div_euclid(DAY).rem_euclid(7)).unwrap_or(0);
    let month = usize::try_from(c.month - 1).unwrap_or(0);
    format!(
        "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
        WEEKDAYS.get(weekday).unwrap_or(&""),
        c.day,
        MONTHS.get(month).unwrap_or(&""),
        c.year,
        c.hour,
        c.minute,
        c.second
    )
}

pub(crate) fn us_english(t: Timestamp) -> String {
    let c = civil(t);
    let month = usize::try_from(c.month - 1).unwrap_or(0);
    let month = MONTHS.get(month).unwrap_or(&"");
    let (noon, hour) = if c.hour < 12 { ("AM", c.hour) } else { ("PM", c.hour - 12) };
    let hour = if hour == 0 { 12 } else { hour };
    format!("{month} {}, {} {hour}:{:02}:{:02} {noon}", c.day, c.year, c.minute, c.second)
}

/// Reads digits and separators from the front of a text.
struct Scan<'a>(&'a str);

impl Scan<'_> {
    fn digits(&mut self, count: usize) -> Option<i64> {
        let head = self.0.get(..count)?;
        if !head.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        self.0 = self.0.get(count..)?;
        head.parse().ok()
    }

    fn take(&mut self, literal: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(literal)?;
        Some(())
    }

    /// A fraction `.ddd…` in microseconds; more than nine digits are no time.
    fn fraction(&mut self) -> Option<i64> {
        if self.take(".").is_none() {
            return Some(0);
        }
        let len = self.0.bytes().take_while(u8::is_ascii_digit).count();
        if len == 0 || len > 9 {
            return None;
        }
        let nanos = self.digits(len)? * 10_i64.pow(9 - len as u32);
        Some(nanos / 1000)
    }

    /// `Z` or `+hh:mm` in seconds east of Greenwich.
    fn offset(&mut self) -> Option<i64> {
        if self.take("Z").or_else(|| self.take("z")).is_some() {
            return Some(0);
        }
        let sign = match self.take("+") {
            Some(()) => 1,
            None => self.take("-").map(|()| -1)?,
        };
        let hours = self.digits(2)?;
        let _ = self.take(":");
        let minutes = self.digits(2)?;
        (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
    }

    fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

pub(crate) fn parse_iso8601(text: &str) -> Option<Timestamp> {
    let mut s = Scan(text);
    let year = s.digits(4)?;
    s.take("-")?;
    let month = s.digits(2)?;
    s.take("-")?;
    let day = s.digits(2)?;
    let mut c = Civil { year, month, day, hour: 0, minute: 0, second: 0 };
    if s.end().is_some() {
        return moment(&c, 0);
    }
    s.take("T").or_else(|| s.take("t")).or_else(|| s.take(" "))?;
    c.hour = s.digits(2)?;
    s.take(":")?;
    c.minute = s.digits(2)?;
    let mut micros = 0;
    if s.take(":").is_some() {
        c.second = s.digits(2)?;
        micros = s.fraction()?;
    }
    let offset = s.offset()?;
    s.end()?;
    moment(&c, micros).map(|t| Timestamp(t.0 - offset * 1_000_000))
}

pub(crate) fn parse_basic(text: &str) -> Option<Timestamp> {
    let mut s = Scan(text);
    let (year, month, day) = (s.digits(4)?, s.digits(2)?, s.digits(2)?);
    s.take("T")?;
    let (hour, minute, second) = (s.digits(2)?, s.digits(2)?, s.digits(2)?);
    s.take("Z")?;
    s.end()?;
    moment(&Civil { year, month, day, hour, minute, second }, 0)
}

pub(crate) fn parse_http_date(text: &str) -> Option<Timestamp> {
    let (weekday, rest) = text.split_once(", ")?;
    if !WEEKDAYS.contains(&weekday) {
        return None;
    }
    let mut s = Scan(rest);
    let day = s.digits(2).or_else(|| s.digits(1))?;
    s.take(" ")?;
    let name = s.0.get(..3)?;
    let month = MONTHS.iter().position(|m| *m == name)? as i64 + 1;
    s.take(name)?;
    s.take(" ")?;
    let year = s.digits(4)?;
    s.take(" ")?;
    let hour = s.digits(2)?;
    s.take(":")?;
    let minute = s.digits(2)?;
    s.take(":")?;
    let second = s.digits(2)?;
    let micros = s.fraction()?;
    s.take(" GMT")?;
    s.end()?;
    moment(&Civil { year, month, day, hour, minute, second }, micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_of_the_united_states() {
        for (text, expect) in [
            ("2014-07-18T16:07:39Z", "Jul 18, 2014 4:07:39 PM"),
            ("2014-03-24T00:00:09Z", "Mar 24, 2014 12:00:09 AM"),
            ("2014-03-04T12:30:00Z", "Mar 4, 2014 12:30:00 PM"),
        ] {
            assert_eq!(parse_iso8601(text).map(us_english).as_deref(), Some(expect));
        }
    }

    #[test]
    fn written_forms() {
        let t = Timestamp::from_secs(1_440_938_160);
        assert_eq!(t.iso8601(), "2015-08-30T12:36:00Z");
        assert_eq!(t.basic(), "20150830T123600Z");
        assert_eq!(t.http_date(), "Sun, 30 Aug 2015 12:36:00 GMT");
        assert_eq!(Timestamp(t.0 + 250_000).iso8601(), "2015-08-30T12:36:00.250Z");
        assert_eq!(Timestamp::from_secs(-1).iso8601(), "1969-12-31T23:59:59Z");
    }

    #[test]
    fn every_day_of_four_centuries_reads_back() {
        for day in (-10_000..140_000).step_by(7) {
            let t = Timestamp::from_secs(day * DAY + day.rem_euclid(DAY));
            assert_eq!(Timestamp::parse_iso8601(&t.iso8601()), Some(t));
            assert_eq!(Timestamp::parse_basic(&t.basic()), Some(t));
            assert_eq!(Timestamp::parse_http_date(&t.http_date()), Some(t));
        }
    }

    #[test]
    fn forms_that_clients_send() {
        let t = Timestamp::from_secs(1_576_540_098);
        for text in [
            "2019-12-16T23:48:18Z",
            "2019-12-16T22:48:18-01:00",
            "2019-12-16T23:48:18.000Z",
            "2019-12-17T01:48:18+0200",
        ] {
            assert_eq!(Timestamp::parse_iso8601(text), Some(t), "{text}");
        }
        assert_eq!(Timestamp::parse_iso8601("2019-12-16"), Some(Timestamp::from_secs(1_576_454_400)));
    }

    #[test]
    fn what_no_calendar_holds() {
        for text in [
            "",
            "2019",
            "2019-13-01",
            "2019-02-29",
            "2019-01-01T24:00:00Z",
            "2019-01-01T00:00:00",
            "2019-01-01T00:00:00.Z",
            "é",
        ] {
            assert_eq!(Timestamp::parse_iso8601(text), None, "{text}");
        }
        for text in ["20150830T123600", "20150832T123600Z", "2015-08-30T12:36:00Z"] {
            assert_eq!(Timestamp::parse_basic(text), None, "{text}");
        }
    }
}
