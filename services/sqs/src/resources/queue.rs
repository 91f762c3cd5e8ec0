//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html>

use service::resource::{Hand, Made, Resource, ResourceType, TagChange, as_text, found, tag_list, tag_map, tags};
use service::{IndexMap, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::SQS::Queue",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

/// Properties that are attributes of the same name, each with what it is where a template does not say.
const ATTRIBUTES: [(&str, &str); 14] = [
    ("ContentBasedDeduplication", "false"),
    ("DeduplicationScope", "queue"),
    ("DelaySeconds", "0"),
    ("FifoQueue", "false"),
    ("FifoThroughputLimit", "perQueue"),
    ("KmsDataKeyReusePeriodSeconds", "300"),
    ("KmsMasterKeyId", ""),
    ("MaximumMessageSize", "1048576"),
    ("MessageRetentionPeriod", "345600"),
    ("ReceiveMessageWaitTimeSeconds", "0"),
    ("RedriveAllowPolicy", ""),
    ("RedrivePolicy", ""),
    ("SqsManagedSseEnabled", "true"),
    ("VisibilityTimeout", "30"),
];

const GONE: &[&str] = &["QueueDoesNotExist"];

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let fifo = wanted.get("FifoQueue").and_then(Value::as_bool) == Some(true);
    let name = match wanted.get("QueueName").and_then(Value::as_str) {
        Some(name) => name.to_owned(),
        None if fifo => format!("{}.fifo", hand.generated(75)),
        None => hand.generated(80),
    };
    // A standard queue has no attribute that says so.
    let given = ATTRIBUTES.iter().filter(|(name, _)| *name != "FifoQueue" || fifo);
    let attributes = given.filter_map(|(name, _)| Some((*name, as_text(wanted.get(name)?).into())));
    let input = Value::map([
        ("QueueName", name.into()),
        ("Attributes", Value::map(attributes)),
        ("tags", tag_map(&tags(wanted.get("Tags")))),
    ]);
    let made = hand.call("CreateQueue", input)?;
    Ok(Made::of(made.get("QueueUrl").and_then(Value::as_str).unwrap_or_default()))
}

fn read(hand: &mut Hand, queue: &Resource<'_>) -> Result<Option<Value>> {
    let all = Value::map([("QueueUrl", queue.id.into()), ("AttributeNames", Value::List(vec!["All".into()]))]);
    let Some(answer) = found(hand.look("GetQueueAttributes", all), GONE)? else { return Ok(None) };
    let own_tags = hand.look("ListQueueTags", Value::map([("QueueUrl", queue.id.into())]))?;
    let attribute = |name: &str| answer.get("Attributes").and_then(|all| all.get(name)).cloned();
    let arn = attribute("QueueArn");
    let name = arn.as_ref().and_then(Value::as_str).and_then(|arn| arn.rsplit(':').next()).map(str::to_owned);
    let mut seen: IndexMap<String, Value> = ATTRIBUTES
        .iter()
        .filter_map(|(name, _)| Some(((*name).to_owned(), attribute(name).filter(|v| v.as_str() != Some(""))?)))
        .collect();
    seen.insert("QueueName".to_owned(), name.into());
    seen.insert("QueueUrl".to_owned(), queue.id.into());
    seen.insert("Arn".to_owned(), arn.unwrap_or_default());
    seen.insert("Tags".to_owned(), tag_list(&tags(own_tags.get("Tags"))));
    Ok(Some(Value::map(seen)))
}

fn update(hand: &mut Hand, queue: &Resource<'_>, wanted: &Value) -> Result<()> {
    let mut changed = IndexMap::new();
    for (name, default) in ATTRIBUTES {
        let (old, new) = (queue.properties.get(name), wanted.get(name));
        if old != new {
            changed.insert(name, Value::from(new.map_or_else(|| default.to_owned(), as_text)));
        }
    }
    if !changed.is_empty() {
        let input = Value::map([("QueueUrl", queue.id.into()), ("Attributes", Value::map(changed))]);
        hand.call("SetQueueAttributes", input)?;
    }
    let change = TagChange::between(queue.properties.get("Tags"), wanted.get("Tags"));
    if !change.set.is_empty() {
        hand.call("TagQueue", Value::map([("QueueUrl", queue.id.into()), ("Tags", tag_map(&change.set))]))?;
    }
    if !change.unset.is_empty() {
        let input = Value::map([("QueueUrl", queue.id.into()), ("TagKeys", change.unset_list())]);
        hand.call("UntagQueue", input)?;
    }
    Ok(())
}

fn delete(hand: &mut Hand, queue: &Resource<'_>) -> Result<()> {
    let deleted = hand.call("DeleteQueue", Value::map([("QueueUrl", queue.id.into())]));
    found(deleted, GONE).map(drop)
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let input = Value::map([("MaxResults", Value::Int(1000))]);
    let urls = hand.pages("ListQueues", input, ["NextToken", "NextToken", "QueueUrls"])?;
    Ok(urls.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}
