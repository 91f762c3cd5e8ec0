//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html>

use super::GONE;
use super::noun::{ROLE, decoded};
use service::resource::{Hand, Made, Resource, ResourceType, TagChange, as_text, found, pick, tag_list, tags, text_at};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::IAM::Role",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

fn id(role: &str) -> (String, Value) {
    ("RoleName".to_owned(), role.into())
}

fn trust(wanted: &Value) -> Value {
    wanted.get("AssumeRolePolicyDocument").map(as_text).into()
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let name = hand.name(wanted, "RoleName", 64);
    let mut input = pick(wanted, &["Path", "Description", "MaxSessionDuration", "PermissionsBoundary"]);
    input.push(id(&name));
    input.push(("AssumeRolePolicyDocument".to_owned(), trust(wanted)));
    input.push(("Tags".to_owned(), tag_list(&tags(wanted.get("Tags")))));
    hand.call("CreateRole", Value::map(input))?;
    hand.born(&name);
    ROLE.write(hand, &name, (&Value::Null, wanted))?;
    Ok(Made::of(name))
}

fn read(hand: &mut Hand, role: &Resource<'_>) -> Result<Option<Value>> {
    let Some(answer) = found(hand.look("GetRole", Value::map([id(role.id)])), GONE)? else { return Ok(None) };
    let seen = answer.get("Role").cloned().unwrap_or_default();
    let mut out = pick(&seen, &["RoleName", "RoleId", "Arn", "Path", "Description", "MaxSessionDuration"]);
    let document = decoded(&seen, &["AssumeRolePolicyDocument"]);
    out.push(("AssumeRolePolicyDocument".to_owned(), document));
    let boundary = text_at(&seen, &["PermissionsBoundary", "PermissionsBoundaryArn"]);
    out.push(("PermissionsBoundary".to_owned(), boundary.into()));
    out.push(("Tags".to_owned(), tag_list(&tags(seen.get("Tags")))));
    out.extend(ROLE.seen(hand, role.id)?.map(|(name, value)| (name.to_owned(), value)));
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, role: &Resource<'_>, wanted: &Value) -> Result<()> {
    let old = role.properties;
    let differs = |name: &str| old.get(name) != wanted.get(name);
    if differs("AssumeRolePolicyDocument") {
        let input = [id(role.id), ("PolicyDocument".to_owned(), trust(wanted))];
        hand.call("UpdateAssumeRolePolicy", Value::map(input))?;
    }
    if differs("Description") || differs("MaxSessionDuration") {
        let description = wanted.get("Description").cloned().unwrap_or_else(|| "".into());
        let hours = wanted.get("MaxSessionDuration").cloned().unwrap_or(Value::Int(3600));
        let input = [id(role.id), ("Description".to_owned(), description), ("MaxSessionDuration".to_owned(), hours)];
        hand.call("UpdateRole", Value::map(input))?;
    }
    if differs("PermissionsBoundary") {
        match wanted.get("PermissionsBoundary") {
            Some(arn) => {
                let input = [id(role.id), ("PermissionsBoundary".to_owned(), arn.clone())];
                hand.call("PutRolePermissionsBoundary", Value::map(input))?
            }
            None => hand.call("DeleteRolePermissionsBoundary", Value::map([id(role.id)]))?,
        };
    }
    ROLE.write(hand, role.id, (old, wanted))?;
    let change = TagChange::between(old.get("Tags"), wanted.get("Tags"));
    change.write(hand, ("TagRole", "UntagRole"), ("RoleName", role.id))
}

fn delete(hand: &mut Hand, role: &Resource<'_>) -> Result<()> {
    ROLE.write(hand, role.id, (role.properties, &Value::Null))?;
    found(hand.call("DeleteRole", Value::map([id(role.id)])), GONE).map(drop)
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let roles = hand.pages("ListRoles", Value::map::<&str>([]), ["Marker", "Marker", "Roles"])?;
    Ok(roles.iter().filter_map(|role| role.get("RoleName")?.as_str().map(str::to_owned)).collect())
}
