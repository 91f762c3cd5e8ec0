//! A resource that a function of the user's makes, or whoever listens at a topic: it is sent a request, and puts its response to a URL.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html>

use service::resource::{Hand, Made, Resource, ResourceType, as_text, text_at};
use service::template::json;
use service::{ArnParts, Bytes, Duration, Error, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::CloudFormation::CustomResource",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: None,
};

/// How long a response may take at the most, in seconds: `ServiceTimeout` says it otherwise.
const LONGEST_SECONDS: u64 = 3600;
/// The longest physical id, in bytes.
const LONGEST_ID: usize = 1024;

/// What is said of a resource in a request.
struct Said<'a> {
    kind: &'a str,
    id: Option<&'a str>,
    old: Option<&'a Value>,
    properties: &'a Value,
}

/// Sends a request, and gives the response to it.
fn ask(hand: &mut Hand, said: &Said<'_>) -> Result<Option<Value>> {
    let token = text_at(said.properties, &["ServiceToken"]).unwrap_or_default().to_owned();
    let mut request = vec![
        ("RequestType", Value::from(said.kind)),
        ("ServiceToken", token.as_str().into()),
        ("ResponseURL", hand.owner("ResponseURL")),
        ("StackId", hand.owner("StackId")),
        ("RequestId", hand.token().into()),
        ("LogicalResourceId", hand.owner("LogicalResourceId")),
        ("ResourceType", hand.owner("ResourceType")),
        ("ResourceProperties", texts(said.properties)),
    ];
    request.extend(said.id.map(|id| ("PhysicalResourceId", id.into())));
    request.extend(said.old.map(|old| ("OldResourceProperties", texts(old))));
    send(hand, &token, json::write(&Value::map(request)))?;
    let seconds = said.properties.get("ServiceTimeout").and_then(|value| as_text(value).parse().ok());
    let within = Duration::from_secs(seconds.unwrap_or(LONGEST_SECONDS).clamp(1, LONGEST_SECONDS));
    let name = format!("response/{}/", hand.owner("Secret").as_str().unwrap_or_default());
    hand.hear(&name, within)
}

fn send(hand: &mut Hand, token: &str, request: String) -> Result<()> {
    let service = ArnParts::parse(token).ok().map(|parts| parts.service);
    match service {
        Some("lambda") => {
            let payload = Value::Blob(Bytes::from(request));
            let input = [("FunctionName", token.into()), ("InvocationType", "Event".into()), ("Payload", payload)];
            hand.call_at("lambda", "Invoke", Value::map(input)).map(drop)
        }
        Some("sns") => {
            let subject = "AWS CloudFormation custom resource request";
            let input = [("TopicArn", token.into()), ("Subject", subject.into()), ("Message", request.into())];
            hand.call_at("sns", "Publish", Value::map(input)).map(drop)
        }
        _ => Err(Error::new("ValidationError", "Invalid service token.")),
    }
}

/// All scalars are texts in what a function is sent.
fn texts(value: &Value) -> Value {
    match value {
        Value::List(items) => Value::List(items.iter().map(texts).collect()),
        Value::Map(members) => Value::map(members.iter().map(|(name, value)| (name.clone(), texts(value)))),
        scalar => as_text(scalar).into(),
    }
}

/// What a response says went wrong, if it does.
fn check(hand: &Hand, response: Option<&Value>) -> Result<()> {
    let token = hand.token();
    let failed = |text: String| Err(Error::new("CustomResource", text).status(400));
    let Some(response) = response else {
        return failed(format!(
            "CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId \
             [{token}]. If you are using the Python cfn-response module, you may need to update your Lambda function code so \
             that CloudFormation can attach the updated version."
        ));
    };
    match text_at(response, &["Status"]) {
        Some("SUCCESS") => {}
        Some("FAILED") => {
            let why = text_at(response, &["Reason"]).unwrap_or_default();
            return failed(format!(
                "Received response status [FAILED] from custom resource. Message returned: {why} (RequestId: {token})"
            ));
        }
        _ => return failed("Invalid response object: its Status must be SUCCESS or FAILED.".to_owned()),
    }
    match text_at(response, &["PhysicalResourceId"]) {
        Some(id) if id.is_empty() || id.len() > LONGEST_ID => failed("Invalid PhysicalResourceId".to_owned()),
        _ => Ok(()),
    }
}

/// Tells the attributes that a response has.
fn tell(hand: &mut Hand, response: &Value) {
    let data = response.get("Data").and_then(Value::as_map).cloned().unwrap_or_default();
    // What lies deeper goes by a path, too.
    let mut attributes = service::IndexMap::new();
    for (name, value) in data {
        if let Value::Map(members) = &value {
            attributes.extend(members.iter().map(|(inner, value)| (format!("{name}.{inner}"), value.clone())));
        }
        attributes.insert(name, value);
    }
    hand.tell(attributes);
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let response = ask(hand, &Said { kind: "Create", id: None, old: None, properties: wanted })?;
    let given = response.as_ref().and_then(|said| text_at(said, &["PhysicalResourceId"])).map(str::to_owned);
    let id = given.filter(|id| !id.is_empty()).unwrap_or_else(|| hand.generated(255));
    // Whatever came of it, its maker is asked to delete it.
    hand.born(&id);
    check(hand, response.as_ref())?;
    tell(hand, &response.unwrap_or_default());
    Ok(Made::of(id))
}

/// What it is, only its maker knows.
fn read(_: &mut Hand, resource: &Resource<'_>) -> Result<Option<Value>> {
    Ok(Some(resource.properties.clone()))
}

fn update(hand: &mut Hand, resource: &Resource<'_>, wanted: &Value) -> Result<()> {
    let said = Said { kind: "Update", id: Some(resource.id), old: Some(resource.properties), properties: wanted };
    let response = ask(hand, &said)?;
    check(hand, response.as_ref())?;
    let response = response.unwrap_or_default();
    // Another id is another resource: the old one is deleted when all else is done.
    if let Some(id) = text_at(&response, &["PhysicalResourceId"]) {
        hand.born(id);
    }
    tell(hand, &response);
    Ok(())
}

fn delete(hand: &mut Hand, resource: &Resource<'_>) -> Result<()> {
    let said = Said { kind: "Delete", id: Some(resource.id), old: None, properties: resource.properties };
    let response = ask(hand, &said)?;
    check(hand, response.as_ref())
}
