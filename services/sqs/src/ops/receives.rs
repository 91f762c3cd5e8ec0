//! Messages go out.

use crate::address::Address;
use crate::api::{self, *};
use crate::delivery::{self, LONGEST_WAIT, Received};
use crate::receipt::Receipt;
use crate::state::{Attribute, Queue};
use crate::{cipher, content};
use crate::{errors, fifo, recent};
use service::{Cx, Duration, IndexMap, Outcome, Result, Timestamp};

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html>
pub fn receive_message(cx: &mut Cx, input: ReceiveMessageRequest, _: ()) -> Result<Outcome<ReceiveMessageResult>> {
    let ReceiveMessageRequest {
        queue_url,
        attribute_names,
        message_system_attribute_names,
        message_attribute_names,
        max_number_of_messages,
        visibility_timeout,
        wait_time_seconds,
        receive_request_attempt_id,
    } = input;
    let wish = Wish {
        wanted: max_number_of_messages,
        hidden: visibility_timeout,
        wait: wait_time_seconds,
        system: [&attribute_names, &message_system_attribute_names],
        attributes: &message_attribute_names,
        attempt: &receive_request_attempt_id,
    };
    let address = Address::of_url(cx, &queue_url)?;
    cx.in_scope(address.scope, |cx| {
        let queue = address.queue(cx)?;
        // It was looked at before the lock: the queue may have changed since.
        let Asked { wanted, hidden, wait, show, attempt } = Asked::check(&queue, &wish)?;
        let until = cx.now().after(seconds(hidden));
        let mut received = receive(cx, &queue, wanted, until, attempt.as_deref())?;
        if received.is_empty() {
            return nothing(cx, &queue, wait);
        }
        for received in &mut received {
            cipher::open(cx, &queue, &mut received.message)?;
        }
        cx.meter("NumberOfMessagesReceived", ("QueueName", &queue.name), received.len() as f64, "Count");
        let messages = received.into_iter().map(|received| show.message(&queue, received)).collect();
        Ok(Outcome::Done(ReceiveMessageResult { messages: Some(messages) }))
    })
}

/// What a receive asks for, as it came.
pub(crate) struct Wish<'i> {
    pub wanted: Option<i64>,
    pub hidden: Option<i64>,
    pub wait: Option<i64>,
    /// Names of system attributes, under the member's old name and its new one.
    pub system: [&'i Option<Vec<String>>; 2],
    pub attributes: &'i Option<Vec<String>>,
    pub attempt: &'i Option<String>,
}

/// What a receive asks for, checked.
pub(crate) struct Asked {
    /// How many messages at the most.
    pub wanted: usize,
    /// For how many seconds they are hidden.
    hidden: i64,
    /// For how many seconds to wait for one.
    pub wait: i64,
    show: Show,
    attempt: Option<String>,
}

impl Asked {
    pub(crate) fn check(queue: &Queue, wish: &Wish<'_>) -> Result<Asked> {
        let wanted = within("MaxNumberOfMessages", wish.wanted.unwrap_or(1), 1, 10)?;
        let hidden = wish.hidden.unwrap_or(queue.visibility_timeout);
        let hidden = within("VisibilityTimeout", hidden, 0, 43_200)?;
        let wait = wish.wait.unwrap_or(queue.receive_message_wait_time_seconds);
        let wait = within("WaitTimeSeconds", wait, 0, LONGEST_WAIT)?;
        let system = wish.system.into_iter().flatten().flatten();
        let attributes = wish.attributes.clone().unwrap_or_default();
        let show = Show::check(&system.map(String::as_str).collect::<Vec<_>>(), attributes)?;
        let attempt = check_attempt(queue, wish.attempt.clone())?;
        Ok(Asked { wanted: wanted as usize, hidden, wait, show, attempt })
    }
}

fn seconds(count: i64) -> Duration {
    Duration::from_secs(count.unsigned_abs())
}

fn within(parameter: &str, value: i64, least: i64, most: i64) -> Result<i64> {
    if (least..=most).contains(&value) {
        return Ok(value);
    }
    let reason = match least {
        0 => format!("Must be >= 0 and <= {most}, if provided."),
        _ => format!("Must be between {least} and {most}, if provided."),
    };
    Err(errors::invalid_value(value, parameter, &reason))
}

fn check_attempt(queue: &Queue, id: Option<String>) -> Result<Option<String>> {
    if let Some(id) = &id {
        if !queue.fifo {
            return Err(errors::wrong_queue_type(id, "ReceiveRequestAttemptId"));
        }
        content::check_fifo_id("ReceiveRequestAttemptId", id)?;
    }
    Ok(id)
}

/// Takes messages, or those of the same attempt again.
fn receive(
    cx: &mut Cx,
    queue: &Queue,
    wanted: usize,
    until: Timestamp,
    attempt: Option<&str>,
) -> Result<Vec<Received>> {
    let Some(id) = attempt else { return delivery::take(cx, queue, wanted, until) };
    let received = match recent::attempted(cx, queue, id)? {
        Some(again) => {
            let mut received = Vec::with_capacity(again.len());
            for (message, old) in again {
                let delivery = delivery::hide(cx, queue, &old, until)?;
                received.push(Received { message, delivery });
            }
            received
        }
        None => delivery::take(cx, queue, wanted, until)?,
    };
    if !received.is_empty() {
        let deliveries = received.iter().map(|received| received.delivery.clone()).collect();
        recent::remember_attempt(cx, queue, id, deliveries)?;
    }
    Ok(received)
}

