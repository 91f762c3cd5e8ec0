//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-model.html>

use super::forms::{Patches, gone, input, key, output, seen, with};
use service::resource::{Hand, Made, Resource, ResourceType, as_text};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::ApiGateway::Model",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: None,
};

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    // A model's name has no hyphens.
    let name = hand.name(wanted, "Name", 128).replace('-', "");
    let mut members = input(wanted, &["Description", "RestApiId"]);
    let kind = wanted.get("ContentType").map_or_else(|| "application/json".to_owned(), as_text);
    members.push(("contentType".to_owned(), kind.into()));
    members.push(("schema".to_owned(), wanted.get("Schema").map(as_text).into()));
    hand.call("CreateModel", with(members, "name", name.as_str()))?;
    Ok(Made::of(name))
}

fn read(hand: &mut Hand, model: &Resource<'_>) -> Result<Option<Value>> {
    let Some(seen) = seen(hand, "GetModel", key(model.properties, "modelName", model.id))? else { return Ok(None) };
    let mut out = output(&seen, &["ContentType", "Description", "Name", "Schema"]);
    out.push(("RestApiId".to_owned(), model.text("RestApiId").into()));
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, model: &Resource<'_>, wanted: &Value) -> Result<()> {
    let both = (model.properties, wanted);
    let mut patches = Patches::default();
    patches.set(both, ("Description", "/description"), Some(""));
    patches.set(both, ("Schema", "/schema"), Some("{}"));
    patches.send(hand, "UpdateModel", key(model.properties, "modelName", model.id))
}

fn delete(hand: &mut Hand, model: &Resource<'_>) -> Result<()> {
    gone(hand, "DeleteModel", key(model.properties, "modelName", model.id))
}
