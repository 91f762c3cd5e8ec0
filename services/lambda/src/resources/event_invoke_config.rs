//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventinvokeconfig.html>

use super::GONE;
use service::resource::{Hand, Made, Resource, ResourceType, exists, found, pick, text_at};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::Lambda::EventInvokeConfig",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: None,
};

fn put(hand: &mut Hand, (function, qualifier): (&str, &str), wanted: &Value) -> Result<()> {
    let mut input = pick(wanted, &["DestinationConfig", "MaximumEventAgeInSeconds", "MaximumRetryAttempts"]);
    input.push(("FunctionName".to_owned(), function.into()));
    input.push(("Qualifier".to_owned(), qualifier.into()));
    hand.call("PutFunctionEventInvokeConfig", Value::map(input)).map(drop)
}

/// A configuration by its function and its version or alias, as its id has them.
fn named<'a>(config: &Resource<'a>) -> (&'a str, &'a str) {
    config.id.rsplit_once('|').unwrap_or_default()
}

fn key((function, qualifier): (&str, &str)) -> Value {
    Value::map([("FunctionName", function.into()), ("Qualifier", qualifier.into())])
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let text = |property: &str| text_at(wanted, &[property]).unwrap_or_default();
    let names = (text("FunctionName"), text("Qualifier"));
    let id = format!("{}|{}", names.0, names.1);
    // To put one where one stands would change somebody else's.
    if found(hand.look("GetFunctionEventInvokeConfig", key(names)), GONE)?.is_some() {
        return Err(exists(TYPE.name, &id));
    }
    put(hand, names, wanted)?;
    Ok(Made::of(id))
}

fn read(hand: &mut Hand, config: &Resource<'_>) -> Result<Option<Value>> {
    let names = named(config);
    let Some(seen) = found(hand.look("GetFunctionEventInvokeConfig", key(names)), GONE)? else { return Ok(None) };
    let mut out = pick(&seen, &["MaximumEventAgeInSeconds", "MaximumRetryAttempts"]);
    out.retain(|(_, value)| !value.is_null());
    let to = |outcome: &str| text_at(&seen, &["DestinationConfig", outcome, "Destination"]);
    let destinations = ["OnSuccess", "OnFailure"].into_iter().filter_map(|outcome| Some((outcome, to(outcome)?)));
    let destinations: Vec<_> =
        destinations.map(|(outcome, arn)| (outcome, Value::map([("Destination", arn.into())]))).collect();
    if !destinations.is_empty() {
        out.push(("DestinationConfig".to_owned(), Value::map(destinations)));
    }
    out.push(("FunctionName".to_owned(), names.0.into()));
    out.push(("Qualifier".to_owned(), names.1.into()));
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, config: &Resource<'_>, wanted: &Value) -> Result<()> {
    put(hand, named(config), wanted)
}

fn delete(hand: &mut Hand, config: &Resource<'_>) -> Result<()> {
    found(hand.call("DeleteFunctionEventInvokeConfig", key(named(config))), GONE).map(drop)
}
