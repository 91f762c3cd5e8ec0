//! All that SNS calls: queues and functions, for its topics.

use crate::address::scope_of;
use crate::content::Attribute;
use crate::delivery::Tag;
use service::shape::shape;
use service::{Arn, ArnParts, As, Bytes, Call, Cx, Error, IndexMap, Peer, Result, Tell, Value, View, peer};

peer! {
    /// Puts a message into a queue.
    "sqs".SendMessage {
        queue_url: String = "QueueUrl",
        message_body: String = "MessageBody",
        message_attributes: Option<IndexMap<String, SentAttribute>> = "MessageAttributes",
        message_group_id: Option<String> = "MessageGroupId",
        message_deduplication_id: Option<String> = "MessageDeduplicationId",
    } -> MessageSent {}

    /// Invokes a function.
    "lambda".Invoke {
        function_name: String = "FunctionName",
        invocation_type: Option<String> = "InvocationType",
        payload: Option<Bytes> = "Payload",
    } -> Invoked {}
}

shape! {
    /// A message attribute of a queue.
    pub struct SentAttribute {
        /// Its type.
        pub data_type: String = "DataType",
        /// The value of all but binaries.
        pub string_value: Option<String> = "StringValue",
        /// The value of a binary.
        pub binary_value: Option<Bytes> = "BinaryValue",
    }
}

/// Whether functions can be called in this cloud.
pub fn functions_exist(view: &View) -> bool {
    view.offers("lambda", "Invoke")
}

impl From<&Attribute> for SentAttribute {
    fn from(attribute: &Attribute) -> SentAttribute {
        SentAttribute {
            // Queues have no arrays.
            data_type: attribute.data_type.clone(),
            string_value: attribute.text.clone(),
            binary_value: attribute.binary.clone(),
        }
    }
}

/// Hands a message over to an endpoint, as SNS for the topic.
pub fn deliver<P: Peer>(cx: &mut Cx, tag: &Tag, endpoint: &str, peer: &P) -> Result<()> {
    let source: Arn = tag.topic_arn.parse().map_err(Error::internal)?;
    let by = As::service(&source);
    let scope = ArnParts::parse(endpoint).ok().as_ref().and_then(scope_of);
    let by = match scope {
        Some(scope) => by.within(scope),
        None => by,
    };
    cx.after(&by, peer, Tell::outcome(tag)?)
}

/// The URL by which a queue is called.
pub fn queue_url(view: &View, arn: &str) -> String {
    match ArnParts::parse(arn) {
        Ok(parts) => format!("{}/{}/{}", view.request().base_url, parts.account, parts.resource),
        Err(_) => String::new(),
    }
}

/// What could not be delivered goes to a dead-letter queue.
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html>
pub fn bury(cx: &mut Cx, tag: &Tag, call: &Call, queue: &str) -> Result<()> {
    let text = |name: &str| call.input.get(name).and_then(Value::as_str).map(str::to_owned);
    let body = match call.service.as_str() {
        "lambda" => notification_of_event(call.input.get("Payload")).unwrap_or_default(),
        _ => text("MessageBody").unwrap_or_default(),
    };
    let attributes = call.input.get("MessageAttributes").and_then(Value::as_map).map(|map| {
        let attribute = |value: &Value| SentAttribute {
            data_type: value.get("DataType").and_then(Value::as_str).unwrap_or_default().to_owned(),
            string_value: value.get("StringValue").and_then(Value::as_str).map(str::to_owned),
            binary_value: match value.get("BinaryValue") {
                Some(Value::Blob(bytes)) => Some(bytes.clone()),
                _ => None,
            },
        };
        map.iter().map(|(name, value)| (name.clone(), attribute(value))).collect()
    });
    let message = SendMessage {
        queue_url: queue_url(cx, queue),
        message_body: body,
        message_attributes: attributes,
        message_group_id: text("MessageGroupId"),
        message_deduplication_id: text("MessageDeduplicationId"),
    };
    deliver(cx, &Tag { buried: true, ..tag.clone() }, queue, &message)
}

fn notification_of_event(payload: Option<&Value>) -> Option<String> {
    let Some(Value::Blob(bytes)) = payload else { return None };
    let event: serde_json::Value = serde_json::from_slice(bytes).ok()?;
    Some(crate::envelope::written(event.get("Records")?.get(0)?.get("Sns")?.as_object()?))
}
