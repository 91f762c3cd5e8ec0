//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-activity.html>

use super::retag;
use service::resource::{
    Hand, Made, Resource, ResourceType, exists, found, pick, text_at, with_capital_names, with_small_names,
};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::StepFunctions::Activity",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

const GONE: &[&str] = &["ActivityDoesNotExist"];

fn describe(hand: &mut Hand, arn: &str) -> Result<Option<Value>> {
    found(hand.look("DescribeActivity", Value::map([("activityArn", arn.into())])), GONE)
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let arn = hand.arn("states", format!("activity:{}", text_at(wanted, &["Name"]).unwrap_or_default()));
    // CreateActivity takes one that is there for the one that it was to make.
    if describe(hand, arn.as_str())?.is_some() {
        return Err(exists(TYPE.name, arn.as_str()));
    }
    let mut input = with_small_names(&Value::map(pick(wanted, &["EncryptionConfiguration", "Name"])));
    if let Value::Map(members) = &mut input {
        members.insert("tags".to_owned(), retag::members(wanted));
    }
    let made = hand.call("CreateActivity", input)?;
    Ok(Made::of(text_at(&made, &["activityArn"]).unwrap_or_default()))
}

fn read(hand: &mut Hand, activity: &Resource<'_>) -> Result<Option<Value>> {
    let Some(answer) = describe(hand, activity.id)? else { return Ok(None) };
    let mut out = pick(&with_capital_names(&answer), &["EncryptionConfiguration", "Name"]);
    out.push(("Arn".to_owned(), activity.id.into()));
    out.push(("Tags".to_owned(), retag::seen(hand, activity.id)?));
    Ok(Some(Value::map(out)))
}

/// Only its tags change: all else makes it another one.
fn update(hand: &mut Hand, activity: &Resource<'_>, wanted: &Value) -> Result<()> {
    retag::retag(hand, activity.id, (activity.properties, wanted))
}

/// An activity that is not there is deleted already, Step Functions says.
fn delete(hand: &mut Hand, activity: &Resource<'_>) -> Result<()> {
    hand.call("DeleteActivity", Value::map([("activityArn", activity.id.into())])).map(drop)
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let pages = ["nextToken", "nextToken", "activities"];
    let all = hand.pages("ListActivities", Value::map::<&str>([]), pages)?;
    Ok(all.iter().filter_map(|activity| activity.get("activityArn")?.as_str().map(str::to_owned)).collect())
}
