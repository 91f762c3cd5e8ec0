//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-requestvalidator.html>

use super::forms::{Patches, gone, input, key, output, seen};
use service::resource::{Hand, Made, Resource, ResourceType, text_at};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::ApiGateway::RequestValidator",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: None,
};

const OWN: [&str; 3] = ["Name", "ValidateRequestBody", "ValidateRequestParameters"];

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let members = [input(wanted, &OWN), input(wanted, &["RestApiId"])].concat();
    let made = hand.call("CreateRequestValidator", Value::map(members))?;
    Ok(Made::of(text_at(&made, &["id"]).unwrap_or_default()))
}

fn read(hand: &mut Hand, validator: &Resource<'_>) -> Result<Option<Value>> {
    let key = key(validator.properties, "requestValidatorId", validator.id);
    let Some(seen) = seen(hand, "GetRequestValidator", key)? else { return Ok(None) };
    let mut out = output(&seen, &OWN);
    out.push(("RestApiId".to_owned(), validator.text("RestApiId").into()));
    out.push(("RequestValidatorId".to_owned(), validator.id.into()));
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, validator: &Resource<'_>, wanted: &Value) -> Result<()> {
    let both = (validator.properties, wanted);
    let mut patches = Patches::default();
    patches.set(both, ("ValidateRequestBody", "/validateRequestBody"), Some("false"));
    patches.set(both, ("ValidateRequestParameters", "/validateRequestParameters"), Some("false"));
    let key = key(validator.properties, "requestValidatorId", validator.id);
    patches.send(hand, "UpdateRequestValidator", key)
}

fn delete(hand: &mut Hand, validator: &Resource<'_>) -> Result<()> {
    gone(hand, "DeleteRequestValidator", key(validator.properties, "requestValidatorId", validator.id))
}
