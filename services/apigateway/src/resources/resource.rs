//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-resource.html>

use super::forms::{gone, input, key, output, seen};
use service::resource::{Hand, Made, Resource, ResourceType, text_at};
use service::{Error, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::ApiGateway::Resource",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: None,
};

const OWN: [&str; 3] = ["ParentId", "PathPart", "RestApiId"];

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let made = hand.call("CreateResource", Value::map(input(wanted, &OWN)))?;
    Ok(Made::of(text_at(&made, &["id"]).unwrap_or_default()))
}

fn read(hand: &mut Hand, resource: &Resource<'_>) -> Result<Option<Value>> {
    let Some(seen) = seen(hand, "GetResource", key(resource.properties, "resourceId", resource.id))? else {
        return Ok(None);
    };
    let mut out = output(&seen, &["ParentId", "PathPart"]);
    out.push(("RestApiId".to_owned(), resource.text("RestApiId").into()));
    out.push(("ResourceId".to_owned(), resource.id.into()));
    Ok(Some(Value::map(out)))
}

/// Every property replaces it.
fn update(_: &mut Hand, resource: &Resource<'_>, _: &Value) -> Result<()> {
    Err(Error::internal(format!("the resource {} cannot be changed", resource.id)))
}

fn delete(hand: &mut Hand, resource: &Resource<'_>) -> Result<()> {
    gone(hand, "DeleteResource", key(resource.properties, "resourceId", resource.id))
}
