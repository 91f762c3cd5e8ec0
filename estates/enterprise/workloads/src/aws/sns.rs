//! Messages to a topic.

use super::{Call, Service};
use crate::text::encode;

const SERVICE: Service = Service { name: "SNS", prefix: "sns" };

/// Publishes a message.
pub fn publish(topic: &str, subject: &str, message: &str) -> Call {
    let members = [
        ("Action", "Publish"),
        ("Version", "2010-03-31"),
        ("TopicArn", topic),
        ("Subject", subject),
        ("Message", message),
    ];
    let form: Vec<String> = members.iter().map(|(name, value)| format!("{name}={}", encode(value, false))).collect();
    Call {
        service: &SERVICE,
        operation: "Publish",
        method: "POST",
        path: "/".to_owned(),
        bucket: None,
        headers: vec![("content-type", "application/x-www-form-urlencoded".to_owned())],
        body: form.join("&").into_bytes(),
        resource: Some(("topic_arn", topic.to_owned())),
    }
}
