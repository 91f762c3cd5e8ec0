//! Messages come in.

use crate::address::Address;
use crate::api::*;
use crate::state::{Attribute, Delivery, Message, Queue};
use crate::{batch, cipher, content, delivery, errors, fifo, recent};
use service::{Cx, Duration, IndexMap, Result};

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html>
pub fn send_message(cx: &mut Cx, input: SendMessageRequest, body_md5: String) -> Result<SendMessageResult> {
    let SendMessageRequest {
        queue_url,
        message_body,
        delay_seconds,
        message_attributes,
        message_system_attributes,
        message_deduplication_id,
        message_group_id,
    } = input;
    let address = Address::of_url(cx, &queue_url)?;
    cx.in_scope(address.scope, |cx| {
        let queue = address.queue(cx)?;
        let entry = SendMessageBatchRequestEntry {
            id: String::new(),
            message_body,
            delay_seconds,
            message_attributes,
            message_system_attributes,
            message_deduplication_id,
            message_group_id,
        };
        check_fifo(&queue, &entry)?;
        let sent = send(cx, &queue, Post::check(&queue, entry)?, body_md5)?;
        Ok(SendMessageResult {
            md5_of_message_body: Some(sent.md5_of_message_body),
            md5_of_message_attributes: sent.md5_of_message_attributes,
            md5_of_message_system_attributes: sent.md5_of_message_system_attributes,
            message_id: Some(sent.message_id),
            sequence_number: sent.sequence_number,
        })
    })
}

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html>
pub fn send_message_batch(cx: &mut Cx, input: SendMessageBatchRequest) -> Result<SendMessageBatchResult> {
    let SendMessageBatchRequest { queue_url, entries } = input;
    let address = Address::of_url(cx, &queue_url)?;
    cx.in_scope(address.scope, |cx| {
        let queue = address.queue(cx)?;
        batch::check("SendMessageBatchRequestEntry", entries.iter().map(|entry| entry.id.as_str()))?;
        let size = |entry: &SendMessageBatchRequestEntry| {
            content::size(&entry.message_body, entry.message_attributes.as_ref())
        };
        let bytes = entries.iter().map(size).sum();
        if bytes > content::LARGEST {
            return Err(errors::batch_too_long(bytes));
        }
        // An entry that lacks what its queue needs fails the whole batch.
        entries.iter().try_for_each(|entry| check_fifo(&queue, entry))?;
        let mut result = SendMessageBatchResult::default();
        for entry in entries {
            let id = entry.id.clone();
            match Post::check(&queue, entry) {
                Ok(post) => {
                    let body_md5 = content::md5_of_body(&post.body);
                    result.successful.push(send(cx, &queue, post, body_md5)?);
                }
                Err(error) => result.failed.push(batch::failure(id, error)?),
            }
        }
        Ok(result)
    })
}

/// Checks what FIFO queues need of a message.
fn check_fifo(queue: &Queue, entry: &SendMessageBatchRequestEntry) -> Result<()> {
    if !queue.fifo {
        return Ok(());
    }
    if entry.message_group_id.is_none() {
        return Err(errors::missing_parameter("MessageGroupId"));
    }
    if entry.message_deduplication_id.is_none() && !queue.content_based_deduplication {
        return Err(errors::invalid_parameter(
            "The queue should either have ContentBasedDeduplication enabled \
             or MessageDeduplicationId provided explicitly",
        ));
    }
    Ok(())
}

/// A message that was found good.
struct Post {
    /// The entry's id in its batch.
    id: String,
    body: String,
    /// Seconds.
    delay: i64,
    attributes: IndexMap<String, Attribute>,
    trace_header: Option<String>,
    deduplication_id: Option<String>,
    group: Option<String>,
}

