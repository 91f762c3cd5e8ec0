//! Why an alarm is as it is, in AWS's words.

use super::breaks;
use super::verdict::{Needs, Treatment};
use crate::state::{Query, Rule};
use serde_json::json;
use service::Timestamp;
use std::collections::BTreeMap;

/// The datapoints that an alarm looked at.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// When each period began, in seconds, with its value; the oldest first.
    pub points: Vec<(i64, Option<f64>)>,
    /// How many samples each period had.
    pub counts: BTreeMap<i64, f64>,
    /// Whether it is an expression that is looked at.
    pub by_expression: bool,
}

impl Seen {
    /// Those that count: the latest that are there.
    fn latest(&self, most: usize) -> Vec<(i64, f64)> {
        let there = self.points.iter().rev().filter_map(|(at, value)| Some((*at, (*value)?)));
        there.take(most).collect()
    }
}

/// The reason of a new state.
pub fn text(rule: &Rule, seen: &Seen, (state, needs, missing): (&str, Needs, Treatment)) -> String {
    let latest = seen.latest(needs.periods);
    let lacking = needs.periods.saturating_sub(latest.len());
    let points = |count: usize| if count == 1 { "datapoint" } else { "datapoints" };
    if state == "INSUFFICIENT_DATA" {
        let was = if lacking == 1 { "was" } else { "were" };
        return format!("Insufficient Data: {lacking} {} {was} unknown.", points(lacking));
    }
    let treated = match missing {
        Treatment::Breaching => Some("Breaching"),
        Treatment::NotBreaching => Some("NonBreaching"),
        _ => None,
    };
    if let (true, Some(treated)) = (latest.is_empty(), treated) {
        let (periods, was) = if lacking == 1 { ("period", "was") } else { ("periods", "were") };
        return format!(
            "Threshold Crossed: no datapoints were received for {lacking} {periods} and {lacking} missing {} {was} treated as \
             [{treated}].",
            points(lacking)
        );
    }
    let alarm = state == "ALARM";
    let fitting: Vec<&(i64, f64)> = latest.iter().filter(|(_, value)| breaks(rule, *value) == alarm).collect();
    let listed: Vec<String> =
        fitting.iter().map(|(at, value)| format!("{} ({})", number(*value), stamp(*at))).collect();
    let was = if fitting.len() == 1 { "was" } else { "were" };
    let not = if alarm { "" } else { " not" };
    let how = match rule.comparison.as_str() {
        "GreaterThanOrEqualToThreshold" => "greater than or equal to",
        "GreaterThanThreshold" => "greater than",
        "LessThanThreshold" => "less than",
        _ => "less than or equal to",
    };
    // So many are needed to leave a state: to come back, so many that no M of N are left.
    let (least, way) = match alarm {
        true => (needs.breaching, "OK -> ALARM"),
        false => (needs.periods - needs.breaching.min(needs.periods) + 1, "ALARM -> OK"),
    };
    let filled = match treated.filter(|_| lacking > 0) {
        Some(treated) => format!(" and {lacking} missing {} treated as [{treated}]", points(lacking)),
        None => String::new(),
    };
    format!(
        "Threshold Crossed: {} out of the last {} datapoints [{}] {was}{not} {how} the threshold ({}){filled} (minimum {least} {} for {way} \
         transition).",
        fitting.len(),
        latest.len().max(1),
        listed.join(", "),
        number(rule.threshold),
        points(least),
    )
}

fn number(value: f64) -> String {
    format!("{value:?}")
}

/// `31/12/26 23:59:00`
fn stamp(at: i64) -> String {
    let text = Timestamp::from_secs(at).iso8601();
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default().to_owned();
    format!("{}/{}/{} {}", part(8..10), part(5..7), part(2..4), part(11..19))
}

/// `2026-12-31T23:59:00.000+0000`
pub fn moment(at: Timestamp) -> String {
    let text = at.whole_secs().iso8601();
    format!("{}.{:03}+0000", text.trim_end_matches('Z'), at.millis().rem_euclid(1000))
}

/// The reason as JSON.
pub fn data(rule: &Rule, seen: &Seen, now: Timestamp) -> String {
    let latest = seen.latest(super::needs(rule).periods);
    let mut recent: Vec<f64> = latest.iter().map(|(_, value)| *value).collect();
    recent.reverse();
    let evaluated: Vec<_> = latest
        .iter()
        .map(|(at, value)| match seen.counts.get(at) {
            Some(count) => {
                json!({ "timestamp": moment(Timestamp::from_secs(*at)), "sampleCount": count, "value": value })
            }
            None => json!({ "timestamp": moment(Timestamp::from_secs(*at)), "value": value }),
        })
        .collect();
    let start = latest.last().map(|(at, _)| moment(Timestamp::from_secs(*at)));
    let query: Option<&Query> = rule.queries.iter().find(|query| query.returned);
    let mut data = json!({ "version": "1.0", "queryDate": moment(now) });
    if let Some(map) = data.as_object_mut() {
        map.extend(start.map(|start| ("startDate".to_owned(), start.into())));
        let unit = rule.unit.as_ref().map(|unit| ("unit".to_owned(), unit.as_str().into()));
        map.extend(unit);
        let stat = query
            .filter(|query| !query.stat.is_empty())
            .map(|query| ("statistic".to_owned(), query.stat.as_str().into()));
        map.extend(stat);
        map.insert("period".to_owned(), rule.period.into());
        map.insert("recentDatapoints".to_owned(), recent.into());
        map.insert("threshold".to_owned(), rule.threshold.into());
        map.insert("evaluatedDatapoints".to_owned(), evaluated.into());
    }
    data.to_string()
}
