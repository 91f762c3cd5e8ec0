//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sso-instance.html>

use super::GONE;
use service::resource::{Hand, Made, Resource, ResourceType, TagChange, found, pick, tag_list, tags, text_at};
use service::{Error, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::SSO::Instance",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

fn named(id: &str) -> Value {
    Value::map([("InstanceArn", id.into())])
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let made = hand.call("CreateInstance", Value::map(pick(wanted, &["Name", "Tags"])))?;
    let arn = text_at(&made, &["InstanceArn"]);
    arn.map(Made::of).ok_or_else(|| Error::internal("an instance was made without an ARN"))
}

fn read(hand: &mut Hand, instance: &Resource<'_>) -> Result<Option<Value>> {
    let all = hand.look("ListInstances", Value::map::<&str>([]))?;
    let all = all.get("Instances").and_then(Value::as_list).unwrap_or_default();
    let Some(shown) = all.iter().find(|one| text_at(one, &["InstanceArn"]) == Some(instance.id)) else {
        return Ok(None);
    };
    let mut members = pick(shown, &["InstanceArn", "IdentityStoreId", "Name", "OwnerAccountId", "Status"]);
    let tagged = hand.look("ListTagsForResource", Value::map([("ResourceArn", instance.id.into())]))?;
    let tags = tags(tagged.get("Tags"));
    if !tags.is_empty() {
        members.push(("Tags".to_owned(), tag_list(&tags)));
    }
    Ok(Some(Value::map(members)))
}

fn update(hand: &mut Hand, instance: &Resource<'_>, wanted: &Value) -> Result<()> {
    if instance.properties.get("Name") != wanted.get("Name") {
        let name = wanted.get("Name").cloned().unwrap_or_else(|| "".into());
        hand.call("UpdateInstance", Value::map([("InstanceArn", instance.id.into()), ("Name", name)]))?;
    }
    let change = TagChange::between(instance.properties.get("Tags"), wanted.get("Tags"));
    change.write(hand, ("TagResource", "UntagResource"), ("ResourceArn", instance.id))
}

fn delete(hand: &mut Hand, instance: &Resource<'_>) -> Result<()> {
    found(hand.call("DeleteInstance", named(instance.id)), GONE).map(drop)
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let all = hand.pages("ListInstances", Value::map::<&str>([]), ["NextToken", "NextToken", "Instances"])?;
    Ok(all.iter().filter_map(|one| text_at(one, &["InstanceArn"]).map(str::to_owned)).collect())
}
