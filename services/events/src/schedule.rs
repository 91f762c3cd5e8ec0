//! When scheduled rules fire.
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html>

use service::{Duration, Timestamp};

const DAY: i64 = 86_400;
const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// A schedule.
#[derive(Debug, Clone, PartialEq)]
pub enum Schedule {
    /// Every so often, counted from when the rule began.
    Rate(Duration),
    /// At the minutes of a calendar, in UTC.
    Cron(Box<Cron>),
}

/// A cron expression of six fields: which values of each are meant.
#[derive(Debug, Clone, PartialEq)]
pub struct Cron {
    minutes: Set,
    hours: Set,
    days: Days,
    months: Set,
    years: Set,
}

/// Some of the numbers from `first` on, at most 256 of them.
#[derive(Debug, Clone, PartialEq)]
struct Set {
    first: i64,
    members: Vec<bool>,
}

/// Days of a month: one of the two fields is `?`.
#[derive(Debug, Clone, PartialEq)]
enum Days {
    OfMonth(Set),
    /// `L`, or so many days before it.
    LastOfMonth(i64),
    /// `15W`: the weekday nearest to that day. `LW` is the last weekday.
    Weekday(Option<i64>),
    OfWeek(Set),
    /// `6L`: the last such weekday of the month.
    LastOfWeek(i64),
    /// `6#3`: the third such weekday of the month.
    Nth(i64, i64),
}

impl Schedule {
    /// Reads `rate(5 minutes)` or `cron(0 12 * * ? *)`; `None` for what is no schedule.
    pub fn read(text: &str) -> Option<Schedule> {
        let inner = |name: &str| text.strip_prefix(name)?.strip_suffix(')');
        match (inner("rate("), inner("cron(")) {
            (Some(rate), _) => read_rate(rate),
            (_, Some(cron)) => Cron::read(cron).map(|cron| Schedule::Cron(Box::new(cron))),
            _ => None,
        }
    }

    /// The first moment behind `now` at which it fires; `None` when it never does again.
    pub fn next(&self, from: Timestamp, now: Timestamp) -> Option<Timestamp> {
        match self {
            Schedule::Rate(every) => {
                let done = now.since(from).as_secs() / every.as_secs().max(1);
                let steps = u32::try_from(done + 1).ok()?;
                Some(from.after(every.checked_mul(steps)?))
            }
            Schedule::Cron(cron) => cron.next(now),
        }
    }
}

/// A value of 1 takes the singular, all others the plural.
fn read_rate(text: &str) -> Option<Schedule> {
    let (value, unit) = text.split_once(' ')?;
    let value: u64 = value.parse().ok().filter(|value| (1..=1_000_000).contains(value))?;
    let (unit, plural) = match unit.strip_suffix('s') {
        Some(unit) => (unit, true),
        None => (unit, false),
    };
    let seconds = match unit {
        "minute" => 60,
        "hour" => 3_600,
        "day" => 86_400,
        _ => return None,
    };
    (plural == (value > 1)).then(|| Schedule::Rate(Duration::from_secs(value * seconds)))
}

impl Cron {
    fn read(text: &str) -> Option<Cron> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minutes, hours, day, months, week, years] = *fields.as_slice() else { return None };
        let days = match (day, week) {
            (day, "?") => Days::of_month(day)?,
            ("?", week) => Days::of_week(week)?,
            _ => return None,
        };
        Some(Cron {
            minutes: Set::read(minutes, (0, 59), &[])?,
            hours: Set::read(hours, (0, 23), &[])?,
            days,
            months: Set::read(months, (1, 12), &MONTHS)?,
            years: Set::read(years, (1970, 2199), &[])?,
        })
    }

    fn next(&self, now: Timestamp) -> Option<Timestamp> {
        let start = now.secs().div_euclid(60) * 60 + 60;
        let (first_day, mut second) = (start.div_euclid(DAY), start.rem_euclid(DAY));
        // The last year that a cron may name ends it.
        for day in first_day..=days_from((2199, 12, 31)) {
            let (year, month, of_month) = date(day);
            if self.years.has(year) && self.months.has(month) && self.days.has(day, (year, month, of_month)) {
                let minute = (second.div_euclid(60)..1440)
                    .find(|minute| self.hours.has(minute / 60) && self.minutes.has(minute % 60));
                if let Some(minute) = minute {
                    return Some(Timestamp::from_secs(day * DAY + minute * 60));
                }
            }
            second = 0;
        }
        None
    }
}

