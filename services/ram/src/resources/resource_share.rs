//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ram-resourceshare.html>

use super::tag_list;
use service::resource::{Hand, Made, Resource, ResourceType, TagChange, found, pick, tags, text_at};
use service::{Error, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::RAM::ResourceShare",
    schemas: &super::SCHEMAS,
    refused: &["ResourceShareConfiguration"],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

const GONE: &[&str] = &["UnknownResourceException"];

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let mut input = vec![("clientToken".to_owned(), Value::from(hand.token()))];
    for (property, member) in [
        ("Name", "name"),
        ("AllowExternalPrincipals", "allowExternalPrincipals"),
        ("Principals", "principals"),
        ("ResourceArns", "resourceArns"),
        ("PermissionArns", "permissionArns"),
        ("Sources", "sources"),
    ] {
        input.extend(pick(wanted, &[property]).into_iter().map(|(_, value)| (member.to_owned(), value)));
    }
    let tags = tags(wanted.get("Tags"));
    if !tags.is_empty() {
        input.push(("tags".to_owned(), tag_list(&tags)));
    }
    let made = hand.call("CreateResourceShare", Value::map(input))?;
    let arn = text_at(&made, &["resourceShare", "resourceShareArn"]);
    arn.map(Made::of).ok_or_else(|| Error::internal("a share was made without an ARN"))
}

fn shown(hand: &mut Hand, arn: &str) -> Result<Option<Value>> {
    let input = Value::map([
        ("resourceOwner", "SELF".into()),
        ("resourceShareArns", Value::List(vec![arn.into()])),
        ("resourceShareStatus", "ACTIVE".into()),
    ]);
    let Some(answer) = found(hand.look("GetResourceShares", input), GONE)? else { return Ok(None) };
    Ok(answer.get("resourceShares").and_then(Value::as_list).and_then(|all| all.first()).cloned())
}

fn read(hand: &mut Hand, share: &Resource<'_>) -> Result<Option<Value>> {
    let Some(shown) = shown(hand, share.id)? else { return Ok(None) };
    let mut members = vec![("Arn".to_owned(), Value::from(share.id))];
    for (member, property) in [
        ("name", "Name"),
        ("allowExternalPrincipals", "AllowExternalPrincipals"),
        ("owningAccountId", "OwningAccountId"),
        ("status", "Status"),
        ("featureSet", "FeatureSet"),
    ] {
        members.extend(shown.get(member).map(|value| (property.to_owned(), value.clone())));
    }
    members.extend(super::shown_tags(&shown).map(|tags| ("Tags".to_owned(), tags)));
    Ok(Some(Value::map(members)))
}

fn texts(properties: &Value, name: &str) -> Vec<String> {
    let all = properties.get(name).and_then(Value::as_list).unwrap_or_default();
    all.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn update(hand: &mut Hand, share: &Resource<'_>, wanted: &Value) -> Result<()> {
    let facts = [("Name", "name"), ("AllowExternalPrincipals", "allowExternalPrincipals")];
    if facts.iter().any(|(property, _)| share.properties.get(property) != wanted.get(property)) {
        let mut input = vec![("resourceShareArn".to_owned(), Value::from(share.id))];
        for (property, member) in facts {
            input.extend(wanted.get(property).map(|value| (member.to_owned(), value.clone())));
        }
        hand.call("UpdateResourceShare", Value::map(input))?;
    }
    let lists = [("Principals", "principals"), ("ResourceArns", "resourceArns"), ("Sources", "sources")];
    for (property, member) in lists {
        let (old, new) = (texts(share.properties, property), texts(wanted, property));
        for (operation, names, others) in
            [("DisassociateResourceShare", &old, &new), ("AssociateResourceShare", &new, &old)]
        {
            let names: Vec<Value> = names.iter().filter(|name| !others.contains(name)).map(Value::from).collect();
            if !names.is_empty() {
                let input = [("resourceShareArn", Value::from(share.id)), (member, Value::List(names))];
                hand.call(operation, Value::map(input))?;
            }
        }
    }
    let old = texts(share.properties, "PermissionArns");
    for arn in texts(wanted, "PermissionArns").into_iter().filter(|arn| !old.contains(arn)) {
        let input =
            [("resourceShareArn", share.id.into()), ("permissionArn", arn.into()), ("replace", Value::Bool(true))];
        hand.call("AssociateResourceSharePermission", Value::map(input))?;
    }
    let change = TagChange::between(share.properties.get("Tags"), wanted.get("Tags"));
    super::change_tags(hand, ("resourceShareArn", share.id), &change)
}

fn delete(hand: &mut Hand, share: &Resource<'_>) -> Result<()> {
    let input = Value::map([("resourceShareArn", share.id.into())]);
    found(hand.call("DeleteResourceShare", input), GONE).map(drop)
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let input = Value::map([("resourceOwner", "SELF".into()), ("resourceShareStatus", "ACTIVE".into())]);
    let all = hand.pages("GetResourceShares", input, ["nextToken", "nextToken", "resourceShares"])?;
    Ok(all.iter().filter_map(|one| text_at(one, &["resourceShareArn"]).map(str::to_owned)).collect())
}
