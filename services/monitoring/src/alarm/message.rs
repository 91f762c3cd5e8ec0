//! What is said of a change: to topics, to functions, on the event bus and in the history.

use super::reason::moment;
use crate::query::plain;
use crate::state::{Alarm, Query, Rule, Standing};
use serde_json::{Map, Value, json};
use service::{Timestamp, View};

/// The ARN of an alarm.
pub fn arn(view: &View, name: &str) -> String {
    view.arn("cloudwatch", format_args!("alarm:{name}")).to_string()
}

/// `Thursday 31 December, 2026 23:59:00 UTC`
pub fn long_moment(at: Timestamp) -> String {
    const DAYS: [&str; 7] = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let text = at.whole_secs().iso8601();
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
    let day = usize::try_from(at.secs().div_euclid(86_400).rem_euclid(7)).unwrap_or(0);
    let month = part(5..7).parse().unwrap_or(1_usize).saturating_sub(1);
    let (day, month) = (DAYS.get(day).unwrap_or(&""), MONTHS.get(month).unwrap_or(&""));
    format!("{day} {} {month}, {} {} UTC", part(8..10), part(0..4), part(11..19))
}

/// The subject of a notification.
pub fn subject(view: &View, alarm: &Alarm, new: &Standing) -> String {
    let text = format!("{}: \"{}\" in {}", new.state, alarm.name, region_name(view.region().as_str()));
    // Subjects of topics have no more.
    text.chars().take(100).collect()
}

/// How AWS calls a region in words.
/// <https://docs.aws.amazon.com/general/latest/gr/rande.html>
fn region_name(code: &str) -> &str {
    match code {
        "us-east-1" => "US East (N. Virginia)",
        "us-east-2" => "US East (Ohio)",
        "us-west-1" => "US West (N. California)",
        "us-west-2" => "US West (Oregon)",
        "ca-central-1" => "Canada (Central)",
        "eu-central-1" => "EU (Frankfurt)",
        "eu-north-1" => "EU (Stockholm)",
        "eu-west-1" => "EU (Ireland)",
        "eu-west-2" => "EU (London)",
        "eu-west-3" => "EU (Paris)",
        "ap-northeast-1" => "Asia Pacific (Tokyo)",
        "ap-northeast-2" => "Asia Pacific (Seoul)",
        "ap-south-1" => "Asia Pacific (Mumbai)",
        "ap-southeast-1" => "Asia Pacific (Singapore)",
        "ap-southeast-2" => "Asia Pacific (Sydney)",
        "sa-east-1" => "South America (Sao Paulo)",
        other => other,
    }
}

/// What a topic gets.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html>
pub fn notification(view: &View, alarm: &Alarm, (old, new): (&Standing, &Standing)) -> String {
    let trigger = alarm.metric.as_ref().map(trigger);
    let mut message = json!({
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description,
        "AWSAccountId": view.account().to_string(),
        "AlarmConfigurationUpdatedTimestamp": moment(alarm.configured_at),
        "NewStateValue": new.state,
        "NewStateReason": new.reason,
        "StateChangeTime": moment(new.changed_at),
        "Region": region_name(view.region().as_str()),
        "AlarmArn": arn(view, &alarm.name),
        "OldStateValue": old.state,
        "OKActions": alarm.ok_actions,
        "AlarmActions": alarm.alarm_actions,
        "InsufficientDataActions": alarm.insufficient_data_actions,
    });
    if let Some(map) = message.as_object_mut() {
        map.extend(trigger.map(|trigger| ("Trigger".to_owned(), trigger)));
        map.extend(alarm.composite.as_ref().map(|rule| ("AlarmRule".to_owned(), rule.as_str().into())));
    }
    message.to_string()
}