impl Set {
    fn read(text: &str, (first, last): (i64, i64), names: &[&str]) -> Option<Set> {
        let mut set = Set { first, members: vec![false; usize::try_from(last - first + 1).ok()?] };
        for part in text.split(',') {
            let (range, step) = match part.split_once('/') {
                Some((range, step)) => (range, step.parse().ok().filter(|step| *step >= 1_i64)?),
                None => (part, 1),
            };
            let number = |text: &str| {
                let named = names.iter().position(|name| name.eq_ignore_ascii_case(text));
                let number = named.map(|at| at as i64 + first).or_else(|| text.parse().ok())?;
                (first..=last).contains(&number).then_some(number)
            };
            let (from, to) = match range.split_once('-') {
                _ if range == "*" => (first, last),
                Some((from, to)) => (number(from)?, number(to)?),
                None if part.contains('/') => (number(range)?, last),
                None => (number(range)?, number(range)?),
            };
            let mut at = from;
            while at <= to {
                if let Some(member) = usize::try_from(at - first).ok().and_then(|at| set.members.get_mut(at)) {
                    *member = true;
                }
                at = at.checked_add(step)?;
            }
        }
        set.members.contains(&true).then_some(set)
    }

    fn has(&self, number: i64) -> bool {
        usize::try_from(number - self.first).ok().and_then(|at| self.members.get(at)).copied().unwrap_or_default()
    }
}

impl Days {
    fn of_month(text: &str) -> Option<Days> {
        let day = |text: &str| text.parse().ok().filter(|day| (1..=31).contains(day));
        match text {
            "L" => Some(Days::LastOfMonth(0)),
            "LW" => Some(Days::Weekday(None)),
            text => match (text.strip_prefix("L-"), text.strip_suffix('W')) {
                (Some(before), _) => Some(Days::LastOfMonth(day(before)?)),
                (_, Some(near)) => Some(Days::Weekday(Some(day(near)?))),
                _ => Set::read(text, (1, 31), &[]).map(Days::OfMonth),
            },
        }
    }

    fn of_week(text: &str) -> Option<Days> {
        let day = |text: &str| {
            let named = WEEKDAYS.iter().position(|name| name.eq_ignore_ascii_case(text)).map(|at| at as i64 + 1);
            named.or_else(|| text.parse().ok()).filter(|day| (1..=7).contains(day))
        };
        match (text.split_once('#'), text.strip_suffix('L')) {
            (Some((weekday, nth)), _) => {
                Some(Days::Nth(day(weekday)?, nth.parse().ok().filter(|nth| (1..=5).contains(nth))?))
            }
            (_, Some("")) => Some(Days::OfWeek(Set::read("7", (1, 7), &[])?)),
            (_, Some(weekday)) => Some(Days::LastOfWeek(day(weekday)?)),
            _ => Set::read(text, (1, 7), &WEEKDAYS).map(Days::OfWeek),
        }
    }

    fn has(&self, day: i64, (year, month, of_month): (i64, i64, i64)) -> bool {
        let last = last_of((year, month));
        match self {
            Days::OfMonth(set) => set.has(of_month),
            Days::LastOfMonth(before) => of_month == last - before,
            Days::Weekday(near) => {
                let wanted = near.unwrap_or(last);
                wanted <= last && of_month == nearest_weekday(day - of_month + wanted, wanted, last, near.is_some())
            }
            Days::OfWeek(set) => set.has(weekday(day)),
            Days::LastOfWeek(wanted) => weekday(day) == *wanted && of_month + 7 > last,
            Days::Nth(wanted, nth) => weekday(day) == *wanted && (of_month - 1) / 7 + 1 == *nth,
        }
    }
}

/// The day of the month of the weekday nearest to a day, within the month.
fn nearest_weekday(day: i64, of_month: i64, last: i64, may_follow: bool) -> i64 {
    match weekday(day) {
        7 if of_month > 1 => of_month - 1,
        7 => of_month + 2,
        1 if may_follow && of_month < last => of_month + 1,
        1 => of_month - 2,
        _ => of_month,
    }
}