/// Services that do nothing but read queues for their users' functions and pipes.
const POLLERS: [&str; 2] = ["lambda.amazonaws.com", "pipes.amazonaws.com"];

/// A poller looks again after this long; nothing depends on it.
const LOOK_AGAIN: Duration = Duration::from_secs(86_400);

/// Whether a long poll has no end of its own: a poller would only ask again, and an empty answer is nothing that its user
/// could see.
fn is_kept_waiting(cx: &Cx) -> bool {
    cx.request().via.as_ref().is_some_and(|via| POLLERS.contains(&via.principal) && !via.source.is_empty())
}

/// What is answered where there is no message: nothing, or nothing yet.
fn nothing(cx: &mut Cx, queue: &Queue, wait: i64) -> Result<Outcome<ReceiveMessageResult>> {
    let deadline = match is_kept_waiting(cx) {
        true => cx.now().after(LOOK_AGAIN),
        false => cx.request().arrived.after(seconds(wait)),
    };
    // What has expired or gone to the dead-letter queue has been put right, which a wait would take back.
    if cx.is_clean() && cx.now() < deadline {
        let next = delivery::next_visible(cx, queue)?;
        let until = next.map_or(deadline, |next| next.min(deadline));
        return Ok(Outcome::Wait { on: delivery::signal(cx, queue), until });
    }
    // "If you reach this quota while using short polling, Amazon SQS returns the OverLimit error message. If you use
    // long polling, Amazon SQS returns no error messages", and none for FIFO queues.
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
    if wait == 0 && !queue.fifo && delivery::is_full(cx, queue)? {
        return Err(errors::too_many_in_flight());
    }
    cx.meter("NumberOfEmptyReceives", ("QueueName", &queue.name), 1.0, "Count");
    Ok(Outcome::Done(ReceiveMessageResult { messages: None }))
}

/// The system attributes of messages.
const SYSTEM: [&str; 9] = [
    "SenderId",
    "SentTimestamp",
    "ApproximateReceiveCount",
    "ApproximateFirstReceiveTimestamp",
    "SequenceNumber",
    "MessageDeduplicationId",
    "MessageGroupId",
    "AWSTraceHeader",
    "DeadLetterQueueSourceArn",
];

/// Which attributes were asked for.
struct Show {
    system: Vec<&'static str>,
    /// Names, beginnings of names (`prefix.*`), or `All` and `.*`.
    attributes: Vec<String>,
}

impl Show {
    fn check(system: &[&str], attributes: Vec<String>) -> Result<Show> {
        if let Some(unknown) = system.iter().find(|name| **name != "All" && !SYSTEM.contains(name)) {
            return Err(errors::unknown_attribute(unknown));
        }
        let wanted = |name: &&str| system.iter().any(|wanted| *wanted == "All" || wanted == name);
        Ok(Show { system: SYSTEM.into_iter().filter(wanted).collect(), attributes })
    }

    fn shows(&self, name: &str) -> bool {
        self.attributes.iter().any(|wanted| match wanted.strip_suffix(".*") {
            Some(prefix) => name.starts_with(prefix),
            None => wanted == "All" || wanted == name,
        })
    }

    fn message(&self, queue: &Queue, received: Received) -> api::Message {
        let system = self.system.iter().filter_map(|name| Some(((*name).to_owned(), system(queue, &received, name)?)));
        let system: IndexMap<String, String> = system.collect();
        let handle = Receipt::of(queue, &received.delivery).encode();
        let mut message = received.message;
        message.attributes.retain(|name, _| self.shows(name));
        // The digest is of what is shown: clients check it against that.
        let digest = content::md5_of_attributes(message.attributes.iter().map(|(n, a)| (n.as_str(), a)));
        let attributes: IndexMap<String, MessageAttributeValue> =
            message.attributes.into_iter().map(|(name, attribute)| (name, shown(attribute))).collect();
        api::Message {
            message_id: Some(message.id),
            receipt_handle: Some(handle),
            md5_of_body: Some(message.body_md5),
            body: Some(message.body),
            attributes: (!system.is_empty()).then_some(system),
            md5_of_message_attributes: digest,
            message_attributes: (!attributes.is_empty()).then_some(attributes),
        }
    }
}

fn shown(attribute: Attribute) -> MessageAttributeValue {
    let Attribute { data_type, string, binary } = attribute;
    MessageAttributeValue {
        string_value: string,
        binary_value: binary,
        string_list_values: None,
        binary_list_values: None,
        data_type,
    }
}

fn system(queue: &Queue, received: &Received, name: &str) -> Option<String> {
    let Received { message, delivery } = received;
    match name {
        "SenderId" => Some(message.sender.clone()),
        "SentTimestamp" => Some(message.sent_at.millis().to_string()),
        "ApproximateReceiveCount" => Some(delivery.receives.to_string()),
        "ApproximateFirstReceiveTimestamp" => delivery.first_received_at.map(|at| at.millis().to_string()),
        "SequenceNumber" => queue.fifo.then(|| fifo::sequence_number(message.number)),
        "MessageDeduplicationId" => message.deduplication_id.clone(),
        "MessageGroupId" => message.group.clone(),
        "AWSTraceHeader" => message.trace_header.clone(),
        "DeadLetterQueueSourceArn" => message.dead_letter_source.clone(),
        _ => None,
    }
}
