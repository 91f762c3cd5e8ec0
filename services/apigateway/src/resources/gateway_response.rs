//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-gatewayresponse.html>

use super::forms::{api, gone, input, output, seen};
use service::resource::{Hand, Made, Resource, ResourceType, text_at};
use service::{Error, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::ApiGateway::GatewayResponse",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: None,
};

const OWN: [&str; 5] = ["ResponseParameters", "ResponseTemplates", "ResponseType", "RestApiId", "StatusCode"];

/// The id is the API's and the type.
fn key(response: &Resource<'_>) -> Value {
    let (api, kind) = response.id.split_once('|').unwrap_or_default();
    Value::map([("restApiId", api.into()), ("responseType", kind.into())])
}

fn put(hand: &mut Hand, wanted: &Value) -> Result<()> {
    hand.call("PutGatewayResponse", Value::map(input(wanted, &OWN))).map(drop)
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let (api, kind) = (api(wanted), text_at(wanted, &["ResponseType"]).unwrap_or_default());
    let made = Made::of(format!("{api}|{kind}"));
    // One that was changed already would be taken over.
    let there = seen(hand, "GetGatewayResponse", key(&Resource { id: &made.id, properties: &Value::Null }))?;
    if there.is_some_and(|there| there.get("defaultResponse").and_then(Value::as_bool) == Some(false)) {
        return Err(Error::new("ConflictException", format!("{kind} already exists in {api}")));
    }
    put(hand, wanted)?;
    Ok(made)
}

fn read(hand: &mut Hand, response: &Resource<'_>) -> Result<Option<Value>> {
    let seen = seen(hand, "GetGatewayResponse", key(response))?;
    let own = |seen: &Value| seen.get("defaultResponse").and_then(Value::as_bool) == Some(false);
    let Some(seen) = seen.filter(own) else { return Ok(None) };
    let mut out = output(&seen, &["ResponseParameters", "ResponseTemplates", "ResponseType", "StatusCode"]);
    out.push(("Id".to_owned(), response.id.into()));
    out.push(("RestApiId".to_owned(), response.id.split('|').next().into()));
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, _: &Resource<'_>, wanted: &Value) -> Result<()> {
    put(hand, wanted)
}

fn delete(hand: &mut Hand, response: &Resource<'_>) -> Result<()> {
    gone(hand, "DeleteGatewayResponse", key(response))
}
