//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-identitystore-group.html>

use super::{GONE, named};
use service::resource::{Hand, Made, Resource, ResourceType, found, pick, text_at};
use service::{Error, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::IdentityStore::Group",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: None,
};

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let input = Value::map(pick(wanted, &["IdentityStoreId", "DisplayName", "Description"]));
    let made = hand.call("CreateGroup", input)?;
    let ids = (text_at(&made, &["GroupId"]), text_at(&made, &["IdentityStoreId"]));
    let (Some(id), Some(store)) = ids else { return Err(Error::internal("a group was made without an id")) };
    Ok(Made::of(format!("{id}|{store}")))
}

fn read(hand: &mut Hand, group: &Resource<'_>) -> Result<Option<Value>> {
    let Some(shown) = found(hand.look("DescribeGroup", named("GroupId", group.id)), GONE)? else { return Ok(None) };
    Ok(Some(Value::map(pick(&shown, &["IdentityStoreId", "GroupId", "DisplayName", "Description"]))))
}

fn update(hand: &mut Hand, group: &Resource<'_>, wanted: &Value) -> Result<()> {
    let change = |name: &str| {
        let value = wanted.get(name).cloned().map(|value| ("AttributeValue", value));
        Value::map([("AttributePath", Value::from(name))].into_iter().chain(value))
    };
    let operations = Value::List(["DisplayName", "Description"].map(change).into());
    let mut input = named("GroupId", group.id);
    if let Value::Map(members) = &mut input {
        members.insert("Operations".to_owned(), operations);
    }
    hand.call("UpdateGroup", input).map(drop)
}

fn delete(hand: &mut Hand, group: &Resource<'_>) -> Result<()> {
    found(hand.call("DeleteGroup", named("GroupId", group.id)), GONE).map(drop)
}
