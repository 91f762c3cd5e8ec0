//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpoolgroup.html>

use super::{GONE, in_pool};
use service::resource::{Hand, Made, Resource, ResourceType, found, pick};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::Cognito::UserPoolGroup",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: None,
};

const LONGEST_NAME: usize = 128;

fn id(group: &Resource<'_>) -> Vec<(String, Value)> {
    in_pool(group.properties, ("GroupName", group.id))
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let name = hand.name(wanted, "GroupName", LONGEST_NAME);
    let mut input = pick(wanted, &["Description", "Precedence", "RoleArn", "UserPoolId"]);
    input.push(("GroupName".to_owned(), name.as_str().into()));
    hand.call("CreateGroup", Value::map(input))?;
    Ok(Made::of(name))
}

fn read(hand: &mut Hand, group: &Resource<'_>) -> Result<Option<Value>> {
    let Some(answer) = found(hand.look("GetGroup", Value::map(id(group))), GONE)? else { return Ok(None) };
    let seen = answer.get("Group").cloned().unwrap_or_default();
    Ok(Some(Value::map(pick(&seen, &["Description", "GroupName", "Precedence", "RoleArn", "UserPoolId"]))))
}

/// A role or a precedence that is no longer named stays: the operation knows no way to take it off.
fn update(hand: &mut Hand, group: &Resource<'_>, wanted: &Value) -> Result<()> {
    let mut input = id(group);
    input.push(("Description".to_owned(), wanted.get("Description").cloned().unwrap_or_else(|| "".into())));
    input.extend(pick(wanted, &["Precedence", "RoleArn"]));
    hand.call("UpdateGroup", Value::map(input)).map(drop)
}

fn delete(hand: &mut Hand, group: &Resource<'_>) -> Result<()> {
    found(hand.call("DeleteGroup", Value::map(id(group))), GONE).map(drop)
}
