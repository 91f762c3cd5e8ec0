//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpoolusertogroupattachment.html>

use super::{GONE, in_pool};
use service::resource::{Hand, Made, Resource, ResourceType, found, text_at};
use service::{Error, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::Cognito::UserPoolUserToGroupAttachment",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: None,
};

const MEMBERS: [&str; 3] = ["UserPoolId", "GroupName", "Username"];

/// The id is the three properties with bars between them.
fn parts<'a>(member: &Resource<'a>) -> [&'a str; 3] {
    let mut parts = member.id.splitn(3, '|');
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

fn named(parts: [&str; 3]) -> Value {
    Value::map(MEMBERS.into_iter().zip(parts.map(Value::from)))
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let parts = MEMBERS.map(|name| text_at(wanted, &[name]).unwrap_or_default());
    hand.call("AdminAddUserToGroup", named(parts))?;
    Ok(Made::of(parts.join("|")))
}

fn read(hand: &mut Hand, member: &Resource<'_>) -> Result<Option<Value>> {
    let [pool, group, user] = parts(member);
    let input = Value::map(in_pool(&named([pool, group, user]), ("Username", user)));
    // A user who has gone is in no group: only what is there can be listed.
    let there = found(hand.look("AdminGetUser", input.clone()), GONE)?;
    if there.is_none() {
        return Ok(None);
    }
    let groups = hand.pages("AdminListGroupsForUser", input, ["NextToken", "NextToken", "Groups"])?;
    let is_in = groups.iter().any(|known| text_at(known, &["GroupName"]) == Some(group));
    Ok(is_in.then(|| named([pool, group, user])))
}

fn update(_hand: &mut Hand, _member: &Resource<'_>, _wanted: &Value) -> Result<()> {
    Err(Error::internal("every property of a member replaces it"))
}

fn delete(hand: &mut Hand, member: &Resource<'_>) -> Result<()> {
    found(hand.call("AdminRemoveUserFromGroup", named(parts(member))), GONE).map(drop)
}
