//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topicpolicy.html>

use super::GONE;
use service::resource::{Hand, Made, Resource, ResourceType, as_text, found};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::SNS::TopicPolicy",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: None,
};

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let id = hand.generated(128);
    hand.born(&id);
    write(hand, &topics(wanted), &document(wanted))?;
    Ok(Made::of(id))
}

fn document(properties: &Value) -> String {
    properties.get("PolicyDocument").map(as_text).unwrap_or_default()
}

fn topics(properties: &Value) -> Vec<String> {
    let topics = properties.get("Topics").and_then(Value::as_list).unwrap_or_default();
    topics.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Gives each topic this policy; an empty one brings back the default.
fn write(hand: &mut Hand, topics: &[String], policy: &str) -> Result<()> {
    for topic in topics {
        let input = [("TopicArn", topic.into()), ("AttributeName", "Policy".into()), ("AttributeValue", policy.into())];
        let written = hand.call("SetTopicAttributes", Value::map(input));
        if policy.is_empty() { found(written, GONE).map(drop)? } else { written.map(drop)? }
    }
    Ok(())
}

fn read(hand: &mut Hand, policy: &Resource<'_>) -> Result<Option<Value>> {
    let topics = topics(policy.properties);
    let Some(first) = topics.first() else { return Ok(None) };
    let answer = hand.look("GetTopicAttributes", Value::map([("TopicArn", first.into())]));
    let Some(answer) = found(answer, GONE)? else { return Ok(None) };
    Ok(Some(Value::map([
        ("Id", policy.id.into()),
        ("PolicyDocument", answer.get("Attributes").and_then(|all| all.get("Policy")).cloned().into()),
        ("Topics", Value::List(topics.iter().map(Value::from).collect())),
    ])))
}

fn update(hand: &mut Hand, policy: &Resource<'_>, wanted: &Value) -> Result<()> {
    let new = topics(wanted);
    write(hand, &new, &document(wanted))?;
    let left: Vec<String> = topics(policy.properties).into_iter().filter(|topic| !new.contains(topic)).collect();
    write(hand, &left, "")
}

fn delete(hand: &mut Hand, policy: &Resource<'_>) -> Result<()> {
    write(hand, &topics(policy.properties), "")
}
