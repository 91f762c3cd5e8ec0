//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html>

use super::GONE;
use service::resource::{Hand, Made, Resource, ResourceType, TagChange, as_text, found, tag_list, tags};
use service::{IndexMap, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::SNS::Topic",
    schemas: &super::SCHEMAS,
    refused: &["ArchivePolicy", "DataProtectionPolicy", "DeliveryStatusLogging", "MaximumMessageSize"],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

/// Properties that are attributes of the same name, each with what it is where a template does not say.
const ATTRIBUTES: [(&str, &str); 6] = [
    ("ContentBasedDeduplication", "false"),
    ("DisplayName", ""),
    ("FifoThroughputScope", "MessageGroup"),
    ("KmsMasterKeyId", ""),
    ("SignatureVersion", "1"),
    ("TracingConfig", "PassThrough"),
];

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let fifo = wanted.get("FifoTopic").and_then(Value::as_bool) == Some(true);
    let name = match wanted.get("TopicName").and_then(Value::as_str) {
        Some(name) => name.to_owned(),
        None if fifo => format!("{}.fifo", hand.generated(251)),
        None => hand.generated(256),
    };
    let given = ATTRIBUTES.iter().filter_map(|(name, _)| Some((*name, as_text(wanted.get(name)?).into())));
    let mut attributes: IndexMap<&str, Value> = given.collect();
    if fifo {
        attributes.insert("FifoTopic", "true".into());
    }
    let input = Value::map([
        ("Name", name.into()),
        ("Attributes", Value::map(attributes)),
        ("Tags", tag_list(&tags(wanted.get("Tags")))),
    ]);
    let made = hand.call("CreateTopic", input)?;
    let arn = made.get("TopicArn").and_then(Value::as_str).unwrap_or_default().to_owned();
    hand.born(&arn);
    for (protocol, endpoint) in subscriptions(Some(wanted)) {
        subscribe(hand, &arn, (&protocol, &endpoint))?;
    }
    Ok(Made::of(arn))
}

/// The protocols and endpoints of the subscriptions that stand in a topic itself.
fn subscriptions(properties: Option<&Value>) -> Vec<(String, String)> {
    let list = properties.and_then(|all| all.get("Subscription")).and_then(Value::as_list).unwrap_or_default();
    let text = |one: &Value, name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    list.iter().map(|one| (text(one, "Protocol"), text(one, "Endpoint"))).collect()
}

fn subscribe(hand: &mut Hand, arn: &str, (protocol, endpoint): (&str, &str)) -> Result<()> {
    let input = [("TopicArn", arn.into()), ("Protocol", protocol.into()), ("Endpoint", endpoint.into())];
    hand.call("Subscribe", Value::map(input)).map(drop)
}

fn subscribed(hand: &mut Hand, arn: &str) -> Result<Vec<Value>> {
    let input = Value::map([("TopicArn", arn.into())]);
    hand.pages("ListSubscriptionsByTopic", input, ["NextToken", "NextToken", "Subscriptions"])
}

fn read(hand: &mut Hand, topic: &Resource<'_>) -> Result<Option<Value>> {
    let id = || Value::map([("TopicArn", topic.id.into())]);
    let Some(answer) = found(hand.look("GetTopicAttributes", id()), GONE)? else { return Ok(None) };
    let own_tags = hand.look("ListTagsForResource", Value::map([("ResourceArn", topic.id.into())]))?;
    // Of the subscriptions only those are the topic's own that its template names.
    let wanted = subscriptions(Some(topic.properties));
    let mut own = Vec::new();
    if !wanted.is_empty() {
        for one in subscribed(hand, topic.id)? {
            let text = |name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            let pair = (text("Protocol"), text("Endpoint"));
            if wanted.contains(&pair) {
                own.push(Value::map([("Protocol", pair.0.into()), ("Endpoint", pair.1.into())]));
            }
        }
    }
    let attribute = |name: &str| answer.get("Attributes").and_then(|all| all.get(name)).cloned();
    let names = ATTRIBUTES.iter().map(|(name, _)| *name).chain(["FifoTopic"]);
    let mut seen: IndexMap<&str, Value> =
        names.filter_map(|name| Some((name, attribute(name).filter(|v| v.as_str() != Some(""))?))).collect();
    seen.insert("TopicName", topic.id.rsplit(':').next().into());
    seen.insert("TopicArn", topic.id.into());
    seen.insert("Tags", tag_list(&tags(own_tags.get("Tags"))));
    if !own.is_empty() {
        seen.insert("Subscription", Value::List(own));
    }
    Ok(Some(Value::map(seen)))
}

fn update(hand: &mut Hand, topic: &Resource<'_>, wanted: &Value) -> Result<()> {
    for (name, default) in ATTRIBUTES {
        let (old, new) = (topic.properties.get(name), wanted.get(name));
        if old != new {
            let value = new.map_or_else(|| default.to_owned(), as_text);
            let input =
                [("TopicArn", topic.id.into()), ("AttributeName", name.into()), ("AttributeValue", value.into())];
            hand.call("SetTopicAttributes", Value::map(input))?;
        }
    }
    let (old, new) = (subscriptions(Some(topic.properties)), subscriptions(Some(wanted)));
    for (protocol, endpoint) in new.iter().filter(|pair| !old.contains(pair)) {
        subscribe(hand, topic.id, (protocol, endpoint))?;
    }
    if old.iter().any(|pair| !new.contains(pair)) {
        for one in subscribed(hand, topic.id)? {
            let text = |name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            let pair = (text("Protocol"), text("Endpoint"));
            if old.contains(&pair) && !new.contains(&pair) {
                hand.call("Unsubscribe", Value::map([("SubscriptionArn", text("SubscriptionArn").into())]))?;
            }
        }
    }
    let change = TagChange::between(topic.properties.get("Tags"), wanted.get("Tags"));
    change.write(hand, ("TagResource", "UntagResource"), ("ResourceArn", topic.id))
}

fn delete(hand: &mut Hand, topic: &Resource<'_>) -> Result<()> {
    found(hand.call("DeleteTopic", Value::map([("TopicArn", topic.id.into())])), GONE).map(drop)
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let topics = hand.pages("ListTopics", Value::map::<&str>([]), ["NextToken", "NextToken", "Topics"])?;
    Ok(topics.iter().filter_map(|topic| topic.get("TopicArn")?.as_str().map(str::to_owned)).collect())
}
