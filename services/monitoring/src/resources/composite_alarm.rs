//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-compositealarm.html>

use super::alarm::{self, LONGEST_NAME, check_free, described, names};
use super::{tags_of, write_tags};
use service::resource::{Hand, Made, Resource, ResourceType, pick, tag_list, tags, text_at};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::CloudWatch::CompositeAlarm",
    schemas: &super::SCHEMAS,
    refused: &[
        "ActionConfiguration",
        "ActionsSuppressor",
        "ActionsSuppressorExtensionPeriod",
        "ActionsSuppressorWaitPeriod",
    ],
    create,
    read,
    update,
    delete: alarm::delete,
    list: Some(list),
};

/// Properties that operations have under the same names.
const SAME: [&str; 6] =
    ["ActionsEnabled", "AlarmActions", "AlarmDescription", "AlarmRule", "InsufficientDataActions", "OKActions"];

fn put(hand: &mut Hand, name: &str, (wanted, tags): (&Value, Value)) -> Result<()> {
    let mut input = pick(wanted, &SAME);
    input.push(("AlarmName".to_owned(), name.into()));
    input.push(("Tags".to_owned(), tags));
    hand.call("PutCompositeAlarm", Value::map(input)).map(drop)
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let name = hand.name(wanted, "AlarmName", LONGEST_NAME);
    check_free(hand, &name)?;
    put(hand, &name, (wanted, tag_list(&tags(wanted.get("Tags")))))?;
    Ok(Made::of(name))
}

fn read(hand: &mut Hand, alarm: &Resource<'_>) -> Result<Option<Value>> {
    let Some(("CompositeAlarms", seen)) = described(hand, alarm.id)? else { return Ok(None) };
    let arn = text_at(&seen, &["AlarmArn"]).unwrap_or_default();
    let mut out = pick(&seen, &SAME);
    out.push(("AlarmName".to_owned(), alarm.id.into()));
    out.push(("Tags".to_owned(), tags_of(hand, arn)?));
    out.push(("Arn".to_owned(), arn.into()));
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, alarm: &Resource<'_>, wanted: &Value) -> Result<()> {
    if SAME.iter().any(|name| alarm.properties.get(name) != wanted.get(name)) {
        put(hand, alarm.id, (wanted, Value::Null))?;
    }
    let arn = hand.arn("cloudwatch", format!("alarm:{}", alarm.id));
    write_tags(hand, arn.as_str(), (alarm.properties, wanted))
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    names(hand, "CompositeAlarm", "CompositeAlarms")
}
