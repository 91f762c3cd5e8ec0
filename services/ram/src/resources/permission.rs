//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ram-permission.html>

use super::tag_list;
use service::resource::{Hand, Made, Resource, ResourceType, TagChange, as_text, found, pick, tags, text_at};
use service::template::json;
use service::{Error, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::RAM::Permission",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

const GONE: &[&str] = &["UnknownResourceException"];

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let mut input = vec![("clientToken".to_owned(), Value::from(hand.token()))];
    for (property, member) in [("Name", "name"), ("ResourceType", "resourceType")] {
        input.extend(pick(wanted, &[property]).into_iter().map(|(_, value)| (member.to_owned(), value)));
    }
    let template = wanted.get("PolicyTemplate").map(as_text).unwrap_or_default();
    input.push(("policyTemplate".to_owned(), template.into()));
    let tags = tags(wanted.get("Tags"));
    if !tags.is_empty() {
        input.push(("tags".to_owned(), tag_list(&tags)));
    }
    let made = hand.call("CreatePermission", Value::map(input))?;
    let arn = text_at(&made, &["permission", "arn"]);
    arn.map(Made::of).ok_or_else(|| Error::internal("a permission was made without an ARN"))
}

fn read(hand: &mut Hand, permission: &Resource<'_>) -> Result<Option<Value>> {
    let input = Value::map([("permissionArn", permission.id.into())]);
    let Some(answer) = found(hand.look("GetPermission", input), GONE)? else { return Ok(None) };
    let shown = answer.get("permission").cloned().unwrap_or_default();
    let mut members = Vec::new();
    for (member, property) in [
        ("arn", "Arn"),
        ("name", "Name"),
        ("resourceType", "ResourceType"),
        ("version", "Version"),
        ("permissionType", "PermissionType"),
        ("isResourceTypeDefault", "IsResourceTypeDefault"),
    ] {
        members.extend(shown.get(member).map(|value| (property.to_owned(), value.clone())));
    }
    let template = text_at(&shown, &["permission"]).and_then(json::read);
    members.extend(template.map(|template| ("PolicyTemplate".to_owned(), template)));
    members.extend(super::shown_tags(&shown).map(|tags| ("Tags".to_owned(), tags)));
    Ok(Some(Value::map(members)))
}

/// All but the tags replaces it.
fn update(hand: &mut Hand, permission: &Resource<'_>, wanted: &Value) -> Result<()> {
    let change = TagChange::between(permission.properties.get("Tags"), wanted.get("Tags"));
    super::change_tags(hand, ("resourceArn", permission.id), &change)
}

fn delete(hand: &mut Hand, permission: &Resource<'_>) -> Result<()> {
    let input = Value::map([("permissionArn", permission.id.into())]);
    found(hand.call("DeletePermission", input), GONE).map(drop)
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let input = Value::map([("permissionType", "CUSTOMER_MANAGED".into())]);
    let all = hand.pages("ListPermissions", input, ["nextToken", "nextToken", "permissions"])?;
    Ok(all.iter().filter_map(|one| text_at(one, &["arn"]).map(str::to_owned)).collect())
}
