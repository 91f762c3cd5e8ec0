//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpooluser.html>

use super::{GONE, in_pool};
use service::resource::{Hand, Made, Resource, ResourceType, found, pick, text_at};
use service::{Error, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::Cognito::UserPoolUser",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: None,
};

const LONGEST_NAME: usize = 128;

fn id(user: &Resource<'_>) -> Vec<(String, Value)> {
    in_pool(user.properties, ("Username", user.id))
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let given = [
        "ClientMetadata",
        "DesiredDeliveryMediums",
        "ForceAliasCreation",
        "MessageAction",
        "UserAttributes",
        "UserPoolId",
        "ValidationData",
    ];
    let mut input = pick(wanted, &given);
    input.push(("Username".to_owned(), hand.name(wanted, "Username", LONGEST_NAME).into()));
    let made = hand.call("AdminCreateUser", Value::map(input))?;
    Ok(Made::of(text_at(&made, &["User", "Username"]).unwrap_or_default()))
}

fn read(hand: &mut Hand, user: &Resource<'_>) -> Result<Option<Value>> {
    let Some(seen) = found(hand.look("AdminGetUser", Value::map(id(user))), GONE)? else { return Ok(None) };
    let mut out = id(user);
    out.push(("UserAttributes".to_owned(), seen.get("UserAttributes").cloned().into()));
    Ok(Some(Value::map(out)))
}

fn update(_hand: &mut Hand, _user: &Resource<'_>, _wanted: &Value) -> Result<()> {
    Err(Error::internal("every property of a user replaces it"))
}

fn delete(hand: &mut Hand, user: &Resource<'_>) -> Result<()> {
    found(hand.call("AdminDeleteUser", Value::map(id(user))), GONE).map(drop)
}