/// 1 for Sunday to 7 for Saturday, of a day since 1970-01-01, which was a Thursday.
fn weekday(day: i64) -> i64 {
    (day + 4).rem_euclid(7) + 1
}

fn last_of((year, month): (i64, i64)) -> i64 {
    let next = if month == 12 { (year + 1, 1, 1) } else { (year, month + 1, 1) };
    days_from(next) - days_from((year, month, 1))
}

/// Days since 1970-01-01 of a date, after Howard Hinnant's `days_from_civil`.
fn days_from((year, month, day): (i64, i64, i64)) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date of a day since 1970-01-01, after Howard Hinnant's `civil_from_days`.
fn date(day: i64) -> (i64, i64, i64) {
    let z = day + 719_468;
    let (era, of_era) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let mp = (5 * of_year + 2) / 153;
    let (of_month, month) = (of_year - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    (year_of_era + era * 400 + i64::from(month <= 2), month, of_month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_fire_when_they_say() {
        let at = |text: &str| Timestamp::parse_iso8601(text).unwrap();
        let check = |schedule: &str, now: &str, expect: &str| {
            let next = Schedule::read(schedule).and_then(|s| s.next(at("2026-01-01T00:00:30Z"), at(now)));
            assert_eq!(next.map(Timestamp::iso8601).unwrap_or_default(), expect, "{schedule} after {now}");
        };
        check("rate(5 minutes)", "2026-01-01T00:00:30Z", "2026-01-01T00:05:30Z");
        check("rate(5 minutes)", "2026-01-01T00:05:30Z", "2026-01-01T00:10:30Z");
        check("rate(1 day)", "2026-01-03T12:00:00Z", "2026-01-04T00:00:30Z");
        check("cron(0 12 * * ? *)", "2026-01-01T12:00:00Z", "2026-01-02T12:00:00Z");
        check("cron(0/15 * * * ? *)", "2026-01-01T00:01:00Z", "2026-01-01T00:15:00Z");
        check("cron(15 10 ? * 6L 2026-2028)", "2026-01-01T00:00:00Z", "2026-01-30T10:15:00Z");
        check("cron(0 8 1 * ? *)", "2026-01-01T08:00:00Z", "2026-02-01T08:00:00Z");
        check("cron(0/5 8-17 ? * MON-FRI *)", "2026-01-02T17:55:00Z", "2026-01-05T08:00:00Z");
        check("cron(0 9 ? * 2#1 *)", "2026-01-01T00:00:00Z", "2026-01-05T09:00:00Z");
        check("cron(0 0 L * ? *)", "2028-02-01T00:00:00Z", "2028-02-29T00:00:00Z");
        check("cron(0 0 3W * ? *)", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z");
        check("cron(0 0 LW * ? *)", "2026-01-01T00:00:00Z", "2026-01-30T00:00:00Z");
        check("cron(0 0 29 FEB ? *)", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z");
        check("cron(0 0 1 1 ? 2020)", "2026-01-01T00:00:00Z", "");
        check("cron(0 0 31 2 ? *)", "2026-01-01T00:00:00Z", "");
    }

    #[test]
    fn what_is_no_schedule_is_refused() {
        for text in [
            "",
            "rate(5)",
            "rate(5 minute)",
            "rate(1 minutes)",
            "rate(0 minutes)",
            "rate(-1 minutes)",
            "rate(1 year)",
            "rate(99999999999999999999 days)",
            "cron()",
            "cron(* * * * *)",
            "cron(0 12 * * * *)",
            "cron(0 12 ? * ? *)",
            "cron(60 0 * * ? *)",
            "cron(0 24 * * ? *)",
            "cron(0 0 32 * ? *)",
            "cron(0 0 * 13 ? *)",
            "cron(0 0 ? * 8 *)",
            "cron(0 0 ? * 2#6 *)",
            "cron(0/0 * * * ? *)",
            "cron(5-1 * * * ? *)",
            "every minute",
            "at(2026-01-01T00:00:00)",
        ] {
            assert_eq!(Schedule::read(text), None, "{text}");
        }
    }
}
