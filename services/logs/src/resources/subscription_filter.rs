//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-subscriptionfilter.html>

use super::GONE;
use super::named::named;
use service::resource::{
    Hand, Made, Resource, ResourceType, exists, found, pick, with_capital_names, with_small_names,
};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::Logs::SubscriptionFilter",
    schemas: &super::SCHEMAS,
    refused: &["EmitSystemFields", "FieldSelectionCriteria"],
    create,
    read,
    update,
    delete,
    list: None,
};

/// Properties that are members of the same name.
const SAME: [&str; 6] =
    ["ApplyOnTransformedLogs", "DestinationArn", "Distribution", "FilterPattern", "LogGroupName", "RoleArn"];

fn put(hand: &mut Hand, name: &str, wanted: &Value) -> Result<()> {
    let mut input = pick(wanted, &SAME);
    input.push(("FilterName".to_owned(), name.into()));
    hand.call("PutSubscriptionFilter", with_small_names(&Value::map(input))).map(drop)
}

/// The filter of a group that goes by a name.
fn find(hand: &mut Hand, group: &str, name: &str) -> Result<Option<Value>> {
    let input = Value::map([("logGroupName", group.into()), ("filterNamePrefix", name.into())]);
    named(hand, ("DescribeSubscriptionFilters", input), ("subscriptionFilters", "filterName", name))
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let name = hand.name(wanted, "FilterName", 512);
    let group = wanted.get("LogGroupName").and_then(Value::as_str).unwrap_or_default();
    // To put one where one stands would change somebody else's.
    if find(hand, group, &name)?.is_some() {
        return Err(exists(TYPE.name, &format!("{name}|{group}")));
    }
    put(hand, &name, wanted)?;
    Ok(Made::of(name))
}

fn read(hand: &mut Hand, filter: &Resource<'_>) -> Result<Option<Value>> {
    let Some(group) = filter.text("LogGroupName") else { return Ok(None) };
    let Some(seen) = find(hand, group, filter.id)? else { return Ok(None) };
    let seen = with_capital_names(&seen);
    let mut out = pick(&seen, &SAME);
    out.push(("FilterName".to_owned(), filter.id.into()));
    out.retain(|(_, value)| !value.is_null());
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, filter: &Resource<'_>, wanted: &Value) -> Result<()> {
    put(hand, filter.id, wanted)
}

fn delete(hand: &mut Hand, filter: &Resource<'_>) -> Result<()> {
    let group = filter.text("LogGroupName").unwrap_or_default();
    let input = Value::map([("logGroupName", group.into()), ("filterName", filter.id.into())]);
    found(hand.call("DeleteSubscriptionFilter", input), GONE).map(drop)
}
