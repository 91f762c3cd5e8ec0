//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-group.html>

use super::GONE;
use super::noun::GROUP;
use service::resource::{Hand, Made, Resource, ResourceType, found, pick};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::IAM::Group",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

fn id(group: &str) -> (String, Value) {
    ("GroupName".to_owned(), group.into())
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let name = hand.name(wanted, "GroupName", 128);
    let mut input = pick(wanted, &["Path"]);
    input.push(id(&name));
    hand.call("CreateGroup", Value::map(input))?;
    hand.born(&name);
    // `Policies` and `ManagedPolicyArns`.
    GROUP.write(hand, &name, (&Value::Null, wanted))?;
    Ok(Made::of(name))
}

fn read(hand: &mut Hand, group: &Resource<'_>) -> Result<Option<Value>> {
    let Some(answer) = found(hand.look("GetGroup", Value::map([id(group.id)])), GONE)? else { return Ok(None) };
    let mut out = pick(answer.get("Group").unwrap_or(&Value::Null), &["GroupName", "Arn", "Path"]);
    out.extend(GROUP.seen(hand, group.id)?.map(|(name, value)| (name.to_owned(), value)));
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, group: &Resource<'_>, wanted: &Value) -> Result<()> {
    if group.properties.get("Path") != wanted.get("Path") {
        let path = wanted.get("Path").cloned().unwrap_or_else(|| "/".into());
        hand.call("UpdateGroup", Value::map([id(group.id), ("NewPath".to_owned(), path)]))?;
    }
    GROUP.write(hand, group.id, (group.properties, wanted))
}

fn delete(hand: &mut Hand, group: &Resource<'_>) -> Result<()> {
    GROUP.write(hand, group.id, (group.properties, &Value::Null))?;
    found(hand.call("DeleteGroup", Value::map([id(group.id)])), GONE).map(drop)
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let groups = hand.pages("ListGroups", Value::map::<&str>([]), ["Marker", "Marker", "Groups"])?;
    Ok(groups.iter().filter_map(|group| group.get("GroupName")?.as_str().map(str::to_owned)).collect())
}
