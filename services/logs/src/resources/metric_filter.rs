//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-metricfilter.html>

use super::GONE;
use super::named::named;
use service::resource::{
    Hand, Made, Resource, ResourceType, exists, found, pick, tag_list, tag_map, tags, text_at, with_capital_names,
    with_small_names,
};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::Logs::MetricFilter",
    schemas: &super::SCHEMAS,
    refused: &["EmitSystemFieldDimensions", "FieldSelectionCriteria"],
    create,
    read,
    update,
    delete,
    list: None,
};

const SAME: [&str; 3] = ["ApplyOnTransformedLogs", "FilterPattern", "LogGroupName"];
/// Members of a transformation that are the same in both forms. Dimensions are a list here, and a map for operations.
const PLAIN: [&str; 5] = ["DefaultValue", "MetricName", "MetricNamespace", "MetricValue", "Unit"];

fn put(hand: &mut Hand, name: &str, wanted: &Value) -> Result<()> {
    let transformation = |given: &Value| {
        let mut out = with_small_names(&Value::map(pick(given, &PLAIN)));
        if let (Value::Map(members), Some(dimensions)) = (&mut out, given.get("Dimensions")) {
            members.insert("dimensions".to_owned(), tag_map(&tags(Some(dimensions))));
        }
        out
    };
    let given = wanted.get("MetricTransformations").and_then(Value::as_list).unwrap_or_default();
    let mut input = with_small_names(&Value::map(pick(wanted, &SAME)));
    if let Value::Map(members) = &mut input {
        members.insert("filterName".to_owned(), name.into());
        let transformations = Value::List(given.iter().map(transformation).collect());
        members.insert("metricTransformations".to_owned(), transformations);
    }
    hand.call("PutMetricFilter", input).map(drop)
}

/// The filter of a group that goes by a name.
fn find(hand: &mut Hand, group: &str, name: &str) -> Result<Option<Value>> {
    let input = Value::map([("logGroupName", group.into()), ("filterNamePrefix", name.into())]);
    named(hand, ("DescribeMetricFilters", input), ("metricFilters", "filterName", name))
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let name = hand.name(wanted, "FilterName", 512);
    let group = text_at(wanted, &["LogGroupName"]).unwrap_or_default();
    // To put one where one stands would change somebody else's.
    if find(hand, group, &name)?.is_some() {
        return Err(exists(TYPE.name, &format!("{group}|{name}")));
    }
    put(hand, &name, wanted)?;
    Ok(Made::of(name))
}

fn read(hand: &mut Hand, filter: &Resource<'_>) -> Result<Option<Value>> {
    let Some(group) = filter.text("LogGroupName") else { return Ok(None) };
    let Some(seen) = find(hand, group, filter.id)? else { return Ok(None) };
    let transformation = |seen: &Value| {
        let mut out = pick(&with_capital_names(seen), &PLAIN);
        let dimensions = tags(seen.get("dimensions"));
        out.extend((!dimensions.is_empty()).then(|| ("Dimensions".to_owned(), tag_list(&dimensions))));
        out.retain(|(_, value)| !value.is_null());
        Value::map(out)
    };
    let transformations = seen.get("metricTransformations").and_then(Value::as_list).unwrap_or_default();
    let mut out = pick(&with_capital_names(&seen), &SAME);
    out.push(("FilterName".to_owned(), filter.id.into()));
    out.push((
        "MetricTransformations".to_owned(),
        transformations.iter().map(transformation).collect::<Vec<_>>().into(),
    ));
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, filter: &Resource<'_>, wanted: &Value) -> Result<()> {
    put(hand, filter.id, wanted)
}

fn delete(hand: &mut Hand, filter: &Resource<'_>) -> Result<()> {
    let group = filter.text("LogGroupName").unwrap_or_default();
    let input = Value::map([("logGroupName", group.into()), ("filterName", filter.id.into())]);
    found(hand.call("DeleteMetricFilter", input), GONE).map(drop)
}
