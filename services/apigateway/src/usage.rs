//! Who may call a method that wants a key, by the usage plans of the key: how fast, and how often in a day, week or month of
//! the cloud's clock.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html>

use crate::api::{ApiKey, ApiStage, QuotaSettings, ThrottleSettings, UsagePlan};
use crate::ops::api_keys;
use crate::refusal::Refusal;
use crate::rest_api::unpacked;
use crate::state::{PLAN_KEYS, USAGE, USAGE_PLANS, UsageRow};
use service::{Cx, Duration, Limit, Result, Timestamp, View};

/// The most days that are told at once.
const MOST_DAYS: usize = 91;
const DAY: Duration = Duration::from_secs(86_400);

/// A key that was shown, and the plan by which it calls.
#[derive(Debug, Clone, PartialEq)]
pub struct Keyed {
    /// The key's id.
    pub id: String,
    /// What was shown.
    pub value: String,
    plan: String,
}

/// A method of a stage, as plans name it.
pub struct Called<'a> {
    /// The API's id.
    pub api: &'a str,
    /// The stage.
    pub stage: &'a str,
    /// The resource's path.
    pub path: &'a str,
    /// `GET`, `ANY`.
    pub verb: &'a str,
}

/// Lets the holder of a key in, or says why not.
pub fn admit(cx: &Cx, value: Option<&str>, called: &Called<'_>) -> Result<Result<Keyed, Refusal>> {
    let key = match value {
        Some(value) => api_keys::by_value(cx, value)?.filter(|key| key.enabled == Some(true)),
        None => None,
    };
    let Some(ApiKey { id: Some(id), value: Some(value), .. }) = key else { return Ok(Err(Refusal::no_key())) };
    let named =
        |stage: &&ApiStage| stage.api_id.as_deref() == Some(called.api) && stage.stage.as_deref() == Some(called.stage);
    for (plan, settings) in plans_of(cx, &id)? {
        let Some(stage) = settings.api_stages.iter().flatten().find(named) else { continue };
        if !has_room(cx, (&plan, &id), (&settings, stage, called)) {
            return Ok(Err(Refusal::throttled()));
        }
        if let Some(quota) = &settings.quota
            && used(cx, (&plan, &id), &begin(quota, cx.now()))? >= quota.limit.unwrap_or_default()
        {
            return Ok(Err(Refusal::quota_exceeded()));
        }
        return Ok(Ok(Keyed { id, value, plan }));
    }
    Ok(Err(Refusal::no_key()))
}

/// Counts a request of a key.
pub fn count(cx: &mut Cx, keyed: &Keyed) -> Result<()> {
    let date = date(cx.now());
    let key = (keyed.plan.clone(), keyed.id.clone(), date.clone());
    let used = cx.get(&USAGE, &key)?.map_or(0, |row| row.used);
    cx.put(&USAGE, &key, &UsageRow { date, used: used + 1 })
}

/// The plans in which a key is.
pub fn plans_of(view: &View, key: &str) -> Result<Vec<(String, UsagePlan)>> {
    let mut plans = Vec::new();
    for row in view.rows(&USAGE_PLANS, ()) {
        let row = row?;
        if view.has(&PLAN_KEYS, &(row.id.clone(), key.to_owned()))? {
            plans.push((row.id, unpacked(&row.settings)?));
        }
    }
    Ok(plans)
}

