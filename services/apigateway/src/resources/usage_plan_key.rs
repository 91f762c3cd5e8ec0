//! The id is the key's and the plan's.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-usageplankey.html>

use super::forms::{gone, input, seen};
use service::resource::{Hand, Made, Resource, ResourceType, text_at};
use service::{Error, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::ApiGateway::UsagePlanKey",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: None,
};

const OWN: [&str; 3] = ["KeyId", "KeyType", "UsagePlanId"];

fn key(id: &str) -> Value {
    let (key, plan) = id.split_once(':').unwrap_or_default();
    Value::map([("usagePlanId", plan.into()), ("keyId", key.into())])
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    hand.call("CreateUsagePlanKey", Value::map(input(wanted, &OWN)))?;
    let text = |name: &str| text_at(wanted, &[name]).unwrap_or_default();
    Ok(Made::of(format!("{}:{}", text("KeyId"), text("UsagePlanId"))))
}

fn read(hand: &mut Hand, plan_key: &Resource<'_>) -> Result<Option<Value>> {
    let Some(seen) = seen(hand, "GetUsagePlanKey", key(plan_key.id))? else { return Ok(None) };
    let (id, plan) = plan_key.id.split_once(':').unwrap_or_default();
    Ok(Some(Value::map([
        ("Id", plan_key.id.into()),
        ("KeyId", id.into()),
        ("KeyType", text_at(&seen, &["type"]).into()),
        ("UsagePlanId", plan.into()),
    ])))
}

/// Every property replaces it.
fn update(_: &mut Hand, plan_key: &Resource<'_>, _: &Value) -> Result<()> {
    Err(Error::internal(format!("the usage plan key {} cannot be changed", plan_key.id)))
}

fn delete(hand: &mut Hand, plan_key: &Resource<'_>) -> Result<()> {
    gone(hand, "DeleteUsagePlanKey", key(plan_key.id))
}
