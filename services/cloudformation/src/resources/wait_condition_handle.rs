//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-waitconditionhandle.html>

use service::resource::{Hand, Made, Resource, ResourceType};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::CloudFormation::WaitConditionHandle",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: None,
};

/// A handle is nothing but a URL, to which signals are put.
fn create(hand: &mut Hand, _: &Value) -> Result<Made> {
    Ok(Made::of(hand.owner("SignalURL").as_str().unwrap_or_default()))
}

fn read(_: &mut Hand, handle: &Resource<'_>) -> Result<Option<Value>> {
    Ok(Some(Value::map([("Id", handle.id.into())])))
}

/// It has no property that could change.
fn update(_: &mut Hand, _: &Resource<'_>, _: &Value) -> Result<()> {
    Ok(())
}

fn delete(_: &mut Hand, _: &Resource<'_>) -> Result<()> {
    Ok(())
}
