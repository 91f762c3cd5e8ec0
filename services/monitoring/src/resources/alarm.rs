//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html>

use super::{tags_of, write_tags};
use service::resource::{Hand, Made, Resource, ResourceType, pick, tag_list, tags, text_at};
use service::{Error, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::CloudWatch::Alarm",
    schemas: &super::SCHEMAS,
    refused: &[
        "ActionConfiguration",
        "EvaluationCriteria",
        "EvaluationInterval",
        "EvaluationWindow",
        "ThresholdMetricId",
        "WarmUpConfiguration",
    ],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

/// Properties that operations have under the same names.
const SAME: [&str; 19] = [
    "ActionsEnabled",
    "AlarmActions",
    "AlarmDescription",
    "ComparisonOperator",
    "DatapointsToAlarm",
    "Dimensions",
    "EvaluateLowSampleCountPercentile",
    "EvaluationPeriods",
    "ExtendedStatistic",
    "InsufficientDataActions",
    "MetricName",
    "Metrics",
    "Namespace",
    "OKActions",
    "Period",
    "Statistic",
    "Threshold",
    "TreatMissingData",
    "Unit",
];
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html>
pub const LONGEST_NAME: usize = 255;

/// The alarm of that name, as it is described under `MetricAlarms` or `CompositeAlarms`.
pub fn described(hand: &mut Hand, name: &str) -> Result<Option<(&'static str, Value)>> {
    let types = Value::List(vec!["MetricAlarm".into(), "CompositeAlarm".into()]);
    let input = Value::map([("AlarmNames", Value::List(vec![name.into()])), ("AlarmTypes", types)]);
    let answer = hand.look("DescribeAlarms", input)?;
    let first = |kind: &'static str| Some((kind, answer.get(kind)?.as_list()?.first()?.clone()));
    Ok(first("MetricAlarms").or_else(|| first("CompositeAlarms")))
}

/// Putting an alarm changes one of that name that is there already, whose it may be.
pub fn check_free(hand: &mut Hand, name: &str) -> Result<()> {
    match described(hand, name)? {
        None => Ok(()),
        Some(_) => Err(Error::new("AlarmAlreadyExists", format!("{name} already exists"))),
    }
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let name = hand.name(wanted, "AlarmName", LONGEST_NAME);
    check_free(hand, &name)?;
    let mut input = pick(wanted, &SAME);
    input.push(("AlarmName".to_owned(), name.as_str().into()));
    input.push(("Tags".to_owned(), tag_list(&tags(wanted.get("Tags")))));
    hand.call("PutMetricAlarm", Value::map(input))?;
    Ok(Made::of(name))
}

fn read(hand: &mut Hand, alarm: &Resource<'_>) -> Result<Option<Value>> {
    let Some(("MetricAlarms", seen)) = described(hand, alarm.id)? else { return Ok(None) };
    let arn = text_at(&seen, &["AlarmArn"]).unwrap_or_default();
    let mut out = pick(&seen, &SAME);
    out.push(("AlarmName".to_owned(), alarm.id.into()));
    out.push(("Tags".to_owned(), tags_of(hand, arn)?));
    out.push(("Arn".to_owned(), arn.into()));
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, alarm: &Resource<'_>, wanted: &Value) -> Result<()> {
    if SAME.iter().any(|name| alarm.properties.get(name) != wanted.get(name)) {
        let mut input = pick(wanted, &SAME);
        input.push(("AlarmName".to_owned(), alarm.id.into()));
        hand.call("PutMetricAlarm", Value::map(input))?;
    }
    let arn = hand.arn("cloudwatch", format!("alarm:{}", alarm.id));
    write_tags(hand, arn.as_str(), (alarm.properties, wanted))
}

/// One that is not there is deleted already.
pub fn delete(hand: &mut Hand, alarm: &Resource<'_>) -> Result<()> {
    let input = Value::map([("AlarmNames", Value::List(vec![alarm.id.into()]))]);
    hand.call("DeleteAlarms", input).map(drop)
}

/// The names of all alarms of a type, by the member that lists them.
pub fn names(hand: &mut Hand, kind: &str, list: &str) -> Result<Vec<String>> {
    let input = Value::map([("AlarmTypes", Value::List(vec![kind.into()]))]);
    let all = hand.pages("DescribeAlarms", input, ["NextToken", "NextToken", list])?;
    Ok(all.iter().filter_map(|alarm| text_at(alarm, &["AlarmName"]).map(str::to_owned)).collect())
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    names(hand, "MetricAlarm", "MetricAlarms")
}
