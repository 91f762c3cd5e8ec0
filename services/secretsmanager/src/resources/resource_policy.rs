//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-resourcepolicy.html>

use super::GONE;
use service::resource::{Hand, Made, Resource, ResourceType, as_text, found, pick, text_at};
use service::{Error, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::SecretsManager::ResourcePolicy",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: None,
};

fn of(secret: &str) -> Value {
    Value::map([("SecretId", secret.into())])
}

fn put(hand: &mut Hand, secret: &str, wanted: &Value) -> Result<Value> {
    let mut input = pick(wanted, &["BlockPublicPolicy"]);
    input.push(("SecretId".to_owned(), secret.into()));
    input.push(("ResourcePolicy".to_owned(), wanted.get("ResourcePolicy").map(as_text).into()));
    hand.call("PutResourcePolicy", Value::map(input))
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let secret = text_at(wanted, &["SecretId"]).unwrap_or_default();
    let there = hand.look("GetResourcePolicy", of(secret))?;
    if there.get("ResourcePolicy").is_some() {
        let text = format!("A resource policy already exists for the secret {secret}.");
        return Err(Error::new("ResourcePolicyAlreadyExists", text));
    }
    let answer = put(hand, secret, wanted)?;
    Ok(Made::of(text_at(&answer, &["ARN"]).unwrap_or_default()))
}

fn read(hand: &mut Hand, policy: &Resource<'_>) -> Result<Option<Value>> {
    let Some(answer) = found(hand.look("GetResourcePolicy", of(policy.id)), GONE)? else { return Ok(None) };
    let document = text_at(&answer, &["ResourcePolicy"]);
    let all = |document: &str| {
        let secret = text_at(policy.properties, &["SecretId"]).unwrap_or(policy.id);
        Value::map([("Id", policy.id.into()), ("SecretId", secret.into()), ("ResourcePolicy", document.into())])
    };
    Ok(document.map(all))
}

fn update(hand: &mut Hand, policy: &Resource<'_>, wanted: &Value) -> Result<()> {
    put(hand, policy.id, wanted).map(drop)
}

fn delete(hand: &mut Hand, policy: &Resource<'_>) -> Result<()> {
    found(hand.call("DeleteResourcePolicy", of(policy.id)), GONE).map(drop)
}
