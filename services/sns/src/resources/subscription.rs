//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html>

use super::GONE;
use service::resource::{Hand, Made, Resource, ResourceType, as_text, found};
use service::{IndexMap, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::SNS::Subscription",
    schemas: &super::SCHEMAS,
    refused: &["Region", "ReplayPolicy", "SubscriptionRoleArn"],
    create,
    read,
    update,
    delete,
    list: None,
};

/// Properties that are attributes of the same name, each with what it is where a template does not say.
const ATTRIBUTES: [(&str, &str); 5] = [
    ("DeliveryPolicy", ""),
    ("FilterPolicy", "{}"),
    ("FilterPolicyScope", "MessageAttributes"),
    ("RawMessageDelivery", "false"),
    ("RedrivePolicy", ""),
];

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let given = ATTRIBUTES.iter().filter_map(|(name, _)| Some((*name, as_text(wanted.get(name)?).into())));
    let member = |name: &str| wanted.get(name).cloned().unwrap_or_default();
    let input = Value::map([
        ("TopicArn", member("TopicArn")),
        ("Protocol", member("Protocol")),
        ("Endpoint", member("Endpoint")),
        ("Attributes", Value::map(given)),
        ("ReturnSubscriptionArn", true.into()),
    ]);
    let made = hand.call("Subscribe", input)?;
    Ok(Made::of(made.get("SubscriptionArn").and_then(Value::as_str).unwrap_or_default()))
}

fn read(hand: &mut Hand, subscription: &Resource<'_>) -> Result<Option<Value>> {
    let input = Value::map([("SubscriptionArn", subscription.id.into())]);
    let Some(answer) = found(hand.look("GetSubscriptionAttributes", input), GONE)? else { return Ok(None) };
    let attribute = |name: &str| answer.get("Attributes").and_then(|all| all.get(name)).cloned();
    let names = ATTRIBUTES.iter().map(|(name, _)| *name).chain(["TopicArn", "Protocol", "Endpoint"]);
    let mut seen: IndexMap<&str, Value> = names.filter_map(|name| Some((name, attribute(name)?))).collect();
    seen.insert("Arn", subscription.id.into());
    Ok(Some(Value::map(seen)))
}

fn update(hand: &mut Hand, subscription: &Resource<'_>, wanted: &Value) -> Result<()> {
    for (name, default) in ATTRIBUTES {
        let (old, new) = (subscription.properties.get(name), wanted.get(name));
        if old != new {
            let value = new.map_or_else(|| default.to_owned(), as_text);
            let input = [
                ("SubscriptionArn", subscription.id.into()),
                ("AttributeName", name.into()),
                ("AttributeValue", value.into()),
            ];
            hand.call("SetSubscriptionAttributes", Value::map(input))?;
        }
    }
    Ok(())
}

fn delete(hand: &mut Hand, subscription: &Resource<'_>) -> Result<()> {
    let input = Value::map([("SubscriptionArn", subscription.id.into())]);
    // A subscription goes with its topic.
    found(hand.call("Unsubscribe", input), &["NotFoundException", "InvalidParameterException"]).map(drop)
}
