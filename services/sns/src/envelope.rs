//! What endpoints get of a message.
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html>

use crate::content::{Attribute, Content};
use crate::draft::Draft;
use crate::signing::{Signature, Signer};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value as Json, json};
use service::{Cx, Result, Timestamp};

/// A message on its way to the subscriptions of its topic.
pub struct Message<'a> {
    /// Its id, its time and its signatures.
    pub draft: Draft,
    /// The topic's ARN.
    pub topic_arn: String,
    /// What was published.
    pub content: &'a Content,
    /// FIFO: `SequenceNumber`
    pub sequence: Option<String>,
    /// `MessageGroupId`
    pub group: Option<String>,
    /// FIFO: `MessageDeduplicationId`
    pub deduplication_id: Option<String>,
    /// The scheme, host and port of URLs in it.
    pub base_url: String,
}

/// Milliseconds are always shown.
pub fn time(at: Timestamp) -> String {
    let text = Timestamp::from_millis(at.millis()).iso8601();
    match text.strip_suffix('Z') {
        Some(whole) if !text.contains('.') => format!("{whole}.000Z"),
        _ => text,
    }
}

/// The version of every signature here; see the README.
const SIGNATURE_VERSION: &str = "2";

/// What is signed of a notification, in its order.
pub fn signed<'a>(
    (id, topic_arn): (&'a str, &'a str),
    (subject, text): (Option<&'a str>, &'a str),
    at: &'a str,
) -> Vec<(&'static str, &'a str)> {
    let mut signed = vec![("Message", text), ("MessageId", id)];
    signed.extend(subject.map(|subject| ("Subject", subject)));
    signed.extend([("Timestamp", at), ("TopicArn", topic_arn), ("Type", "Notification")]);
    signed
}

/// The envelope of a notification, as SNS writes it to queues.
pub fn notification(
    cx: &mut Cx,
    message: &mut Message<'_>,
    text: &str,
    subscription: &str,
) -> Result<Map<String, Json>> {
    let at = time(message.draft.at);
    let subject = message.content.subject.as_deref();
    let id = message.draft.id.clone();
    let signature = message.draft.signature(cx, text, &signed((&id, &message.topic_arn), (subject, text), &at))?;
    let mut map = Map::new();
    let mut put = |name: &str, value: Json| map.insert(name.to_owned(), value);
    put("Type", "Notification".into());
    put("MessageId", id.as_str().into());
    if let Some(sequence) = &message.sequence {
        put("SequenceNumber", sequence.as_str().into());
    }
    put("TopicArn", message.topic_arn.as_str().into());
    if let Some(subject) = subject {
        put("Subject", subject.into());
    }
    put("Message", text.into());
    put("Timestamp", at.as_str().into());
    put("SignatureVersion", SIGNATURE_VERSION.into());
    put("Signature", signature.text.as_str().into());
    put("SigningCertURL", certificate(&message.base_url, &signature).into());
    put("UnsubscribeURL", unsubscribe(&message.base_url, subscription).into());
    if !message.content.attributes.is_empty() {
        put("MessageAttributes", attributes(message.content));
    }
    Ok(map)
}

/// The message that asks an endpoint of another account for its consent.
pub fn confirmation(cx: &mut Cx, (id, topic_arn, token, base_url): (&str, &str, &str, &str)) -> Result<String> {
    let at = time(cx.now());
    let text = format!(
        "You have chosen to subscribe to the topic {topic_arn}.\nTo confirm the subscription, visit the SubscribeURL included in this message."
    );
    let url = format!("{base_url}/?Action=ConfirmSubscription&TopicArn={topic_arn}&Token={token}");
    let signed = [
        ("Message", text.as_str()),
        ("MessageId", id),
        ("SubscribeURL", &url),
        ("Timestamp", &at),
        ("Token", token),
        ("TopicArn", topic_arn),
        ("Type", "SubscriptionConfirmation"),
    ];
    let signer = Signer::of(cx)?;
    signer.keep(cx)?;
    let signature = signer.sign(&signed)?;
    let map = json!({
        "Type": "SubscriptionConfirmation", "MessageId": id, "Token": token, "TopicArn": topic_arn, "Message": text,
        "SubscribeURL": url, "Timestamp": at, "SignatureVersion": SIGNATURE_VERSION, "Signature": signature.text,
        "SigningCertURL": certificate(base_url, &signature),
    });
    Ok(map.as_object().map(written).unwrap_or_default())
}

fn certificate(base_url: &str, signature: &Signature) -> String {
    format!("{base_url}/SimpleNotificationService-{}.pem", signature.certificate)
}

fn unsubscribe(base_url: &str, subscription: &str) -> String {
    format!("{base_url}/?Action=Unsubscribe&SubscriptionArn={subscription}")
}

fn attributes(content: &Content) -> Json {
    let shown = |attribute: &Attribute| {
        let value = match &attribute.binary {
            Some(bytes) => STANDARD.encode(bytes),
            None => attribute.text.clone().unwrap_or_default(),
        };
        json!({ "Type": attribute.data_type, "Value": value })
    };
    Json::Object(content.attributes.iter().map(|(name, attribute)| (name.clone(), shown(attribute))).collect())
}

/// An envelope as SNS lays it out.
pub fn written(map: &Map<String, Json>) -> String {
    let lines: Vec<String> = map
        .iter()
        .map(|(name, value)| match value {
            Json::Object(inner) => {
                let inner: Vec<String> =
                    inner.iter().map(|(name, value)| format!("    \"{name}\" : {value}")).collect();
                format!("  \"{name}\" : {{\n{}\n  }}", inner.join(",\n"))
            }
            value => format!("  \"{name}\" : {value}"),
        })
        .collect();
    format!("{{\n{}\n}}", lines.join(",\n"))
}

/// The event of a function.
/// <https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html>
pub fn event(mut map: Map<String, Json>, subscription: &str) -> String {
    for (from, to) in [("SigningCertURL", "SigningCertUrl"), ("UnsubscribeURL", "UnsubscribeUrl")] {
        if let Some(value) = map.shift_remove(from) {
            map.insert(to.to_owned(), value);
        }
    }
    map.entry("Subject").or_insert(Json::Null);
    map.entry("MessageAttributes").or_insert_with(|| json!({}));
    json!({ "Records": [{
        "EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": subscription, "Sns": map,
    }] })
    .to_string()
}
