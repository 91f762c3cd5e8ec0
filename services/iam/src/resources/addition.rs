//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-usertogroupaddition.html>

use super::GONE;
use super::noun::texts;
use service::resource::{Hand, Made, Resource, ResourceType, found};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::IAM::UserToGroupAddition",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: None,
};

fn group(properties: &Value) -> Value {
    properties.get("GroupName").cloned().unwrap_or_default()
}

fn add(hand: &mut Hand, wanted: &Value, except: &[String]) -> Result<()> {
    for user in texts(wanted, "Users").iter().filter(|user| !except.contains(user)) {
        hand.call("AddUserToGroup", Value::map([("GroupName", group(wanted)), ("UserName", user.into())]))?;
    }
    Ok(())
}

fn remove(hand: &mut Hand, properties: &Value, except: &[String]) -> Result<()> {
    for user in texts(properties, "Users").iter().filter(|user| !except.contains(user)) {
        let input = Value::map([("GroupName", group(properties)), ("UserName", user.into())]);
        found(hand.call("RemoveUserFromGroup", input), GONE)?;
    }
    Ok(())
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let id = hand.generated(128);
    hand.born(&id);
    add(hand, wanted, &[])?;
    Ok(Made::of(id))
}

fn read(hand: &mut Hand, addition: &Resource<'_>) -> Result<Option<Value>> {
    let answer = hand.look("GetGroup", Value::map([("GroupName", group(addition.properties))]));
    let Some(answer) = found(answer, GONE)? else { return Ok(None) };
    let members = answer.get("Users").and_then(Value::as_list).unwrap_or_default();
    let own = texts(addition.properties, "Users");
    let there = members.iter().filter_map(|user| user.get("UserName")?.as_str().map(str::to_owned));
    let users = there.filter(|user| own.contains(user)).map(Value::from).collect();
    Ok(Some(Value::map([
        ("Id", addition.id.into()),
        ("GroupName", group(addition.properties)),
        ("Users", Value::List(users)),
    ])))
}

fn update(hand: &mut Hand, addition: &Resource<'_>, wanted: &Value) -> Result<()> {
    let same = group(addition.properties) == group(wanted);
    let stay = |properties: &Value| if same { texts(properties, "Users") } else { Vec::new() };
    add(hand, wanted, &stay(addition.properties))?;
    remove(hand, addition.properties, &stay(wanted))
}

fn delete(hand: &mut Hand, addition: &Resource<'_>) -> Result<()> {
    remove(hand, addition.properties, &[])
}
