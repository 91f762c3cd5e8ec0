//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-organizations-organization.html>

use super::GONE;
use service::resource::{Hand, Made, Resource, ResourceType, found, pick, text_at};
use service::{Error, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::Organizations::Organization",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let made = hand.call("CreateOrganization", Value::map(pick(wanted, &["FeatureSet"])))?;
    Ok(Made::of(text_at(&made, &["Organization", "Id"]).unwrap_or_default()))
}

fn read(hand: &mut Hand, organization: &Resource<'_>) -> Result<Option<Value>> {
    let nothing = || Value::map::<&str>([]);
    let Some(seen) = found(hand.look("DescribeOrganization", nothing()), GONE)? else { return Ok(None) };
    let text = |name: &str| text_at(&seen, &["Organization", name]).unwrap_or_default().to_owned();
    if text("Id") != organization.id {
        return Ok(None);
    }
    let roots = hand.look("ListRoots", nothing())?;
    let root = roots.get("Roots").and_then(Value::as_list).and_then(<[Value]>::first);
    let root = root.and_then(|root| text_at(root, &["Id"])).unwrap_or_default().to_owned();
    Ok(Some(Value::map([
        ("Id", text("Id").into()),
        ("Arn", text("Arn").into()),
        ("FeatureSet", text("FeatureSet").into()),
        ("ManagementAccountArn", text("MasterAccountArn").into()),
        ("ManagementAccountId", text("MasterAccountId").into()),
        ("ManagementAccountEmail", text("MasterAccountEmail").into()),
        ("RootId", Value::from(root)),
    ])))
}

/// All features can be enabled, and not be taken back.
fn update(hand: &mut Hand, organization: &Resource<'_>, wanted: &Value) -> Result<()> {
    let set = |properties: &Value| text_at(properties, &["FeatureSet"]).unwrap_or("ALL").to_owned();
    match (set(organization.properties).as_str(), set(wanted).as_str()) {
        (old, new) if old == new => Ok(()),
        (_, "ALL") => hand.call("EnableAllFeatures", Value::map::<&str>([])).map(drop),
        _ => Err(Error::new("InvalidRequest", "All features of an organization cannot be taken back.")),
    }
}

fn delete(hand: &mut Hand, _organization: &Resource<'_>) -> Result<()> {
    found(hand.call("DeleteOrganization", Value::map::<&str>([])), GONE).map(drop)
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let seen = found(hand.look("DescribeOrganization", Value::map::<&str>([])), GONE)?;
    Ok(seen.iter().filter_map(|seen| text_at(seen, &["Organization", "Id"]).map(str::to_owned)).collect())
}
