//! Queue attributes: what may be set, within which bounds, and how they are shown.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html>

use crate::address::Address;
use crate::content::LARGEST;
use crate::delivery::{self, Counts};
use crate::errors;
use crate::state::{Queue, RedriveAllowPolicy, RedrivePolicy};
use service::policy::valid::{self, Facts, Kind};
use service::policy::{Document, Fault, Limits, Statement};
use service::{IndexMap, Result, View};
use std::ops::RangeInclusive;

/// All that can be asked for, in the order in which AWS shows them.
const NAMES: [&str; 22] = [
    "Policy",
    "VisibilityTimeout",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "CreatedTimestamp",
    "LastModifiedTimestamp",
    "QueueArn",
    "ApproximateNumberOfMessagesDelayed",
    "DelaySeconds",
    "ReceiveMessageWaitTimeSeconds",
    "RedrivePolicy",
    "FifoQueue",
    "ContentBasedDeduplication",
    "KmsMasterKeyId",
    "KmsDataKeyReusePeriodSeconds",
    "DeduplicationScope",
    "FifoThroughputLimit",
    "RedriveAllowPolicy",
    "SqsManagedSseEnabled",
    "All",
];

/// Policy limits: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html>
const POLICY_BYTES: usize = 8_192;
pub const POLICY_STATEMENTS: usize = 20;
const POLICY_PRINCIPALS: usize = 50;
const POLICY_CONDITIONS: usize = 10;

const TWO_KINDS_OF_ENCRYPTION: &str = "You can use one type of server-side encryption (SSE) at one time. \
                                       You can either enable KMS SSE or SQS SSE.";

/// A queue as it is where nothing else is said.
pub fn defaults(name: &str, fifo: bool) -> Queue {
    let text = |text: &str| if fifo { text.to_owned() } else { String::new() };
    Queue {
        name: name.to_owned(),
        fifo,
        visibility_timeout: 30,
        maximum_message_size: LARGEST as i64,
        message_retention_period: 4 * 24 * 60 * 60,
        sqs_managed_sse_enabled: true,
        deduplication_scope: text("queue"),
        fifo_throughput_limit: text("perQueue"),
        ..Queue::default()
    }
}

/// Sets attributes. An empty policy takes away the one that was there.
pub fn set(view: &View, queue: &mut Queue, given: &IndexMap<String, String>) -> Result<()> {
    for (name, value) in given {
        set_one(view, queue, name, value)?;
    }
    if queue.fifo_throughput_limit == "perMessageGroupId" && queue.deduplication_scope != "messageGroup" {
        let reason = "perMessageGroupId is allowed only when the value for DeduplicationScope is messageGroup.";
        return Err(errors::invalid_attribute_because("FifoThroughputLimit", reason));
    }
    if given.get("SqsManagedSseEnabled").is_some_and(|value| value == "true") && queue.kms_master_key_id.is_some() {
        return Err(service::Error::new("InvalidAttributeName", TWO_KINDS_OF_ENCRYPTION));
    }
    if queue.kms_master_key_id.is_some() {
        queue.sqs_managed_sse_enabled = false;
    }
    Ok(())
}

fn set_one(view: &View, queue: &mut Queue, name: &str, value: &str) -> Result<()> {
    let number = |bounds: RangeInclusive<i64>| {
        let number = value.parse().ok().filter(|number| bounds.contains(number));
        number.ok_or_else(|| errors::invalid_attribute(name))
    };
    match name {
        "VisibilityTimeout" => queue.visibility_timeout = number(0..=43_200)?,
        "DelaySeconds" => queue.delay_seconds = number(0..=900)?,
        "MaximumMessageSize" => queue.maximum_message_size = number(1_024..=LARGEST as i64)?,
        "MessageRetentionPeriod" => queue.message_retention_period = number(60..=1_209_600)?,
        "ReceiveMessageWaitTimeSeconds" => {
            queue.receive_message_wait_time_seconds = number(0..=delivery::LONGEST_WAIT)?;
        }
        "Policy" => queue.policy = if_any(value, |text| policy(view, text))?,
        "RedrivePolicy" => {
            let source = Address::own(view, &queue.name);
            queue.redrive_policy = if_any(value, |text| RedrivePolicy::parse(view, &source, queue.fifo, text))?;
        }
        "RedriveAllowPolicy" => queue.redrive_allow_policy = if_any(value, RedriveAllowPolicy::parse)?,
        "KmsMasterKeyId" => queue.kms_master_key_id = if_any(value, |id| Ok(id.to_owned()))?,
        "KmsDataKeyReusePeriodSeconds" => queue.kms_data_key_reuse_period_seconds = Some(number(60..=86_400)?),
        "SqsManagedSseEnabled" => queue.sqs_managed_sse_enabled = boolean(name, value)?,
        // It says of which type the queue is, which CreateQueue has made sure of and which never changes.
        "FifoQueue" if boolean(name, value)? == queue.fifo => {}
        "FifoQueue" => return Err(errors::invalid_attribute(name)),
        "ContentBasedDeduplication" | "DeduplicationScope" | "FifoThroughputLimit" if !queue.fifo => {
            return Err(errors::unknown_attribute(name));
        }
        "ContentBasedDeduplication" => queue.content_based_deduplication = boolean(name, value)?,
        "DeduplicationScope" => queue.deduplication_scope = one_of(name, value, ["queue", "messageGroup"])?,
        "FifoThroughputLimit" => queue.fifo_throughput_limit = one_of(name, value, ["perQueue", "perMessageGroupId"])?,
        _ => return Err(errors::unknown_attribute(name)),
    }
    Ok(())
}

