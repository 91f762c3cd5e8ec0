//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queuepolicy.html>

use service::resource::{Hand, Made, Resource, ResourceType, as_text, found};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::SQS::QueuePolicy",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: None,
};

const GONE: &[&str] = &["QueueDoesNotExist"];

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let id = hand.generated(128);
    hand.born(&id);
    write(hand, &queues(wanted), &document(wanted))?;
    Ok(Made::of(id))
}

fn document(properties: &Value) -> String {
    properties.get("PolicyDocument").map(as_text).unwrap_or_default()
}

fn queues(properties: &Value) -> Vec<String> {
    let queues = properties.get("Queues").and_then(Value::as_list).unwrap_or_default();
    queues.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Gives each queue this policy; an empty one takes away what there is.
fn write(hand: &mut Hand, queues: &[String], policy: &str) -> Result<()> {
    for queue in queues {
        let input = Value::map([("QueueUrl", queue.into()), ("Attributes", Value::map([("Policy", policy.into())]))]);
        let written = hand.call("SetQueueAttributes", input);
        // A queue that has gone has no policy to take away.
        if policy.is_empty() { found(written, GONE).map(drop)? } else { written.map(drop)? }
    }
    Ok(())
}

fn read(hand: &mut Hand, policy: &Resource<'_>) -> Result<Option<Value>> {
    let queues = queues(policy.properties);
    let Some(first) = queues.first() else { return Ok(None) };
    let names = Value::List(vec!["Policy".into()]);
    let input = Value::map([("QueueUrl", first.into()), ("AttributeNames", names)]);
    let Some(answer) = found(hand.look("GetQueueAttributes", input), GONE)? else { return Ok(None) };
    let Some(text) = answer.get("Attributes").and_then(|all| all.get("Policy")) else { return Ok(None) };
    Ok(Some(Value::map([
        ("Id", policy.id.into()),
        ("PolicyDocument", text.clone()),
        ("Queues", Value::List(queues.iter().map(Value::from).collect())),
    ])))
}

fn update(hand: &mut Hand, policy: &Resource<'_>, wanted: &Value) -> Result<()> {
    let new = queues(wanted);
    write(hand, &new, &document(wanted))?;
    let left: Vec<String> = queues(policy.properties).into_iter().filter(|queue| !new.contains(queue)).collect();
    write(hand, &left, "")
}

fn delete(hand: &mut Hand, policy: &Resource<'_>) -> Result<()> {
    write(hand, &queues(policy.properties), "")
}
