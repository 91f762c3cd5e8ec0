//! The attributes of subscriptions.
//! <https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html>

use crate::address::TopicAddress;
use crate::state::{Subscription, Topic};
use crate::{errors, filter};
use serde_json::Value as Json;
use service::{ArnParts, IndexMap, Result, View};

/// Sets attributes, and checks that they go together. An empty value takes an attribute away.
pub fn set(topic: &Topic, subscription: &mut Subscription, given: &IndexMap<String, String>) -> Result<()> {
    for (name, value) in given {
        set_one(topic, subscription, name, value)?;
    }
    match &subscription.filter_policy {
        Some(policy) => filter::check(policy, subscription.filter_scope.as_deref()),
        None => Ok(()),
    }
}

fn set_one(topic: &Topic, subscription: &mut Subscription, name: &str, value: &str) -> Result<()> {
    let given = (!value.is_empty()).then(|| value.to_owned());
    match name {
        "RawMessageDelivery" => {
            subscription.raw = match (value.to_ascii_lowercase().as_str(), subscription.protocol.as_str()) {
                ("true", "lambda" | "email" | "email-json") => {
                    let text = "RawMessageDelivery Reason: Delivery protocol does not support raw message delivery.";
                    return Err(errors::invalid(text));
                }
                ("true", _) => true,
                ("false", _) => false,
                _ => {
                    let text = format!("RawMessageDelivery: Invalid value [{value}]. Must be true or false.");
                    return Err(errors::invalid(text));
                }
            };
        }
        "FilterPolicy" => subscription.filter_policy = given.filter(|text| text != "{}"),
        "FilterPolicyScope" => match value {
            "MessageAttributes" | "MessageBody" => subscription.filter_scope = given,
            _ => {
                let text = format!(
                    "FilterPolicyScope: Invalid value [{value}]. Please use either MessageBody or MessageAttributes"
                );
                return Err(errors::invalid(text));
            }
        },
        "RedrivePolicy" => {
            subscription.dead_letter_arn = given.as_deref().map(|text| dead_letter_queue(topic, text)).transpose()?;
            subscription.redrive_policy = given;
        }
        "DeliveryPolicy" => {
            if given.as_deref().is_some_and(|text| serde_json::from_str::<Json>(text).is_err()) {
                return Err(errors::invalid("DeliveryPolicy: failed to parse JSON."));
            }
            subscription.delivery_policy = given;
        }
        "SubscriptionRoleArn" | "ReplayPolicy" => {
            return Err(errors::not_implemented(&format!("the attribute {name}")));
        }
        _ => return Err(errors::invalid("AttributeName")),
    }
    Ok(())
}

/// <https://docs.aws.amazon.com/sns/latest/dg/sns-configure-dead-letter-queue.html>
fn dead_letter_queue(topic: &Topic, text: &str) -> Result<String> {
    let json: Json = serde_json::from_str(text).map_err(|_| errors::invalid("RedrivePolicy: failed to parse JSON."))?;
    let arn = json.get("deadLetterTargetArn").and_then(Json::as_str).unwrap_or_default();
    let parts = ArnParts::parse(arn).ok().filter(|parts| parts.service == "sqs");
    let parts = parts.ok_or_else(|| errors::invalid("RedrivePolicy: deadLetterTargetArn is an invalid arn"))?;
    if parts.resource.ends_with(".fifo") != topic.fifo {
        let text =
            "RedrivePolicy: must use a FIFO queue as DLQ for a FIFO topic, and a standard queue for a standard topic";
        return Err(errors::invalid(text));
    }
    Ok(arn.to_owned())
}

/// All attributes of a subscription.
/// <https://docs.aws.amazon.com/sns/latest/api/API_GetSubscriptionAttributes.html>
pub fn shown(address: &TopicAddress, subscription: &Subscription) -> IndexMap<String, String> {
    let texts = [
        ("SubscriptionArn", Some(address.subscription_arn(&subscription.id))),
        ("TopicArn", Some(address.arn().to_string())),
        ("Owner", Some(subscription.owner.clone())),
        ("Protocol", Some(subscription.protocol.clone())),
        ("Endpoint", Some(subscription.endpoint.clone())),
        ("ConfirmationWasAuthenticated", Some(subscription.authenticated.to_string())),
        ("PendingConfirmation", Some(subscription.token.is_some().to_string())),
        ("RawMessageDelivery", Some(subscription.raw.to_string())),
        ("SubscriptionPrincipal", Some(format!("arn:{}:iam::{}:root", address.scope.partition(), subscription.owner))),
        ("FilterPolicy", subscription.filter_policy.clone()),
        (
            "FilterPolicyScope",
            subscription
                .filter_policy
                .as_ref()
                .map(|_| subscription.filter_scope.clone().unwrap_or_else(|| "MessageAttributes".to_owned())),
        ),
        ("RedrivePolicy", subscription.redrive_policy.clone()),
        ("DeliveryPolicy", subscription.delivery_policy.clone()),
    ];
    texts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// Checks that an endpoint is one of its protocol, and tells its account where it has one.
pub fn check_endpoint(view: &View, topic: &Topic, protocol: &str, endpoint: &str) -> Result<Option<String>> {
    let arn = |service: &str| ArnParts::parse(endpoint).ok().filter(|parts| parts.service == service);
    match protocol {
        "sqs" => {
            let parts = arn("sqs").ok_or_else(|| errors::invalid("SQS endpoint ARN"))?;
            if parts.resource.ends_with(".fifo") && !topic.fifo {
                let text = "Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics";
                return Err(errors::invalid(format_args!("Invalid parameter: {text}")));
            }
            Ok(Some(parts.account.to_owned()))
        }
        _ if topic.fifo && !matches!(protocol, "lambda") => {
            let text = format!("Invalid parameter: Endpoint Reason: Please use FIFO SQS queue for protocol {protocol}");
            Err(errors::invalid(text))
        }
        "lambda" => {
            let parts = arn("lambda").ok_or_else(|| errors::invalid("Lambda endpoint ARN"))?;
            if !crate::peers::functions_exist(view) {
                return Err(errors::not_implemented("a subscription of lambda:Invoke"));
            }
            Ok(Some(parts.account.to_owned()))
        }
        "http" | "https" if endpoint.starts_with(&format!("{protocol}://")) => Ok(None),
        "http" | "https" => Err(errors::invalid("Endpoint must match the specified protocol")),
        "email" | "email-json" if endpoint.contains('@') => Ok(None),
        "email" | "email-json" => Err(errors::invalid("Email address")),
        "sms" | "application" | "firehose" => {
            Err(errors::not_implemented(&format!("a subscription of protocol {protocol}")))
        }
        _ => {
            let text = format!("Amazon SNS does not support this protocol string: {protocol}");
            Err(errors::invalid(text))
        }
    }
}
