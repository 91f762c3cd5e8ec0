//! What the CDK adds to each stack to count its users' constructs. It makes nothing, on AWS as here.
//! <https://docs.aws.amazon.com/cdk/v2/guide/usage-data.html>

use service::resource::{Hand, Made, Resource, ResourceType, pick};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::CDK::Metadata",
    schemas: &super::CDK_SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: None,
};

fn create(hand: &mut Hand, _: &Value) -> Result<Made> {
    Ok(Made::of(hand.token()))
}

/// What was counted is kept, and nobody is told.
fn read(_: &mut Hand, metadata: &Resource<'_>) -> Result<Option<Value>> {
    let mut out = pick(metadata.properties, &["Analytics", "Modules"]);
    out.push(("Id".to_owned(), metadata.id.into()));
    Ok(Some(Value::map(out)))
}

fn update(_: &mut Hand, _: &Resource<'_>, _: &Value) -> Result<()> {
    Ok(())
}

fn delete(_: &mut Hand, _: &Resource<'_>) -> Result<()> {
    Ok(())
}
