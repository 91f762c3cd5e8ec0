//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-instanceprofile.html>

use super::GONE;
use super::noun::texts;
use service::resource::{Hand, Made, Resource, ResourceType, found, pick};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::IAM::InstanceProfile",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

fn id(profile: &str) -> (String, Value) {
    ("InstanceProfileName".to_owned(), profile.into())
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let name = hand.name(wanted, "InstanceProfileName", 128);
    let mut input = pick(wanted, &["Path"]);
    input.push(id(&name));
    hand.call("CreateInstanceProfile", Value::map(input))?;
    hand.born(&name);
    write(hand, &name, (&Value::Null, wanted))?;
    Ok(Made::of(name))
}

/// Writes what differs of the roles: those that leave make room first, for a profile has one at a time.
fn write(hand: &mut Hand, name: &str, (old, new): (&Value, &Value)) -> Result<()> {
    let (before, after) = (texts(old, "Roles"), texts(new, "Roles"));
    let of = |role: &String| Value::map([id(name), ("RoleName".to_owned(), role.into())]);
    for role in before.iter().filter(|role| !after.contains(role)) {
        found(hand.call("RemoveRoleFromInstanceProfile", of(role)), GONE)?;
    }
    for role in after.iter().filter(|role| !before.contains(role)) {
        hand.call("AddRoleToInstanceProfile", of(role))?;
    }
    Ok(())
}

fn read(hand: &mut Hand, profile: &Resource<'_>) -> Result<Option<Value>> {
    let answer = hand.look("GetInstanceProfile", Value::map([id(profile.id)]));
    let Some(answer) = found(answer, GONE)? else { return Ok(None) };
    let seen = answer.get("InstanceProfile").cloned().unwrap_or_default();
    let mut out = pick(&seen, &["InstanceProfileName", "Arn", "Path"]);
    let roles = seen.get("Roles").and_then(Value::as_list).unwrap_or_default();
    let names = roles.iter().filter_map(|role| role.get("RoleName").cloned()).collect();
    out.push(("Roles".to_owned(), Value::List(names)));
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, profile: &Resource<'_>, wanted: &Value) -> Result<()> {
    write(hand, profile.id, (profile.properties, wanted))
}

fn delete(hand: &mut Hand, profile: &Resource<'_>) -> Result<()> {
    write(hand, profile.id, (profile.properties, &Value::Null))?;
    found(hand.call("DeleteInstanceProfile", Value::map([id(profile.id)])), GONE).map(drop)
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let all = hand.pages("ListInstanceProfiles", Value::map::<&str>([]), ["Marker", "Marker", "InstanceProfiles"])?;
    Ok(all.iter().filter_map(|profile| profile.get("InstanceProfileName")?.as_str().map(str::to_owned)).collect())
}
