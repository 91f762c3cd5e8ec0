//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-authorizer.html>

use super::forms::{Patches, gone, input, key, output, seen};
use service::resource::{Hand, Made, Resource, ResourceType, as_text, text_at};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::ApiGateway::Authorizer",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: None,
};

const OWN: [&str; 9] = [
    "AuthType",
    "AuthorizerCredentials",
    "AuthorizerResultTtlInSeconds",
    "AuthorizerUri",
    "IdentitySource",
    "IdentityValidationExpression",
    "Name",
    "ProviderARNs",
    "Type",
];

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let members = [input(wanted, &OWN), input(wanted, &["RestApiId"])].concat();
    let made = hand.call("CreateAuthorizer", Value::map(members))?;
    Ok(Made::of(text_at(&made, &["id"]).unwrap_or_default()))
}

fn read(hand: &mut Hand, authorizer: &Resource<'_>) -> Result<Option<Value>> {
    let key = key(authorizer.properties, "authorizerId", authorizer.id);
    let Some(seen) = seen(hand, "GetAuthorizer", key)? else { return Ok(None) };
    let mut out = output(&seen, &OWN);
    out.push(("RestApiId".to_owned(), authorizer.text("RestApiId").into()));
    out.push(("AuthorizerId".to_owned(), authorizer.id.into()));
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, authorizer: &Resource<'_>, wanted: &Value) -> Result<()> {
    let both = (authorizer.properties, wanted);
    let mut patches = Patches::default();
    for (property, path, usual) in [
        ("Name", "/name", ""),
        ("Type", "/type", ""),
        ("AuthType", "/authType", ""),
        ("AuthorizerUri", "/authorizerUri", ""),
        ("AuthorizerCredentials", "/authorizerCredentials", ""),
        ("AuthorizerResultTtlInSeconds", "/authorizerResultTtlInSeconds", "300"),
        ("IdentitySource", "/identitySource", "method.request.header.Authorization"),
        ("IdentityValidationExpression", "/identityValidationExpression", ""),
    ] {
        patches.set(both, (property, path), Some(usual));
    }
    let pools = |properties: &Value| {
        let list = properties.get("ProviderARNs").and_then(Value::as_list).unwrap_or_default();
        list.iter().map(as_text).collect::<Vec<_>>()
    };
    let (old, new) = (pools(authorizer.properties), pools(wanted));
    for arn in new.iter().filter(|arn| !old.contains(arn)) {
        patches.add("add", "/providerARNs", Some(arn.clone()));
    }
    for arn in old.iter().filter(|arn| !new.contains(arn)) {
        patches.add("remove", "/providerARNs", Some(arn.clone()));
    }
    patches.send(hand, "UpdateAuthorizer", key(authorizer.properties, "authorizerId", authorizer.id))
}

fn delete(hand: &mut Hand, authorizer: &Resource<'_>) -> Result<()> {
    gone(hand, "DeleteAuthorizer", key(authorizer.properties, "authorizerId", authorizer.id))
}