impl Post {
    fn check(queue: &Queue, entry: SendMessageBatchRequestEntry) -> Result<Post> {
        let SendMessageBatchRequestEntry {
            id,
            message_body: body,
            delay_seconds,
            message_attributes,
            message_system_attributes,
            message_deduplication_id: mut deduplication_id,
            message_group_id: group,
        } = entry;
        content::check_body(&body)?;
        let limit = queue.maximum_message_size;
        if content::size(&body, message_attributes.as_ref()) as i64 > limit {
            let text =
                format!("One or more parameters are invalid. Reason: Message must be shorter than {limit} bytes.");
            return Err(errors::invalid_parameter(text));
        }
        let attributes = content::attributes(message_attributes.unwrap_or_default())?;
        let trace_header = content::trace_header(message_system_attributes.unwrap_or_default())?;
        let delay = delay(queue, delay_seconds)?;
        if let Some(group) = &group {
            content::check_fifo_id("MessageGroupId", group)?;
        }
        match &deduplication_id {
            Some(id) if !queue.fifo => return Err(errors::wrong_queue_type(id, "MessageDeduplicationId")),
            Some(id) => content::check_fifo_id("MessageDeduplicationId", id)?,
            None if queue.fifo => deduplication_id = Some(content::content_id(&body)),
            None => {}
        }
        Ok(Post { id, body, delay, attributes, trace_header, deduplication_id, group })
    }
}

/// The delay of a message: its own, or the queue's. A FIFO queue has but one for all.
fn delay(queue: &Queue, given: Option<i64>) -> Result<i64> {
    match given {
        Some(delay) if !(0..=900).contains(&delay) => {
            Err(errors::invalid_value(delay, "DelaySeconds", "DelaySeconds must be >= 0 and <= 900."))
        }
        Some(delay) if queue.fifo && delay != 0 => Err(errors::wrong_queue_type(delay, "DelaySeconds")),
        Some(delay) if !queue.fifo => Ok(delay),
        _ => Ok(queue.delay_seconds),
    }
}

fn send(cx: &mut Cx, queue: &Queue, post: Post, body_md5: String) -> Result<SendMessageBatchResultEntry> {
    let Post { id, body, delay, attributes, trace_header, deduplication_id, group } = post;
    let mut sent = SendMessageBatchResultEntry {
        id,
        md5_of_message_body: body_md5,
        md5_of_message_attributes: content::md5_of_attributes(attributes.iter().map(|(n, a)| (n.as_str(), a))),
        md5_of_message_system_attributes: trace_header.as_deref().and_then(content::md5_of_trace_header),
        ..SendMessageBatchResultEntry::default()
    };
    let key = if queue.fifo { group.clone().zip(deduplication_id.clone()) } else { None };
    if let Some((group, id)) = &key
        && let Some(before) = recent::sent_before(cx, queue, group, id)?
    {
        cx.meter("NumberOfDeduplicatedSentMessages", ("QueueName", &queue.name), 1.0, "Count");
        sent.message_id = before.message_id;
        sent.sequence_number = Some(fifo::sequence_number(before.number));
        return Ok(sent);
    }
    let (now, size) = (cx.now(), body.len());
    let mut message = Message {
        number: 0,
        id: cx.entropy().uuid(),
        body,
        body_md5: sent.md5_of_message_body.clone(),
        sent_at: now,
        sender: cx.caller().user_id.clone(),
        group,
        deduplication_id,
        // One of the request itself counts where the message has none.
        trace_header: trace_header.or_else(|| cx.trace().map(|header| header.to_string())),
        dead_letter_source: None,
        attributes,
        seal: None,
    };
    cipher::seal(cx, queue, &mut message)?;
    let visible_at = now.after(Duration::from_secs(delay.unsigned_abs()));
    delivery::add(cx, queue, &mut message, Delivery { visible_at, ..Delivery::default() })?;
    if let Some((group, id)) = &key {
        recent::remember_sent(cx, queue, group, id, &message)?;
        sent.sequence_number = Some(fifo::sequence_number(message.number));
    }
    cx.meter("NumberOfMessagesSent", ("QueueName", &queue.name), 1.0, "Count");
    cx.meter("SentMessageSize", ("QueueName", &queue.name), size as f64, "Bytes");
    sent.message_id = message.id;
    Ok(sent)
}
