//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpoolclient.html>

use super::{GONE, in_pool};
use service::resource::{Hand, Made, Resource, ResourceType, found, pick, text_at};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::Cognito::UserPoolClient",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: None,
};

/// Properties that operations have under the same names, and that can be changed.
const CHANGEABLE: [&str; 20] = [
    "AccessTokenValidity",
    "AllowedOAuthFlows",
    "AllowedOAuthFlowsUserPoolClient",
    "AllowedOAuthScopes",
    "AnalyticsConfiguration",
    "AuthSessionValidity",
    "CallbackURLs",
    "DefaultRedirectURI",
    "EnablePropagateAdditionalUserContextData",
    "EnableTokenRevocation",
    "ExplicitAuthFlows",
    "IdTokenValidity",
    "LogoutURLs",
    "PreventUserExistenceErrors",
    "ReadAttributes",
    "RefreshTokenRotation",
    "RefreshTokenValidity",
    "SupportedIdentityProviders",
    "TokenValidityUnits",
    "WriteAttributes",
];
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html>
const LONGEST_NAME: usize = 128;

fn id(client: &Resource<'_>) -> Vec<(String, Value)> {
    in_pool(client.properties, ("ClientId", client.id))
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let mut input = pick(wanted, &CHANGEABLE);
    input.extend(pick(wanted, &["UserPoolId", "GenerateSecret"]));
    input.push(("ClientName".to_owned(), hand.name(wanted, "ClientName", LONGEST_NAME).into()));
    let made = hand.call("CreateUserPoolClient", Value::map(input))?;
    Ok(Made::of(text_at(&made, &["UserPoolClient", "ClientId"]).unwrap_or_default()))
}

fn read(hand: &mut Hand, client: &Resource<'_>) -> Result<Option<Value>> {
    let answer = hand.look("DescribeUserPoolClient", Value::map(id(client)));
    let Some(answer) = found(answer, GONE)? else { return Ok(None) };
    let seen = answer.get("UserPoolClient").cloned().unwrap_or_default();
    let mut out = pick(&seen, &CHANGEABLE);
    out.extend(pick(&seen, &["UserPoolId", "ClientId", "ClientName", "ClientSecret"]));
    out.push(("Name".to_owned(), text_at(&seen, &["ClientName"]).into()));
    out.push(("GenerateSecret".to_owned(), seen.get("ClientSecret").is_some().into()));
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, client: &Resource<'_>, wanted: &Value) -> Result<()> {
    let mut input = pick(wanted, &CHANGEABLE);
    input.extend(id(client));
    input.push(("ClientName".to_owned(), text_at(wanted, &["ClientName"]).into()));
    hand.call("UpdateUserPoolClient", Value::map(input)).map(drop)
}

fn delete(hand: &mut Hand, client: &Resource<'_>) -> Result<()> {
    found(hand.call("DeleteUserPoolClient", Value::map(id(client))), GONE).map(drop)
}
