//! Dead-letter queues: who may name which, and how a message gets there.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html>

use crate::address::Address;
use crate::state::{Delivery, Message, QUEUES, Queue, RedriveAllowPolicy, RedrivePolicy};
use crate::{delivery, errors};
use serde_json::{Map, Value};
use service::{Cx, Error, Result, View};

/// How often a message may at most be received before it is a dead letter.
const MOST_RECEIVES: i64 = 1_000;

/// How many queues a redrive allow policy may list.
const MOST_SOURCES: usize = 10;

impl RedrivePolicy {
    /// Reads the `RedrivePolicy` of the queue at `source`.
    pub fn parse(view: &View, source: &Address, fifo: bool, text: &str) -> Result<RedrivePolicy> {
        let refuse = |reason: &str| errors::invalid_value(text, "RedrivePolicy", reason);
        let mut map = object(text).ok_or_else(|| refuse("Redrive policy is not a valid JSON map."))?;
        let missing = |name: &str| refuse(&format!("Redrive policy does not contain mandatory attribute: {name}."));
        let given = map.get("maxReceiveCount").ok_or_else(|| missing("maxReceiveCount"))?.clone();
        let target = map.get("deadLetterTargetArn").ok_or_else(|| missing("deadLetterTargetArn"))?;
        let target = target.as_str().unwrap_or_default().to_owned();
        if map.keys().any(|key| !matches!(key.as_str(), "maxReceiveCount" | "deadLetterTargetArn")) {
            let text = "Only following attributes can be specified: [deadLetterTargetArn, maxReceiveCount].";
            return Err(refuse(text));
        }
        let count = given.as_i64().or_else(|| given.as_str()?.parse().ok());
        let count = count.filter(|count| (1..=MOST_RECEIVES).contains(count)).ok_or_else(|| {
            let given = given.as_str().map_or(given.to_string(), str::to_owned);
            refuse(&format!(
                "Invalid value for maxReceiveCount: {given}, valid values are from 1 to {MOST_RECEIVES} both inclusive."
            ))
        })?;
        check_target(view, source, fifo, &target, &refuse)?;
        // AWS shows a count that was given as a string as a number.
        let text = if given.is_string() {
            map.insert("maxReceiveCount".to_owned(), count.into());
            Value::Object(map).to_string()
        } else {
            text.to_owned()
        };
        Ok(RedrivePolicy { text, dead_letter_target_arn: target, max_receive_count: count })
    }
}

fn check_target(view: &View, source: &Address, fifo: bool, target: &str, refuse: &dyn Fn(&str) -> Error) -> Result<()> {
    let Some(address) = Address::of_arn(target) else {
        return Err(refuse("Dead-letter target ARN should be fully qualified ARN."));
    };
    if address.scope.account != source.scope.account {
        return Err(refuse("Dead-letter target owner should be same as the source."));
    }
    let found = if address.scope == source.scope { address.find(view)? } else { None };
    let queue = found.ok_or_else(|| refuse("Dead letter target does not exist."))?;
    if queue.fifo != fifo {
        return Err(refuse("Dead-letter queue must be same type of queue as the source.."));
    }
    if address == *source {
        return Err(refuse("Dead-letter target must be another queue than the source."));
    }
    let allowed = queue.redrive_allow_policy.as_ref().is_none_or(|policy| policy.allows(&source.arn()));
    if allowed { Ok(()) } else { Err(refuse("Dead-letter target does not allow this queue as a source.")) }
}

impl RedriveAllowPolicy {
    /// Reads a `RedriveAllowPolicy`.
    /// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html>
    pub fn parse(text: &str) -> Result<RedriveAllowPolicy> {
        let refuse = |reason: &str| errors::invalid_value(text, "RedriveAllowPolicy", reason);
        let map = object(text).ok_or_else(|| refuse("Redrive allow policy is not a valid JSON map."))?;
        let permission = map.get("redrivePermission").and_then(Value::as_str).unwrap_or_default();
        if !matches!(permission, "allowAll" | "denyAll" | "byQueue") {
            return Err(refuse("redrivePermission must be one of: [allowAll, denyAll, byQueue]."));
        }
        let arns = map.get("sourceQueueArns").map(|list| {
            let arns = list.as_array().map(|arns| arns.iter().map(|arn| arn.as_str().map(str::to_owned)).collect());
            arns.flatten().filter(|arns: &Vec<String>| arns.iter().all(|arn| Address::of_arn(arn).is_some()))
        });
        let source_queue_arns = match (permission, arns) {
            ("byQueue", Some(Some(arns))) if (1..=MOST_SOURCES).contains(&arns.len()) => arns,
            ("byQueue", _) => return Err(refuse("sourceQueueArns must list from 1 to 10 ARNs of queues.")),
            (_, Some(_)) => return Err(refuse("sourceQueueArns can be specified for byQueue only.")),
            (_, None) => Vec::new(),
        };
        Ok(RedriveAllowPolicy { text: text.to_owned(), redrive_permission: permission.to_owned(), source_queue_arns })
    }

    /// Whether the queue with this ARN may name the policy's queue as its dead-letter queue.
    pub fn allows(&self, source_arn: &str) -> bool {
        match self.redrive_permission.as_str() {
            "denyAll" => false,
            "byQueue" => self.source_queue_arns.iter().any(|arn| arn == source_arn),
            _ => true,
        }
    }
}

fn object(text: &str) -> Option<Map<String, Value>> {
    match serde_json::from_str(text).ok()? {
        Value::Object(map) => Some(map),
        _ => None,
    }
}

/// Moves a message whose receives are used up to the dead-letter queue, and tells whether it did. Where that queue is
/// gone, the message stays.
pub fn bury(cx: &mut Cx, source: &Queue, message: &Message, old: &Delivery) -> Result<bool> {
    let Some(policy) = &source.redrive_policy else { return Ok(false) };
    if old.receives < policy.max_receive_count {
        return Ok(false);
    }
    let address = Address::of_arn(&policy.dead_letter_target_arn).filter(|address| address.scope == cx.scope());
    let target = address.map(|address| address.find(cx)).transpose()?.flatten();
    let Some(target) = target.filter(|target| target.fifo == source.fifo) else { return Ok(false) };
    let mut message = Message { dead_letter_source: Some(Address::own(cx, &source.name).arn()), ..message.clone() };
    // "For FIFO queues, the enqueue timestamp resets when the message is moved to a dead-letter queue": the retention
    // of a standard queue's dead letter counts from when it was first sent.
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
    if target.fifo {
        message.sent_at = cx.now();
    }
    let standing = Delivery {
        visible_at: cx.now(),
        receives: old.receives,
        first_received_at: old.first_received_at,
        ..Delivery::default()
    };
    delivery::add(cx, &target, &mut message, standing)?;
    Ok(true)
}

/// The queues of the scope whose dead-letter queue has this ARN, in the order of their names.
pub fn sources(view: &View, dead_letter_arn: &str) -> Result<Vec<Queue>> {
    let names =
        |queue: &Queue| queue.redrive_policy.as_ref().is_some_and(|p| p.dead_letter_target_arn == dead_letter_arn);
    view.rows(&QUEUES, ()).filter(|queue| queue.as_ref().map_or(true, names)).collect()
}
