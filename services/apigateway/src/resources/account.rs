//! The settings of an account's region, which are there always: to delete them changes nothing, as on AWS.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-account.html>

use super::forms::Patches;
use service::resource::{Hand, Made, Resource, ResourceType, text_at};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::ApiGateway::Account",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: None,
};

fn put(hand: &mut Hand, wanted: &Value) -> Result<()> {
    let role = text_at(wanted, &["CloudWatchRoleArn"]).unwrap_or_default();
    let mut patches = Patches::default();
    patches.add("replace", "/cloudwatchRoleArn", Some(role.to_owned()));
    patches.send(hand, "UpdateAccount", Value::map::<&str>([]))
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    put(hand, wanted)?;
    Ok(Made::of(hand.generated(128)))
}

fn read(hand: &mut Hand, account: &Resource<'_>) -> Result<Option<Value>> {
    let seen = hand.look("GetAccount", Value::map::<&str>([]))?;
    let role = text_at(&seen, &["cloudwatchRoleArn"]).into();
    Ok(Some(Value::map([("Id", account.id.into()), ("CloudWatchRoleArn", role)])))
}

fn update(hand: &mut Hand, _: &Resource<'_>, wanted: &Value) -> Result<()> {
    put(hand, wanted)
}

fn delete(_: &mut Hand, _: &Resource<'_>) -> Result<()> {
    Ok(())
}
