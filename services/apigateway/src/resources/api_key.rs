//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-apikey.html>

use super::forms::{Patches, gone, input, output, seen, with};
use super::rest_api::write_tags;
use service::resource::{Hand, Made, Resource, ResourceType, TagChange, tag_list, tag_map, tags, text_at};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::ApiGateway::ApiKey",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

const OWN: [&str; 6] = ["CustomerId", "Description", "Enabled", "GenerateDistinctId", "StageKeys", "Value"];

fn key(id: &str) -> Value {
    Value::map([("apiKey", id.into())])
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let name = hand.name(wanted, "Name", 128);
    let mut members = input(wanted, &OWN);
    members.push(("tags".to_owned(), tag_map(&tags(wanted.get("Tags")))));
    let made = hand.call("CreateApiKey", with(members, "name", name))?;
    Ok(Made::of(text_at(&made, &["id"]).unwrap_or_default()))
}

fn read(hand: &mut Hand, api_key: &Resource<'_>) -> Result<Option<Value>> {
    let input = Value::map([("apiKey", api_key.id.into()), ("includeValue", true.into())]);
    let Some(seen) = seen(hand, "GetApiKey", input)? else { return Ok(None) };
    let mut out = output(&seen, &["CustomerId", "Description", "Enabled", "Name", "Value"]);
    out.push(("APIKeyId".to_owned(), api_key.id.into()));
    out.push(("Tags".to_owned(), tag_list(&tags(seen.get("tags")))));
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, api_key: &Resource<'_>, wanted: &Value) -> Result<()> {
    let both = (api_key.properties, wanted);
    let mut patches = Patches::default();
    patches.set(both, ("CustomerId", "/customerId"), Some(""));
    patches.set(both, ("Description", "/description"), Some(""));
    patches.set(both, ("Enabled", "/enabled"), Some("false"));
    patches.set(both, ("StageKeys", "/stages"), Some(""));
    patches.send(hand, "UpdateApiKey", key(api_key.id))?;
    let change = TagChange::between(api_key.properties.get("Tags"), wanted.get("Tags"));
    write_tags(hand, &format!("/apikeys/{}", api_key.id), change)
}

fn delete(hand: &mut Hand, api_key: &Resource<'_>) -> Result<()> {
    gone(hand, "DeleteApiKey", key(api_key.id))
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let all = hand.pages("GetApiKeys", Value::map([("limit", Value::Int(500))]), ["position", "position", "items"])?;
    Ok(all.iter().filter_map(|key| text_at(key, &["id"]).map(str::to_owned)).collect())
}
