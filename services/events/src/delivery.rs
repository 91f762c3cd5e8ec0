//! What becomes of events that did not arrive: they are tried again, or go to the target's dead-letter queue.
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html>

use crate::peers::{self, Sending};
use serde::{Deserialize, Serialize};
use service::{Call, Cx, Delivery, Duration, Error, Next, Result, Value};

/// How often a delivery is tried again, if its target does not say.
const MOST_RETRIES: i64 = 185;
/// How old an event may become, in seconds, if its target does not say.
const OLDEST_SECONDS: i64 = 86_400;
/// The longest wait before a delivery is tried again, in seconds: 185 of them take about a day.
const LONGEST_WAIT: u64 = 600;

/// What EventBridge keeps of a delivery: its target as it was when the event came.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Tag {
    /// The rule's ARN.
    pub rule_arn: String,
    /// The rule's name.
    pub rule: String,
    /// The target's ARN.
    pub target_arn: String,
    /// As whom it is called.
    pub role_arn: Option<String>,
    /// The dead-letter queue.
    pub dead_letter_arn: Option<String>,
    /// How often it is tried again at the most.
    pub most_retries: i64,
    /// How old the event may become, in seconds.
    pub oldest_seconds: i64,
    /// The event.
    pub event: String,
    /// Whether this is the delivery to the dead-letter queue.
    pub buried: bool,
    /// The calls to be made once this one has succeeded.
    pub then: Vec<Call>,
}

impl Tag {
    /// The tag of a new delivery.
    pub fn of(sending: &Sending<'_>) -> Tag {
        let target = sending.target;
        Tag {
            rule_arn: sending.rule_arn.to_string(),
            rule: sending.rule.to_owned(),
            target_arn: target.arn.clone(),
            role_arn: target.role_arn.clone(),
            dead_letter_arn: target.dead_letter_arn.clone(),
            most_retries: target.most_retries.unwrap_or(MOST_RETRIES),
            oldest_seconds: target.oldest_seconds.unwrap_or(OLDEST_SECONDS),
            event: sending.event.to_owned(),
            ..Tag::default()
        }
    }
}

/// Is told how a delivery ended.
pub fn told(cx: &mut Cx, delivery: &Delivery, result: &Result<Value>) -> Result<Next> {
    let tag: Tag = delivery.told()?;
    match result {
        Ok(_) if tag.buried => {
            cx.meter("InvocationsSentToDlq", ("RuleName", &tag.rule), 1.0, "Count");
            Ok(Next::Done)
        }
        Ok(_) => {
            let calls = tag.then.clone();
            peers::deliver(cx, tag, calls, None)?;
            Ok(Next::Done)
        }
        Err(error) => failed(cx, delivery, tag, error),
    }
}

fn failed(cx: &mut Cx, delivery: &Delivery, tag: Tag, error: &Error) -> Result<Next> {
    let (code, again) = told_as(error);
    let retries = i64::from(delivery.attempts) - 1;
    if again {
        let age = cx.now().since(delivery.since);
        let oldest = Duration::from_secs(tag.oldest_seconds.unsigned_abs());
        let exhausted = match () {
            () if retries >= tag.most_retries => Some("MaximumRetryAttempts"),
            () if age >= oldest => Some("MaximumEventAgeInSeconds"),
            () => None,
        };
        let Some(condition) = exhausted else {
            // The last attempt falls on the moment at which the event has become too old.
            let wait = wait(cx, delivery.attempts).min(oldest.saturating_sub(age));
            return Ok(Next::RetryAt(cx.now().after(wait)));
        };
        give_up(cx, &tag, (code, error.message()), (Some(condition), retries))?;
        return Ok(Next::Done);
    }
    give_up(cx, &tag, (code, error.message()), (None, retries))?;
    Ok(Next::Done)
}

/// Twice as long each time, and never quite as long as another delivery waits.
fn wait(cx: &mut Cx, attempts: u32) -> Duration {
    let most = 2_u64.saturating_pow(attempts.min(16)).min(LONGEST_WAIT) * 1000;
    Duration::from_millis(most / 2 + cx.entropy().below(most / 2 + 1))
}

fn give_up(
    cx: &mut Cx,
    tag: &Tag,
    (code, message): (&str, &str),
    (exhausted, retries): (Option<&str>, i64),
) -> Result<()> {
    let dimension = ("RuleName", tag.rule.as_str());
    if tag.buried {
        cx.meter("InvocationsFailedToBeSentToDlq", dimension, 1.0, "Count");
        return Ok(());
    }
    cx.meter("FailedInvocations", dimension, 1.0, "Count");
    let Some(queue) = &tag.dead_letter_arn else { return Ok(()) };
    let mut attributes = vec![
        ("RULE_ARN", tag.rule_arn.clone()),
        ("TARGET_ARN", tag.target_arn.clone()),
        ("ERROR_CODE", code.to_owned()),
        ("ERROR_MESSAGE", message.to_owned()),
        ("RETRY_ATTEMPTS", retries.max(0).to_string()),
    ];
    attributes.extend(exhausted.map(|condition| ("EXHAUSTED_RETRY_CONDITION", condition.to_owned())));
    attributes.retain(|(_, value)| !value.is_empty());
    peers::bury(cx, tag, queue, attributes)
}

/// A target whose path finds nothing in the event gets nothing.
pub fn failed_to_make_input(cx: &mut Cx, tag: &Tag) -> Result<()> {
    give_up(cx, tag, ("INVALID_JSON", "The input path of the target finds nothing in the event."), (None, 0))
}

/// An error in the words of dead letters, and whether the call is worth trying again.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html>
fn told_as(error: &Error) -> (&'static str, bool) {
    let code = error.code();
    let has = |words: &[&str]| words.iter().any(|word| code.contains(word));
    if has(&["Throttl", "TooManyRequests", "RequestLimitExceeded", "OverLimit", "ProvisionedThroughput"]) {
        ("THROTTLING", true)
    } else if has(&["AccessDenied", "Unauthorized", "AuthorizationError"]) {
        let assuming = error.message().contains("sts:AssumeRole");
        (if assuming { "FAILED_TO_ASSUME_ROLE" } else { "NO_PERMISSIONS" }, false)
    } else if has(&["NotFound", "DoesNotExist", "NonExistent", "NoSuch", "UnknownService"]) {
        ("NO_RESOURCE", false)
    } else if error.is_receiver_fault() || has(&["ServiceUnavailable", "ServiceException", "InternalError", "Internal"])
    {
        ("ERROR_FROM_TARGET", true)
    } else if has(&["Invalid", "Validation", "MissingParameter", "Serialization"]) {
        ("INVALID_PARAMETER", false)
    } else if has(&["LimitExceeded"]) {
        ("RESOURCE_LIMIT_EXCEEDED", false)
    } else {
        ("ERROR_FROM_TARGET", false)
    }
}

/// Only texts, numbers and lists of them wait in a tag.
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_told_apart() {
        let check = |error: Error, expect: (&str, bool)| assert_eq!(told_as(&error), expect, "{error}");
        check(Error::new("ThrottlingException", ""), ("THROTTLING", true));
        check(Error::new("AccessDenied", ""), ("NO_PERMISSIONS", false));
        check(
            Error::new("AccessDenied", "not authorized to perform: sts:AssumeRole"),
            ("FAILED_TO_ASSUME_ROLE", false),
        );
        check(Error::new("QueueDoesNotExist", ""), ("NO_RESOURCE", false));
        check(Error::internal("x"), ("ERROR_FROM_TARGET", true));
        check(Error::new("InvalidParameterValue", ""), ("INVALID_PARAMETER", false));
    }
}
