//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachineversion.html>

use service::resource::{Hand, Made, Resource, ResourceType, found, text_at};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::StepFunctions::StateMachineVersion",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: None,
};

const GONE: &[&str] = &["StateMachineDoesNotExist"];

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let members = [
        ("stateMachineArn", "StateMachineArn"),
        ("revisionId", "StateMachineRevisionId"),
        ("description", "Description"),
    ];
    let input = members.into_iter().filter_map(|(member, property)| Some((member, wanted.get(property)?.clone())));
    let made = hand.call("PublishStateMachineVersion", Value::map(input))?;
    Ok(Made::of(text_at(&made, &["stateMachineVersionArn"]).unwrap_or_default()))
}

fn read(hand: &mut Hand, version: &Resource<'_>) -> Result<Option<Value>> {
    let answer = hand.look("DescribeStateMachine", Value::map([("stateMachineArn", version.id.into())]));
    let Some(seen) = found(answer, GONE)? else { return Ok(None) };
    let machine = version.id.rsplit_once(':').map(|(machine, _)| machine);
    let revision = text_at(&seen, &["revisionId"]).unwrap_or(crate::ops::machines::INITIAL);
    let mut out = vec![
        ("Arn", version.id.into()),
        ("StateMachineArn", machine.into()),
        ("StateMachineRevisionId", revision.into()),
        ("Description", text_at(&seen, &["description"]).into()),
    ];
    out.retain(|(_, value): &(&str, Value)| !value.is_null());
    Ok(Some(Value::map(out)))
}

/// Whatever changes of a version makes it another one.
fn update(_: &mut Hand, _: &Resource<'_>, _: &Value) -> Result<()> {
    Ok(())
}

fn delete(hand: &mut Hand, version: &Resource<'_>) -> Result<()> {
    let input = Value::map([("stateMachineVersionArn", version.id.into())]);
    found(hand.call("DeleteStateMachineVersion", input), GONE).map(drop)
}
