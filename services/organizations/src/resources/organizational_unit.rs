//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-organizations-organizationalunit.html>

use super::{GONE, change_tags, tags_of};
use service::resource::{Hand, Made, Resource, ResourceType, found, pick, tag_list, tags, text_at};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::Organizations::OrganizationalUnit",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

fn of(id: &str) -> Value {
    Value::map([("OrganizationalUnitId", id.into())])
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let mut input = pick(wanted, &["Name", "ParentId"]);
    input.push(("Tags".to_owned(), tag_list(&tags(wanted.get("Tags")))));
    let made = hand.call("CreateOrganizationalUnit", Value::map(input))?;
    Ok(Made::of(text_at(&made, &["OrganizationalUnit", "Id"]).unwrap_or_default()))
}

fn read(hand: &mut Hand, unit: &Resource<'_>) -> Result<Option<Value>> {
    let Some(seen) = found(hand.look("DescribeOrganizationalUnit", of(unit.id)), GONE)? else { return Ok(None) };
    let parents = hand.look("ListParents", Value::map([("ChildId", unit.id.into())]))?;
    let parent = parents.get("Parents").and_then(Value::as_list).and_then(<[Value]>::first);
    let parent = parent.and_then(|parent| text_at(parent, &["Id"])).unwrap_or_default().to_owned();
    let seen = seen.get("OrganizationalUnit").cloned().unwrap_or_default();
    let mut out = pick(&seen, &["Id", "Arn", "Name", "Path"]);
    out.push(("ParentId".to_owned(), parent.into()));
    out.push(("Tags".to_owned(), tags_of(hand, unit.id)?));
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, unit: &Resource<'_>, wanted: &Value) -> Result<()> {
    if unit.properties.get("Name") != wanted.get("Name") {
        let mut input = pick(wanted, &["Name"]);
        input.push(("OrganizationalUnitId".to_owned(), unit.id.into()));
        hand.call("UpdateOrganizationalUnit", Value::map(input))?;
    }
    change_tags(hand, unit.id, (unit.properties, wanted))
}

fn delete(hand: &mut Hand, unit: &Resource<'_>) -> Result<()> {
    found(hand.call("DeleteOrganizationalUnit", of(unit.id)), GONE).map(drop)
}

/// From the root down.
fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let Some(roots) = found(hand.look("ListRoots", Value::map::<&str>([])), GONE)? else { return Ok(Vec::new()) };
    let roots = roots.get("Roots").and_then(Value::as_list).unwrap_or_default();
    let mut open: Vec<String> = roots.iter().filter_map(|root| text_at(root, &["Id"]).map(str::to_owned)).collect();
    let mut all = Vec::new();
    while let Some(parent) = open.pop() {
        let input = Value::map([("ParentId", parent.into())]);
        let names = ["NextToken", "NextToken", "OrganizationalUnits"];
        let units = hand.pages("ListOrganizationalUnitsForParent", input, names)?;
        let ids: Vec<String> = units.iter().filter_map(|unit| text_at(unit, &["Id"]).map(str::to_owned)).collect();
        all.extend(ids.iter().cloned());
        open.extend(ids);
    }
    Ok(all)
}
