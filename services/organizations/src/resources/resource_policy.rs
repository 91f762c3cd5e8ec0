//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-organizations-resourcepolicy.html>

use super::{GONE, change_tags, tags_of};
use service::resource::{Hand, Made, Resource, ResourceType, as_text, exists, found, tag_list, tags, text_at};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::Organizations::ResourcePolicy",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

const SUMMARY: [&str; 2] = ["ResourcePolicy", "ResourcePolicySummary"];

fn there(hand: &mut Hand) -> Result<Option<Value>> {
    found(hand.look("DescribeResourcePolicy", Value::map::<&str>([])), GONE)
}

fn id(seen: &Value) -> Option<String> {
    let [policy, summary] = SUMMARY;
    text_at(seen, &[policy, summary, "Id"]).map(str::to_owned)
}

fn content(wanted: &Value) -> (&'static str, Value) {
    ("Content", wanted.get("Content").map(as_text).into())
}

/// An organisation has one, and putting another would replace it.
fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    if let Some(known) = there(hand)?.as_ref().and_then(id) {
        return Err(exists(TYPE.name, &known));
    }
    let input = Value::map([content(wanted), ("Tags", tag_list(&tags(wanted.get("Tags"))))]);
    let made = hand.call("PutResourcePolicy", input)?;
    Ok(Made::of(id(&made).unwrap_or_default()))
}

fn read(hand: &mut Hand, policy: &Resource<'_>) -> Result<Option<Value>> {
    let seen = there(hand)?;
    let Some(seen) = seen.filter(|seen| id(seen).as_deref() == Some(policy.id)) else { return Ok(None) };
    let [outer, summary] = SUMMARY;
    let tags = tags_of(hand, policy.id)?;
    Ok(Some(Value::map([
        ("Id", policy.id.into()),
        ("Arn", text_at(&seen, &[outer, summary, "Arn"]).into()),
        ("Content", text_at(&seen, &[outer, "Content"]).into()),
        ("Tags", tags),
    ])))
}

fn update(hand: &mut Hand, policy: &Resource<'_>, wanted: &Value) -> Result<()> {
    if policy.properties.get("Content") != wanted.get("Content") {
        hand.call("PutResourcePolicy", Value::map([content(wanted)]))?;
    }
    change_tags(hand, policy.id, (policy.properties, wanted))
}

fn delete(hand: &mut Hand, _policy: &Resource<'_>) -> Result<()> {
    found(hand.call("DeleteResourcePolicy", Value::map::<&str>([])), GONE).map(drop)
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    Ok(there(hand)?.as_ref().and_then(id).into_iter().collect())
}
