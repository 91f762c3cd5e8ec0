//! What a FIFO queue remembers for five minutes: the deduplication ids that it has seen, and the receives that may be
//! repeated.
//!
//! Rows lie in buckets of five minutes. What is still remembered is in the present bucket or the one before it; what
//! lies in an older one is dropped, a few rows with each new one, so that nothing has to tick.

use crate::content;
use crate::fifo;
use crate::state::{ATTEMPTS, Attempt, DELIVERIES, Delivery, MESSAGES, Message, Queue, SENT, Sent};
use service::{Cx, Result, Timestamp, View};

/// Seconds.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html>
const MEMORY: i64 = 300;

/// How many forgotten rows go with each new one.
const DROPPED_AT_ONCE: usize = 4;

fn bucket(at: Timestamp) -> i64 {
    at.secs().div_euclid(MEMORY)
}

fn is_remembered(at: Timestamp, now: Timestamp) -> bool {
    now.since(at).as_secs() < MEMORY as u64
}

/// Where a deduplication id must be unique: in the group, or (0) in the queue.
fn scope(queue: &Queue, group: &str) -> i64 {
    if queue.deduplication_scope == "messageGroup" { content::line_of(group) } else { 0 }
}

/// The message that was sent with the same deduplication id a short while ago.
pub fn sent_before(view: &View, queue: &Queue, group: &str, deduplication_id: &str) -> Result<Option<Sent>> {
    let (now, line) = (view.now(), scope(queue, group));
    for bucket in [bucket(now), bucket(now) - 1] {
        let found = view.get(&SENT, &(queue.id, bucket, line, deduplication_id.to_owned()))?;
        if let Some(sent) = found.filter(|sent| is_remembered(sent.at, now)) {
            return Ok(Some(sent));
        }
    }
    Ok(None)
}

/// Remembers a message that was sent.
pub fn remember_sent(cx: &mut Cx, queue: &Queue, group: &str, deduplication_id: &str, message: &Message) -> Result<()> {
    let (at, line) = (cx.now(), scope(queue, group));
    let forgotten: Vec<Sent> = cx.rows(&SENT, (queue.id,)).take(DROPPED_AT_ONCE).collect::<Result<_>>()?;
    for old in forgotten.into_iter().filter(|old| old.bucket < bucket(at) - 1) {
        cx.delete(&SENT, &(queue.id, old.bucket, old.line, old.deduplication_id))?;
    }
    let sent = Sent {
        bucket: bucket(at),
        line,
        deduplication_id: deduplication_id.to_owned(),
        at,
        message_id: message.id.clone(),
        number: message.number,
    };
    cx.put(&SENT, &(queue.id, sent.bucket, line, sent.deduplication_id.clone()), &sent)
}

/// What an attempt to receive has handed out, if it may be repeated: as long as all of it is in flight, and nothing of
/// it was deleted or given another visibility timeout.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-receiverequestattemptid-request-parameter.html>
pub fn attempted(view: &View, queue: &Queue, id: &str) -> Result<Option<Vec<(Message, Delivery)>>> {
    let now = view.now();
    for bucket in [bucket(now), bucket(now) - 1] {
        let found = view.get(&ATTEMPTS, &(queue.id, bucket, id.to_owned()))?;
        if let Some(attempt) = found.filter(|attempt| is_remembered(attempt.at, now)) {
            return unchanged(view, queue, attempt);
        }
    }
    Ok(None)
}

fn unchanged(view: &View, queue: &Queue, attempt: Attempt) -> Result<Option<Vec<(Message, Delivery)>>> {
    let mut found = Vec::new();
    for delivery in attempt.deliveries {
        let Some(message) = view.get(&MESSAGES, &(queue.space, delivery.number))? else { return Ok(None) };
        let standing = view.get(&DELIVERIES, &(queue.space, fifo::line(&message), delivery.number))?;
        if delivery.visible_at <= view.now() || standing.as_ref() != Some(&delivery) {
            return Ok(None);
        }
        found.push((message, delivery));
    }
    Ok((!found.is_empty()).then_some(found))
}

/// Remembers what an attempt to receive has handed out.
pub fn remember_attempt(cx: &mut Cx, queue: &Queue, id: &str, deliveries: Vec<Delivery>) -> Result<()> {
    let at = cx.now();
    let forgotten: Vec<Attempt> = cx.rows(&ATTEMPTS, (queue.id,)).take(DROPPED_AT_ONCE).collect::<Result<_>>()?;
    for old in forgotten.into_iter().filter(|old| old.bucket < bucket(at) - 1) {
        cx.delete(&ATTEMPTS, &(queue.id, old.bucket, old.id))?;
    }
    let attempt = Attempt { bucket: bucket(at), id: id.to_owned(), at, deliveries };
    cx.put(&ATTEMPTS, &(queue.id, attempt.bucket, attempt.id.clone()), &attempt)
}
