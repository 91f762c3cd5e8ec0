//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-accesskey.html>

use super::GONE;
use service::resource::{Hand, Made, Resource, ResourceType, found, text_at};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::IAM::AccessKey",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: None,
};

fn user(properties: &Value) -> Value {
    properties.get("UserName").cloned().unwrap_or_default()
}

/// `Serial` has no effect but that a change of it makes another key.
fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let made = hand.call("CreateAccessKey", Value::map([("UserName", user(wanted))]))?;
    let text = |name: &str| text_at(&made, &["AccessKey", name]).unwrap_or_default().to_owned();
    let (id, secret) = (text("AccessKeyId"), text("SecretAccessKey"));
    hand.born(&id);
    if wanted.get("Status").and_then(Value::as_str) == Some("Inactive") {
        write(hand, &id, wanted)?;
    }
    Ok(Made::of(id).with("SecretAccessKey", secret))
}

fn write(hand: &mut Hand, id: &str, wanted: &Value) -> Result<()> {
    let status = wanted.get("Status").cloned().unwrap_or_else(|| "Active".into());
    let input = [("UserName", user(wanted)), ("AccessKeyId", id.into()), ("Status", status)];
    hand.call("UpdateAccessKey", Value::map(input)).map(drop)
}

fn read(hand: &mut Hand, key: &Resource<'_>) -> Result<Option<Value>> {
    let input = Value::map([("UserName", user(key.properties))]);
    let keys = hand.look("ListAccessKeys", input);
    let Some(answer) = found(keys, GONE)? else { return Ok(None) };
    let keys = answer.get("AccessKeyMetadata").and_then(Value::as_list).unwrap_or_default();
    let own = keys.iter().find(|own| text_at(own, &["AccessKeyId"]) == Some(key.id));
    Ok(own.map(|own| {
        let member = |name: &str| own.get(name).cloned().unwrap_or_default();
        Value::map([("Id", key.id.into()), ("UserName", member("UserName")), ("Status", member("Status"))])
    }))
}

fn update(hand: &mut Hand, key: &Resource<'_>, wanted: &Value) -> Result<()> {
    write(hand, key.id, wanted)
}

fn delete(hand: &mut Hand, key: &Resource<'_>) -> Result<()> {
    let input = Value::map([("UserName", user(key.properties)), ("AccessKeyId", key.id.into())]);
    found(hand.call("DeleteAccessKey", input), GONE).map(drop)
}
