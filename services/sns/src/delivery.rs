//! What becomes of messages that did not arrive.
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html>

use crate::address::TopicAddress;
use crate::peers;
use crate::state::SUBSCRIPTIONS;
use serde::{Deserialize, Serialize};
use service::{Cx, Delivery, Duration, Error, Next, Result, Value};

/// How often SNS tries to reach queues and functions: over 23 days.
const MOST_ATTEMPTS: u32 = 100_015;

/// What SNS keeps of a delivery.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Tag {
    /// The topic's ARN.
    pub topic_arn: String,
    /// The topic's name.
    pub topic: String,
    /// The subscription's id.
    pub subscription: String,
    /// Whether this is the delivery to the dead-letter queue.
    pub buried: bool,
}

impl Tag {
    /// The tag of a new delivery.
    pub fn of(address: &TopicAddress, subscription: &str) -> Tag {
        Tag {
            topic_arn: address.arn().to_string(),
            topic: address.name.clone(),
            subscription: subscription.to_owned(),
            buried: false,
        }
    }
}

/// Is told how a delivery ended.
pub fn told(cx: &mut Cx, delivery: &Delivery, result: &Result<Value>) -> Result<Next> {
    let tag: Tag = delivery.told()?;
    let error = match result {
        Ok(_) => {
            let metric =
                if tag.buried { "NumberOfNotificationsRedrivenToDlq" } else { "NumberOfNotificationsDelivered" };
            count(cx, &tag, metric);
            return Ok(Next::Done);
        }
        Err(error) => error,
    };
    if is_theirs(error) && delivery.attempts < MOST_ATTEMPTS {
        return Ok(Next::RetryAt(cx.now().after(wait(delivery.attempts))));
    }
    if tag.buried {
        count(cx, &tag, "NumberOfNotificationsFailedToRedriveToDlq");
        return Ok(Next::Done);
    }
    count(cx, &tag, "NumberOfNotificationsFailed");
    // The subscription counts as it stands now: who puts a dead-letter queue beside it saves what is still under way.
    let subscription = cx.get(&SUBSCRIPTIONS, &(tag.topic.clone(), tag.subscription.clone()))?;
    if let Some(queue) = subscription.and_then(|subscription| subscription.dead_letter_arn) {
        peers::bury(cx, &tag, &delivery.call, &queue)?;
    }
    Ok(Next::Done)
}

fn count(cx: &mut Cx, tag: &Tag, metric: &'static str) {
    cx.meter(metric, ("TopicName", &tag.topic), 1.0, "Count");
}

/// "Server-side errors" are worth trying again; what the caller could not do before he will not do now.
fn is_theirs(error: &Error) -> bool {
    let code = error.code();
    error.is_receiver_fault()
        || ["Throttl", "TooManyRequests", "OverLimit", "ServiceUnavailable"].iter().any(|word| code.contains(word))
}

/// Three times at once, twice after a second, ten times backing off up to twenty seconds, then every twenty seconds.
fn wait(attempts: u32) -> Duration {
    Duration::from_secs(match attempts {
        0..=3 => 0,
        4..=5 => 1,
        6..=15 => u64::from(attempts - 5) * 2,
        _ => 20,
    })
}
