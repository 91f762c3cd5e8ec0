//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-dashboard.html>

use super::{tags_of, write_tags};
use service::resource::{Hand, Made, Resource, ResourceType, found, tag_list, tags, text_at};
use service::{Error, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::CloudWatch::Dashboard",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

const GONE: &[&str] = &["DashboardNotFoundError", "ResourceNotFound"];
const LONGEST_NAME: usize = 255;

fn put(hand: &mut Hand, name: &str, (wanted, tags): (&Value, Value)) -> Result<()> {
    let body = text_at(wanted, &["DashboardBody"]).into();
    let input = Value::map([("DashboardName", name.into()), ("DashboardBody", body), ("Tags", tags)]);
    hand.call("PutDashboard", input).map(drop)
}

fn look(hand: &mut Hand, name: &str) -> Result<Option<Value>> {
    found(hand.look("GetDashboard", Value::map([("DashboardName", name.into())])), GONE)
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let name = hand.name(wanted, "DashboardName", LONGEST_NAME);
    // A dashboard of that name would be written over.
    if look(hand, &name)?.is_some() {
        return Err(Error::new("DashboardAlreadyExists", format!("{name} already exists")));
    }
    put(hand, &name, (wanted, tag_list(&tags(wanted.get("Tags")))))?;
    Ok(Made::of(name))
}

fn read(hand: &mut Hand, dashboard: &Resource<'_>) -> Result<Option<Value>> {
    let Some(seen) = look(hand, dashboard.id)? else { return Ok(None) };
    let arn = text_at(&seen, &["DashboardArn"]).unwrap_or_default();
    Ok(Some(Value::map([
        ("DashboardName", dashboard.id.into()),
        ("DashboardBody", text_at(&seen, &["DashboardBody"]).into()),
        ("Tags", tags_of(hand, arn)?),
    ])))
}

fn update(hand: &mut Hand, dashboard: &Resource<'_>, wanted: &Value) -> Result<()> {
    if dashboard.properties.get("DashboardBody") != wanted.get("DashboardBody") {
        put(hand, dashboard.id, (wanted, Value::Null))?;
    }
    if dashboard.properties.get("Tags") == wanted.get("Tags") {
        return Ok(());
    }
    // Dashboards are of no region, which only their own ARN says.
    let Some(seen) = look(hand, dashboard.id)? else { return Ok(()) };
    let arn = text_at(&seen, &["DashboardArn"]).unwrap_or_default();
    write_tags(hand, arn, (dashboard.properties, wanted))
}

fn delete(hand: &mut Hand, dashboard: &Resource<'_>) -> Result<()> {
    let input = Value::map([("DashboardNames", Value::List(vec![dashboard.id.into()]))]);
    found(hand.call("DeleteDashboards", input), GONE).map(drop)
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let all = hand.pages("ListDashboards", Value::map::<&str>([]), ["NextToken", "NextToken", "DashboardEntries"])?;
    Ok(all.iter().filter_map(|entry| text_at(entry, &["DashboardName"]).map(str::to_owned)).collect())
}
