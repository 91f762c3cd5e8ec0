//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-user.html>

use super::GONE;
use super::noun::{USER, texts};
use service::resource::{Hand, Made, Resource, ResourceType, TagChange, found, pick, tag_list, tags, text_at};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::IAM::User",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

fn id(user: &str) -> (String, Value) {
    ("UserName".to_owned(), user.into())
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let name = hand.name(wanted, "UserName", 64);
    let mut input = pick(wanted, &["Path", "PermissionsBoundary"]);
    input.push(id(&name));
    input.push(("Tags".to_owned(), tag_list(&tags(wanted.get("Tags")))));
    hand.call("CreateUser", Value::map(input))?;
    hand.born(&name);
    write(hand, &name, (&Value::Null, wanted))?;
    Ok(Made::of(name))
}

/// Writes what differs of the sign-in, the groups and the policies.
fn write(hand: &mut Hand, name: &str, (old, new): (&Value, &Value)) -> Result<()> {
    match (old.get("LoginProfile"), new.get("LoginProfile")) {
        (before, now) if before == now => {}
        (Some(_), None) => found(hand.call("DeleteLoginProfile", Value::map([id(name)])), GONE).map(drop)?,
        (before, now) => {
            let mut input = pick(now.unwrap_or(&Value::Null), &["Password", "PasswordResetRequired"]);
            input.push(id(name));
            let operation = if before.is_some() { "UpdateLoginProfile" } else { "CreateLoginProfile" };
            hand.call(operation, Value::map(input))?;
        }
    }
    let (before, after) = (texts(old, "Groups"), texts(new, "Groups"));
    let in_group = |group: &String| Value::map([id(name), ("GroupName".to_owned(), group.into())]);
    for group in after.iter().filter(|group| !before.contains(group)) {
        hand.call("AddUserToGroup", in_group(group))?;
    }
    for group in before.iter().filter(|group| !after.contains(group)) {
        found(hand.call("RemoveUserFromGroup", in_group(group)), GONE)?;
    }
    USER.write(hand, name, (old, new))
}

fn read(hand: &mut Hand, user: &Resource<'_>) -> Result<Option<Value>> {
    let Some(answer) = found(hand.look("GetUser", Value::map([id(user.id)])), GONE)? else { return Ok(None) };
    let seen = answer.get("User").cloned().unwrap_or_default();
    let mut out = pick(&seen, &["UserName", "Arn", "Path"]);
    let boundary = text_at(&seen, &["PermissionsBoundary", "PermissionsBoundaryArn"]);
    out.push(("PermissionsBoundary".to_owned(), boundary.into()));
    out.push(("Tags".to_owned(), tag_list(&tags(seen.get("Tags")))));
    let groups = hand.pages("ListGroupsForUser", Value::map([id(user.id)]), ["Marker", "Marker", "Groups"])?;
    let names = groups.iter().filter_map(|group| group.get("GroupName").cloned()).collect();
    out.push(("Groups".to_owned(), Value::List(names)));
    out.extend(USER.seen(hand, user.id)?.map(|(name, value)| (name.to_owned(), value)));
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, user: &Resource<'_>, wanted: &Value) -> Result<()> {
    let old = user.properties;
    if old.get("Path") != wanted.get("Path") {
        let path = wanted.get("Path").cloned().unwrap_or_else(|| "/".into());
        hand.call("UpdateUser", Value::map([id(user.id), ("NewPath".to_owned(), path)]))?;
    }
    if old.get("PermissionsBoundary") != wanted.get("PermissionsBoundary") {
        match wanted.get("PermissionsBoundary") {
            Some(arn) => {
                let input = [id(user.id), ("PermissionsBoundary".to_owned(), arn.clone())];
                hand.call("PutUserPermissionsBoundary", Value::map(input))?
            }
            None => hand.call("DeleteUserPermissionsBoundary", Value::map([id(user.id)]))?,
        };
    }
    write(hand, user.id, (old, wanted))?;
    let change = TagChange::between(old.get("Tags"), wanted.get("Tags"));
    change.write(hand, ("TagUser", "UntagUser"), ("UserName", user.id))
}

fn delete(hand: &mut Hand, user: &Resource<'_>) -> Result<()> {
    write(hand, user.id, (user.properties, &Value::Null))?;
    found(hand.call("DeleteUser", Value::map([id(user.id)])), GONE).map(drop)
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let users = hand.pages("ListUsers", Value::map::<&str>([]), ["Marker", "Marker", "Users"])?;
    Ok(users.iter().filter_map(|user| user.get("UserName")?.as_str().map(str::to_owned)).collect())
}