/// The limits of the method go before those of the plan.
fn has_room(
    cx: &Cx,
    (plan, key): (&str, &str),
    (settings, stage, called): (&UsagePlan, &ApiStage, &Called<'_>),
) -> bool {
    // A request that runs again with an answer has its place already.
    if cx.has_asked() {
        return true;
    }
    let own = stage.throttle.iter().flatten().find(|(name, _)| {
        name.rsplit_once('/')
            .is_some_and(|(path, verb)| verb == called.verb && path.trim_matches('/') == called.path.trim_matches('/'))
    });
    let (bucket, limits): (String, Option<&ThrottleSettings>) = match own {
        Some((name, limits)) => (format!("plan/{plan}/{key}/{}/{}/{name}", called.api, called.stage), Some(limits)),
        None => (format!("plan/{plan}/{key}"), settings.throttle.as_ref()),
    };
    let Some(rate) = limits.and_then(|limits| limits.rate_limit) else { return true };
    let burst = limits.and_then(|limits| limits.burst_limit).unwrap_or_default();
    let limit = Limit { per_second: rate, most: burst as f64 };
    limit.most >= 1.0 && cx.draw(&bucket, limit, 1.0)
}

/// A day as plans name it: `2026-01-31`.
pub fn date(at: Timestamp) -> String {
    at.iso8601().chars().take(10).collect()
}

fn day(date: &str) -> Option<Timestamp> {
    Timestamp::parse_iso8601(&format!("{date}T00:00:00Z"))
}

/// The day on which the period of a quota began in which a moment lies.
fn begin(quota: &QuotaSettings, at: Timestamp) -> String {
    let today = date(at);
    let offset = quota.offset.unwrap_or_default();
    match quota.period.as_deref() {
        // 1970 began on a Thursday, and weeks begin on Sundays.
        Some("WEEK") => {
            let weekday = (at.secs().div_euclid(86_400) + 4).rem_euclid(7);
            let back = u32::try_from((weekday - offset).rem_euclid(7)).unwrap_or_default();
            date(at.before(DAY * back))
        }
        Some("MONTH") => {
            let number = |range: std::ops::Range<usize>| today.get(range).and_then(|text| text.parse::<i64>().ok());
            let (year, month, day) = (number(0..4), number(5..7), number(8..10));
            let (Some(year), Some(month), Some(day)) = (year, month, day) else { return today };
            let (year, month) = match (day > offset, month) {
                (true, month) => (year, month),
                (false, 1) => (year - 1, 12),
                (false, month) => (year, month - 1),
            };
            format!("{year:04}-{month:02}-{:02}", offset + 1)
        }
        _ => today,
    }
}

/// How often a key was used from a day on.
fn used(view: &View, (plan, key): (&str, &str), from: &str) -> Result<i64> {
    let mut sum = 0;
    for row in view.rows(&USAGE, (plan, key)) {
        let row = row?;
        sum += if row.date.as_str() >= from { row.used } else { 0 };
    }
    Ok(sum)
}

/// Makes of what is left of the present period this much.
pub fn set_remaining(cx: &mut Cx, (plan, key): (&str, &str), (quota, remaining): (&QuotaSettings, i64)) -> Result<()> {
    let now = used(cx, (plan, key), &begin(quota, cx.now()))?;
    let date = date(cx.now());
    let at = (plan.to_owned(), key.to_owned(), date.clone());
    let today = cx.get(&USAGE, &at)?.map_or(0, |row| row.used);
    let wanted = quota.limit.unwrap_or_default().saturating_sub(remaining);
    cx.put(&USAGE, &at, &UsageRow { date, used: today.saturating_add(wanted).saturating_sub(now) })
}

/// Days in a row.
#[derive(Debug, Default)]
pub struct Days(Vec<Timestamp>);

impl Days {
    /// From a day to another; `None` for what are no days, or too many.
    pub fn between(from: &str, to: &str) -> Option<Days> {
        let (mut next, last) = (day(from)?, day(to)?);
        let mut days = Vec::new();
        while next <= last {
            days.push(next);
            next = next.after(DAY);
            if days.len() > MOST_DAYS {
                return None;
            }
        }
        Some(Days(days)).filter(|days| !days.0.is_empty())
    }
}

/// What was used on each day, and what was left of the quota at its end.
pub fn by_day(view: &View, (plan, key): (&str, &str), (settings, days): (&UsagePlan, &Days)) -> Result<Vec<Vec<i64>>> {
    let rows: Vec<UsageRow> = view.rows(&USAGE, (plan, key)).collect::<Result<_>>()?;
    let told = days.0.iter().map(|at| {
        let today = date(*at);
        let used = rows.iter().filter(|row| row.date == today).map(|row| row.used).sum();
        let left = settings.quota.as_ref().map(|quota| {
            let from = begin(quota, *at);
            let before: i64 = rows.iter().filter(|row| row.date >= from && row.date <= today).map(|row| row.used).sum();
            quota.limit.unwrap_or_default() - before
        });
        std::iter::once(used).chain(left).collect()
    });
    Ok(told.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_begin_on_their_days() {
        let quota = |period: &str, offset: i64| QuotaSettings {
            period: Some(period.to_owned()),
            offset: Some(offset),
            ..QuotaSettings::default()
        };
        // The first of January 2026 was a Thursday.
        for (period, offset, today, expect) in [
            ("DAY", 0, "2026-01-01", "2026-01-01"),
            ("WEEK", 0, "2026-01-01", "2025-12-28"),
            ("WEEK", 4, "2026-01-01", "2026-01-01"),
            ("WEEK", 5, "2026-01-01", "2025-12-26"),
            ("MONTH", 0, "2026-01-31", "2026-01-01"),
            ("MONTH", 14, "2026-01-14", "2025-12-15"),
            ("MONTH", 14, "2026-01-15", "2026-01-15"),
        ] {
            let at = day(today).map(|at| at.after(Duration::from_secs(3600))).unwrap_or_default();
            assert_eq!(begin(&quota(period, offset), at), expect, "{period} {offset} {today}");
        }
        assert_eq!(Days::between("2026-01-01", "2026-01-03").map(|days| days.0.len()), Some(3));
        assert!(Days::between("2026-01-02", "2026-01-01").is_none() && Days::between("2026", "2026-01-01").is_none());
        assert!(Days::between("2026-01-01", "2027-01-01").is_none());
    }
}
