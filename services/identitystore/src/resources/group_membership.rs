//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-identitystore-groupmembership.html>

use super::{GONE, named};
use service::resource::{Hand, Made, Resource, ResourceType, found, pick, text_at};
use service::{Error, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::IdentityStore::GroupMembership",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update: |_, _, _| Ok(()),
    delete,
    list: None,
};

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let input = Value::map(pick(wanted, &["IdentityStoreId", "GroupId", "MemberId"]));
    let made = hand.call("CreateGroupMembership", input)?;
    let ids = (text_at(&made, &["MembershipId"]), text_at(&made, &["IdentityStoreId"]));
    let (Some(id), Some(store)) = ids else { return Err(Error::internal("a membership was made without an id")) };
    Ok(Made::of(format!("{id}|{store}")))
}

fn read(hand: &mut Hand, membership: &Resource<'_>) -> Result<Option<Value>> {
    let shown = hand.look("DescribeGroupMembership", named("MembershipId", membership.id));
    let Some(shown) = found(shown, GONE)? else { return Ok(None) };
    Ok(Some(Value::map(pick(&shown, &["IdentityStoreId", "MembershipId", "GroupId", "MemberId"]))))
}

fn delete(hand: &mut Hand, membership: &Resource<'_>) -> Result<()> {
    found(hand.call("DeleteGroupMembership", named("MembershipId", membership.id)), GONE).map(drop)
}
