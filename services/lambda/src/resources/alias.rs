//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-alias.html>

use super::GONE;
use service::resource::{Hand, Made, Resource, ResourceType, found, pick, text_at};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::Lambda::Alias",
    schemas: &super::SCHEMAS,
    refused: &["ProvisionedConcurrencyConfig"],
    create,
    read,
    update,
    delete,
    list: None,
};

/// What goes to further versions, as operations take it: a map in place of the list.
fn routing(wanted: &Value) -> Value {
    let weights = wanted.get("RoutingConfig").and_then(|routing| routing.get("AdditionalVersionWeights"));
    let weights = weights.and_then(Value::as_list).unwrap_or_default().iter();
    let weights = weights.filter_map(|item| Some((text_at(item, &["FunctionVersion"])?, item.get("FunctionWeight")?)));
    Value::map([("AdditionalVersionWeights", Value::map(weights.map(|(version, weight)| (version, weight.clone()))))])
}

/// The same as properties have it.
fn routes(seen: &Value) -> Option<Value> {
    let weights = seen.get("RoutingConfig")?.get("AdditionalVersionWeights")?.as_map()?;
    let item = |(version, weight): (&String, &Value)| {
        Value::map([("FunctionVersion", version.into()), ("FunctionWeight", weight.clone())])
    };
    Some(Value::map([("AdditionalVersionWeights", Value::List(weights.iter().map(item).collect()))]))
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let mut input = pick(wanted, &["Description", "FunctionName", "FunctionVersion", "Name"]);
    input.push(("RoutingConfig".to_owned(), routing(wanted)));
    let made = hand.call("CreateAlias", Value::map(input))?;
    Ok(Made::of(text_at(&made, &["AliasArn"]).unwrap_or_default()))
}

/// An alias by its function and its name, as its ARN has them.
fn named(alias: &Resource<'_>) -> Vec<(String, Value)> {
    let (function, name) = alias.id.rsplit_once(':').unwrap_or_default();
    vec![("FunctionName".to_owned(), function.into()), ("Name".to_owned(), name.into())]
}

fn read(hand: &mut Hand, alias: &Resource<'_>) -> Result<Option<Value>> {
    let Some(seen) = found(hand.look("GetAlias", Value::map(named(alias))), GONE)? else { return Ok(None) };
    let mut out = pick(&seen, &["AliasArn", "Description", "FunctionVersion", "Name"]);
    let name = alias.text("FunctionName").or_else(|| alias.id.rsplit(':').nth(1));
    out.push(("FunctionName".to_owned(), name.into()));
    out.extend(routes(&seen).map(|routes| ("RoutingConfig".to_owned(), routes)));
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, alias: &Resource<'_>, wanted: &Value) -> Result<()> {
    let mut input = named(alias);
    input.extend(pick(wanted, &["FunctionVersion"]));
    input.push(("Description".to_owned(), text_at(wanted, &["Description"]).unwrap_or_default().into()));
    input.push(("RoutingConfig".to_owned(), routing(wanted)));
    hand.call("UpdateAlias", Value::map(input)).map(drop)
}

fn delete(hand: &mut Hand, alias: &Resource<'_>) -> Result<()> {
    found(hand.call("DeleteAlias", Value::map(named(alias))), GONE).map(drop)
}
