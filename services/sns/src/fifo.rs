//! What FIFO topics remember: which messages were published a short while ago.
//! <https://docs.aws.amazon.com/sns/latest/dg/fifo-message-dedup.html>

use crate::content::Content;
use crate::state::{PUBLISHED, Published, Topic};
use crate::{errors, timers};
use aws_lc_rs::digest::{SHA256, digest};
use service::{Cx, Duration, Result};

/// How long a deduplication id is remembered.
const REMEMBERED: Duration = Duration::from_secs(300);

/// The group and the deduplication id of a message, checked.
pub fn ids(
    topic: &Topic,
    content: &Content,
    group: Option<String>,
    deduplication_id: Option<String>,
) -> Result<(Option<String>, Option<String>)> {
    if !topic.fifo {
        if deduplication_id.is_some() {
            let text = "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type";
            return Err(errors::invalid(text));
        }
        return Ok((group, None));
    }
    let group = group.filter(|group| !group.is_empty());
    let group = group.ok_or_else(group_missing)?;
    let id = match deduplication_id {
        Some(id) => id,
        None if topic.content_based_deduplication => {
            digest(&SHA256, content.message.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
        }
        None => {
            let text = "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly";
            return Err(errors::invalid(text));
        }
    };
    for (name, value) in [("MessageGroupId", &group), ("MessageDeduplicationId", &id)] {
        if !(1..=128).contains(&value.len()) || !value.bytes().all(|b| b.is_ascii_graphic()) {
            let text =
                format!("{name} Reason: can only include alphanumeric and punctuation characters. 1 to 128 in length");
            return Err(errors::invalid(text));
        }
    }
    Ok((Some(group), Some(id)))
}

/// The error for a message of a FIFO topic without a group.
pub fn group_missing() -> service::Error {
    errors::invalid("The MessageGroupId parameter is required for FIFO topics")
}

/// What was published under a deduplication id within the last five minutes.
pub fn known(cx: &Cx, topic: &Topic, group: &str, id: &str) -> Result<Option<Published>> {
    let row = cx.get(&PUBLISHED, &(topic.id, key(topic, group, id)))?;
    Ok(row.filter(|row| cx.now().since(row.at) < REMEMBERED))
}

/// Remembers a message.
pub fn remember(cx: &mut Cx, topic: &Topic, (group, id): (&str, &str), message_id: &str) -> Result<()> {
    let key = key(topic, group, id);
    let row = Published { at: cx.now(), key, message_id: message_id.to_owned(), sequence: topic.sequence };
    cx.put(&PUBLISHED, &(topic.id, row.key.clone()), &row)?;
    timers::forget(cx, topic.id, cx.now().after(REMEMBERED))
}

/// Ids count in the whole topic, or by group where its throughput does.
fn key(topic: &Topic, group: &str, id: &str) -> String {
    match topic.others.get("FifoThroughputScope").map(String::as_str) {
        Some("MessageGroup") => format!("{group}\n{id}"),
        _ => id.to_owned(),
    }
}

/// Forgets what is too old.
pub fn sweep(cx: &mut Cx, topic: i64) -> Result<()> {
    let now = cx.now();
    let rows: Vec<Published> = cx.rows(&PUBLISHED, (topic,)).collect::<Result<_>>()?;
    let (old, young): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| now.since(row.at) >= REMEMBERED);
    for row in old {
        cx.delete(&PUBLISHED, &(topic, row.key))?;
    }
    match young.iter().map(|row| row.at).min() {
        Some(oldest) => timers::forget(cx, topic, oldest.after(REMEMBERED)),
        None => Ok(()),
    }
}

/// The next sequence number, as SNS writes it.
pub fn sequence(topic: &mut Topic) -> String {
    topic.sequence += 1;
    format!("1{:019}", topic.sequence)
}
