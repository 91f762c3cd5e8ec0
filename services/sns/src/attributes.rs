//! The attributes of topics.
//! <https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html>

use crate::address::TopicAddress;
use crate::state::{SUBSCRIPTIONS, Subscription, Topic};
use crate::{errors, permissions};
use serde_json::json;
use service::{IndexMap, Result, View};

/// What SNS does for HTTP endpoints where nothing else is said.
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html>
const DELIVERY_POLICY: &str = r#"{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":20,"maxDelayTarget":20,"numRetries":3,"numMaxDelayRetries":0,"numNoDelayRetries":0,"numMinDelayRetries":0,"backoffFunction":"linear"},"disableSubscriptionOverrides":false,"defaultRequestPolicy":{"headerContentType":"text/plain; charset=UTF-8"}}}"#;

/// Who delivers, in the names of the attributes about the logging of deliveries.
const FEEDBACK: [&str; 6] = ["HTTP", "SQS", "Lambda", "Firehose", "Application", "Sms"];

/// Sets an attribute. `new` says that the topic is being made.
pub fn set(address: &TopicAddress, topic: &mut Topic, name: &str, value: &str, new: bool) -> Result<()> {
    let refuse = |reason: &str| Err(errors::invalid(format_args!("{name} Reason: {reason}")));
    let among = |known: &[&str]| known.contains(&value);
    match name {
        "Policy" if value.is_empty() => {
            topic.policy = permissions::default(address);
            return Ok(());
        }
        "Policy" => {
            topic.policy = permissions::checked(value)?;
            return Ok(());
        }
        "FifoTopic" if new && boolean(value).is_some() => return Ok(()),
        "ContentBasedDeduplication" if topic.fifo => {
            let Some(truth) = boolean(value) else {
                return refuse("ContentBasedDeduplication must be true or false");
            };
            topic.content_based_deduplication = truth;
            return Ok(());
        }
        "ArchivePolicy" | "DataProtectionPolicy" => {
            return Err(errors::not_implemented(&format!("the attribute {name}")));
        }
        "FifoThroughputScope" if topic.fifo && !among(&["Topic", "MessageGroup"]) => {
            return refuse("FifoThroughputScope must be Topic or MessageGroup");
        }
        "FifoThroughputScope" if topic.fifo => {}
        "DisplayName" if value.chars().count() > 100 => {
            return refuse("DisplayName must be at most 100 characters long");
        }
        "SignatureVersion" if !among(&["1", "2"]) => return refuse("SignatureVersion must be 1 or 2"),
        "TracingConfig" if !among(&["PassThrough", "Active"]) => {
            return refuse("TracingConfig must be PassThrough or Active");
        }
        "DeliveryPolicy" if !value.is_empty() && serde_json::from_str::<serde_json::Value>(value).is_err() => {
            return refuse("failed to parse JSON.");
        }
        "DisplayName" | "SignatureVersion" | "TracingConfig" | "DeliveryPolicy" | "KmsMasterKeyId" => {}
        name if is_feedback(name) => {}
        _ => return Err(errors::invalid("AttributeName")),
    }
    if value.is_empty() {
        topic.others.shift_remove(name);
    } else {
        topic.others.insert(name.to_owned(), value.to_owned());
    }
    Ok(())
}

/// Reads a boolean attribute, which SNS takes in any case.
pub fn boolean(value: &str) -> Option<bool> {
    match value.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

fn is_feedback(name: &str) -> bool {
    let kinds = ["SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate", "FailureFeedbackRoleArn"];
    FEEDBACK.iter().any(|who| name.strip_prefix(who).is_some_and(|kind| kinds.contains(&kind)))
}

/// All attributes of a topic.
pub fn shown(view: &View, address: &TopicAddress, topic: &Topic) -> Result<IndexMap<String, String>> {
    let there = view.elsewhere(address.scope)?;
    let subscriptions: Vec<Subscription> = there.rows(&SUBSCRIPTIONS, (topic.name.as_str(),)).collect::<Result<_>>()?;
    let pending = subscriptions.iter().filter(|subscription| subscription.token.is_some()).count();
    let mut shown = IndexMap::from_iter([
        ("TopicArn".to_owned(), address.arn().to_string()),
        ("Owner".to_owned(), address.scope.account.to_string()),
        ("Policy".to_owned(), topic.policy.clone()),
        ("DisplayName".to_owned(), String::new()),
        ("SubscriptionsConfirmed".to_owned(), (subscriptions.len() - pending).to_string()),
        ("SubscriptionsPending".to_owned(), pending.to_string()),
        ("SubscriptionsDeleted".to_owned(), topic.deleted.to_string()),
        ("EffectiveDeliveryPolicy".to_owned(), effective(topic)),
    ]);
    if topic.fifo {
        shown.insert("FifoTopic".to_owned(), "true".to_owned());
        shown.insert("ContentBasedDeduplication".to_owned(), topic.content_based_deduplication.to_string());
    }
    shown.extend(topic.others.iter().map(|(name, value)| (name.clone(), value.clone())));
    Ok(shown)
}

fn effective(topic: &Topic) -> String {
    let given =
        topic.others.get("DeliveryPolicy").and_then(|text| serde_json::from_str::<serde_json::Value>(text).ok());
    match given {
        Some(given) if given.get("http").is_some() => json!({ "http": given.get("http") }).to_string(),
        _ => DELIVERY_POLICY.to_owned(),
    }
}
