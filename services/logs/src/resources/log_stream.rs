//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-logstream.html>

use super::GONE;
use super::named::named;
use service::resource::{Hand, Made, Resource, ResourceType, found};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::Logs::LogStream",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: None,
};

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let name = hand.name(wanted, "LogStreamName", 512);
    let group = wanted.get("LogGroupName").cloned().unwrap_or_default();
    hand.call("CreateLogStream", Value::map([("logGroupName", group), ("logStreamName", name.as_str().into())]))?;
    Ok(Made::of(name))
}

fn read(hand: &mut Hand, stream: &Resource<'_>) -> Result<Option<Value>> {
    let Some(group) = stream.text("LogGroupName") else { return Ok(None) };
    let input = Value::map([("logGroupName", group.into()), ("logStreamNamePrefix", stream.id.into())]);
    let seen = named(hand, ("DescribeLogStreams", input), ("logStreams", "logStreamName", stream.id))?;
    Ok(seen.map(|_| Value::map([("LogGroupName", group.into()), ("LogStreamName", stream.id.into())])))
}

/// Whatever changes of a stream makes it another one.
fn update(_: &mut Hand, _: &Resource<'_>, _: &Value) -> Result<()> {
    Ok(())
}

fn delete(hand: &mut Hand, stream: &Resource<'_>) -> Result<()> {
    let group = stream.text("LogGroupName").unwrap_or_default();
    let input = Value::map([("logGroupName", group.into()), ("logStreamName", stream.id.into())]);
    found(hand.call("DeleteLogStream", input), GONE).map(drop)
}