fn trigger(rule: &Rule) -> Value {
    let mut trigger = Map::new();
    if let Some(query) = rule.queries.first().filter(|_| rule.simple) {
        let dimensions: Vec<Value> =
            query.dimensions.iter().map(|(name, value)| json!({ "value": value, "name": name })).collect();
        let plain = matches!(query.stat.as_str(), "SampleCount" | "Average" | "Sum" | "Minimum" | "Maximum");
        let statistic = match query.stat.as_str() {
            "SampleCount" => "SAMPLE_COUNT".to_owned(),
            other if plain => other.to_uppercase(),
            other => other.to_owned(),
        };
        trigger.insert("MetricName".to_owned(), query.metric.as_str().into());
        trigger.insert("Namespace".to_owned(), query.namespace.as_str().into());
        trigger.insert("StatisticType".to_owned(), if plain { "Statistic" } else { "ExtendedStatistic" }.into());
        trigger.insert(if plain { "Statistic" } else { "ExtendedStatistic" }.to_owned(), statistic.into());
        trigger.insert("Unit".to_owned(), rule.unit.clone().map_or(Value::Null, Value::from));
        trigger.insert("Dimensions".to_owned(), dimensions.into());
    } else {
        let metrics: Vec<Value> = rule.queries.iter().map(capital).collect();
        trigger.insert("Metrics".to_owned(), metrics.into());
    }
    trigger.insert("Period".to_owned(), rule.period.into());
    trigger.insert("EvaluationPeriods".to_owned(), rule.evaluation_periods.into());
    trigger.extend(rule.datapoints_to_alarm.map(|count| ("DatapointsToAlarm".to_owned(), count.into())));
    trigger.insert("ComparisonOperator".to_owned(), rule.comparison.as_str().into());
    trigger.insert("Threshold".to_owned(), rule.threshold.into());
    trigger.insert("TreatMissingData".to_owned(), rule.treat_missing_data.as_deref().unwrap_or("").into());
    let low = rule.low_sample_count_percentile.as_deref().unwrap_or("");
    trigger.insert("EvaluateLowSampleCountPercentile".to_owned(), low.into());
    Value::Object(trigger)
}

/// A query as notifications have it.
fn capital(query: &Query) -> Value {
    match &query.expression {
        Some(expression) => {
            json!({ "Expression": expression, "Id": query.id, "Label": query.label, "ReturnData": query.returned })
        }
        None => {
            let dimensions: Vec<Value> =
                query.dimensions.iter().map(|(name, value)| json!({ "value": value, "name": name })).collect();
            let metric = json!({ "Namespace": query.namespace, "MetricName": query.metric, "Dimensions": dimensions });
            let stat = json!({ "Metric": metric, "Period": query.period, "Stat": query.stat });
            json!({ "Id": query.id, "MetricStat": stat, "ReturnData": query.returned })
        }
    }
}

fn state(standing: &Standing) -> Value {
    let mut state =
        json!({ "value": standing.state, "reason": standing.reason, "timestamp": moment(standing.updated_at) });
    if let Some(map) = state.as_object_mut() {
        map.extend(standing.reason_data.as_ref().map(|data| ("reasonData".to_owned(), data.as_str().into())));
    }
    state
}

fn configuration(alarm: &Alarm) -> Value {
    let mut made = Map::new();
    made.extend(alarm.description.as_ref().map(|text| ("description".to_owned(), text.as_str().into())));
    if let Some(rule) = &alarm.composite {
        made.insert("alarmRule".to_owned(), rule.as_str().into());
    }
    let queries = alarm.metric.iter().flat_map(|rule| &rule.queries);
    let metrics: Vec<Value> = queries
        .map(|query| match &query.expression {
            Some(expression) => json!({ "id": query.id, "expression": expression, "returnData": query.returned }),
            None => {
                let metric = json!({
                    "namespace": query.namespace, "name": query.metric, "dimensions": plain(&query.dimensions),
                });
                let stat = json!({ "metric": metric, "period": query.period, "stat": query.stat });
                json!({ "id": query.id, "metricStat": stat, "returnData": query.returned })
            }
        })
        .collect();
    if alarm.metric.is_some() {
        made.insert("metrics".to_owned(), metrics.into());
    }
    Value::Object(made)
}

/// What stands on the event bus.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html>
pub fn event(_view: &View, alarm: &Alarm, old: &Standing, new: &Standing) -> Value {
    json!({
        "alarmName": alarm.name,
        "configuration": configuration(alarm),
        "previousState": state(old),
        "state": state(new),
    })
}

/// What a function gets.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html>
pub fn invocation(view: &View, alarm: &Alarm, (old, new): (&Standing, &Standing)) -> String {
    json!({
        "source": "aws.cloudwatch",
        "alarmArn": arn(view, &alarm.name),
        "accountId": view.account().to_string(),
        "time": moment(new.updated_at),
        "region": view.region().as_str(),
        "alarmData": event(view, alarm, old, new),
    })
    .to_string()
}

/// What the history says of a change.
pub fn history(alarm: &Alarm, old: &Standing, new: &Standing) -> String {
    let state = |standing: &Standing| {
        let data: Option<Value> = standing.reason_data.as_deref().and_then(|text| serde_json::from_str(text).ok());
        json!({ "stateValue": standing.state, "stateReason": standing.reason, "stateReasonData": data })
    };
    let kind = if alarm.composite.is_some() { "CompositeAlarm" } else { "MetricAlarm" };
    json!({ "version": "1.0", "type": kind, "oldState": state(old), "newState": state(new) }).to_string()
}