fn if_any<T>(value: &str, read: impl FnOnce(&str) -> Result<T>) -> Result<Option<T>> {
    if value.is_empty() { Ok(None) } else { read(value).map(Some) }
}

/// Reads a boolean attribute.
pub fn boolean(name: &str, value: &str) -> Result<bool> {
    match value {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(errors::invalid_attribute(name)),
    }
}

fn one_of(name: &str, value: &str, allowed: [&str; 2]) -> Result<String> {
    if allowed.contains(&value) { Ok(value.to_owned()) } else { Err(errors::invalid_attribute(name)) }
}

/// Checks a queue's resource policy. A statement without a resource is about the queue. Why a principal is refused is not said:
/// <https://github.com/aws/aws-cdk/issues/15602>.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_introduction>
fn policy(view: &View, text: &str) -> Result<String> {
    let refuse = |reason: String| errors::invalid_attribute_because("Policy", reason);
    let limits = Limits { bytes: POLICY_BYTES, statements: POLICY_STATEMENTS, ..Limits::default() };
    let document = match valid::check(text, Kind::Resource, &Facts::default(), limits) {
        Err(error) if *error.fault() == Fault::NoResources => Document::parse(text, limits),
        checked => checked,
    };
    let document = document.map_err(|error| refuse(error.message()))?;
    let sum = |of: fn(&Statement) -> usize| document.statements().iter().map(of).sum::<usize>();
    let principals = sum(|statement| statement.principals.as_ref().map_or(0, |p| p.names.len()));
    let conditions = sum(|statement| statement.conditions.len());
    for (what, count, most) in
        [("principals", principals, POLICY_PRINCIPALS), ("conditions", conditions, POLICY_CONDITIONS)]
    {
        if count > most {
            return Err(refuse(format!("{count} {what} were found, maximum allowed is {most}.")));
        }
    }
    if view.unknown_principal(&document)?.is_some() {
        return Err(errors::invalid_attribute("Policy"));
    }
    Ok(text.to_owned())
}

/// The attributes that were asked for by name, or by `All`; those that are not set are left out.
pub fn show(view: &View, queue: &Queue, wanted: &[String]) -> Result<IndexMap<String, String>> {
    if let Some(unknown) = wanted.iter().find(|name| !NAMES.contains(&name.as_str())) {
        return Err(errors::unknown_attribute(unknown));
    }
    let all = wanted.iter().any(|name| name == "All");
    let names = NAMES.into_iter().filter(|name| all || wanted.iter().any(|wanted| wanted == name));
    let names: Vec<&str> = names.collect();
    let counts = match names.iter().any(|name| name.starts_with("Approximate")) {
        true => delivery::count(view, queue)?,
        false => Counts::default(),
    };
    let shown = names.into_iter().filter_map(|name| {
        let value = match name {
            "ApproximateNumberOfMessages" => Some(counts.visible.to_string()),
            "ApproximateNumberOfMessagesNotVisible" => Some(counts.in_flight.to_string()),
            "ApproximateNumberOfMessagesDelayed" => Some(counts.delayed.to_string()),
            "QueueArn" => Some(Address::own(view, &queue.name).arn()),
            name => value(queue, name),
        };
        Some((name.to_owned(), value?))
    });
    Ok(shown.collect())
}

/// The first of the given attributes in which two queues differ.
pub fn difference<'a>(one: &Queue, other: &Queue, given: &'a IndexMap<String, String>) -> Option<&'a str> {
    given.keys().map(String::as_str).find(|name| match *name {
        "RedrivePolicy" => {
            let meaning = |queue: &Queue| {
                let policy = queue.redrive_policy.as_ref();
                policy.map(|policy| (policy.dead_letter_target_arn.clone(), policy.max_receive_count))
            };
            meaning(one) != meaning(other)
        }
        name => value(one, name) != value(other, name),
    })
}

fn value(queue: &Queue, name: &str) -> Option<String> {
    let fifo = |text: String| queue.fifo.then_some(text);
    match name {
        "VisibilityTimeout" => Some(queue.visibility_timeout.to_string()),
        "DelaySeconds" => Some(queue.delay_seconds.to_string()),
        "MaximumMessageSize" => Some(queue.maximum_message_size.to_string()),
        "MessageRetentionPeriod" => Some(queue.message_retention_period.to_string()),
        "ReceiveMessageWaitTimeSeconds" => Some(queue.receive_message_wait_time_seconds.to_string()),
        "CreatedTimestamp" => Some(queue.created_at.secs().to_string()),
        "LastModifiedTimestamp" => Some(queue.modified_at.secs().to_string()),
        "Policy" => queue.policy.clone(),
        "RedrivePolicy" => queue.redrive_policy.as_ref().map(|policy| policy.text.clone()),
        "RedriveAllowPolicy" => queue.redrive_allow_policy.as_ref().map(|policy| policy.text.clone()),
        "KmsMasterKeyId" => queue.kms_master_key_id.clone(),
        "KmsDataKeyReusePeriodSeconds" => {
            queue.kms_master_key_id.as_ref()?;
            Some(queue.kms_data_key_reuse_period_seconds.unwrap_or(300).to_string())
        }
        "SqsManagedSseEnabled" => Some(queue.sqs_managed_sse_enabled.to_string()),
        "FifoQueue" => fifo("true".to_owned()),
        "ContentBasedDeduplication" => fifo(queue.content_based_deduplication.to_string()),
        "DeduplicationScope" => fifo(queue.deduplication_scope.clone()),
        "FifoThroughputLimit" => fifo(queue.fifo_throughput_limit.clone()),
        _ => None,
    }
}
