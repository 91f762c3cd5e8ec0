//! What standard and FIFO queues have in common: messages come in, are handed out for a while, and go.

use crate::state::{DELIVERIES, Delivery, HEADS, Head, MESSAGES, Message, Queue, TURNS};
use crate::{fifo, redrive, standard};
use service::{Cx, Duration, Result, Signal, Timestamp, View};

/// The most messages in flight, of either type of queue.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html>
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-fifo.html>
pub const MOST_IN_FLIGHT: i64 = 120_000;

/// The longest that a receive may wait, in seconds.
pub const LONGEST_WAIT: i64 = 20;

/// How many messages that turn out to have expired or to be dead letters one receive passes over.
pub const MOST_DROPPED: usize = 1_000;

/// A message as it is handed out.
pub struct Received {
    /// What was sent.
    pub message: Message,
    /// How it stands now.
    pub delivery: Delivery,
}

/// How many messages there are.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// `ApproximateNumberOfMessages`
    pub visible: i64,
    /// `ApproximateNumberOfMessagesNotVisible`: received, and neither deleted nor visible again.
    pub in_flight: i64,
    /// `ApproximateNumberOfMessagesDelayed`
    pub delayed: i64,
}

/// What those who wait for messages of a queue wait for.
pub fn signal(view: &View, queue: &Queue) -> Signal {
    view.signal("sqs.messages", queue.id)
}

/// Adds a message, numbers it and wakes one that waits; of `standing`, when it is visible and how often it was received
/// count.
pub fn add(cx: &mut Cx, queue: &Queue, message: &mut Message, standing: Delivery) -> Result<()> {
    if queue.fifo {
        fifo::add(cx, queue, message, standing)?
    } else {
        standard::add(cx, queue, message, standing)?
    }
    // Delayed ones wake too: who waits must know when to look again.
    cx.wake(signal(cx, queue), 1);
    Ok(())
}

/// Hands out up to `wanted` messages and hides them until `until`.
pub fn take(cx: &mut Cx, queue: &Queue, wanted: usize, until: Timestamp) -> Result<Vec<Received>> {
    let mut head = head(cx, queue)?;
    let wanted = allowed(cx, queue, &mut head, wanted)?;
    let before = head.clone();
    let taken = if queue.fifo {
        fifo::take(cx, queue, wanted, until)?
    } else {
        standard::take(cx, queue, &mut head, wanted, until)?
    };
    head.allowance -= taken.len() as i64;
    if head != before {
        cx.put(&HEADS, &queue.space, &head)?;
    }
    // Others who wait have until now not known that these may come back while they wait.
    if until < cx.now().after(Duration::from_secs(LONGEST_WAIT as u64)) {
        cx.wake(signal(cx, queue), taken.len());
    }
    Ok(taken)
}

/// Where the queue begins.
pub fn head(view: &View, queue: &Queue) -> Result<Head> {
    Ok(view.get(&HEADS, &queue.space)?.unwrap_or(Head { next: 0, allowance: MOST_IN_FLIGHT }))
}

/// How many of `wanted` messages may be handed out. The messages in flight are counted again only when as many have
/// been handed out since the last count as could be then, so that a receive costs the same whatever is in flight.
fn allowed(cx: &Cx, queue: &Queue, head: &mut Head, wanted: usize) -> Result<usize> {
    if head.allowance < wanted as i64 {
        head.allowance = (MOST_IN_FLIGHT - count(cx, queue)?.in_flight).max(0);
    }
    Ok(wanted.min(usize::try_from(head.allowance).unwrap_or(0)))
}

/// Whether as many messages are in flight as may be.
pub fn is_full(view: &View, queue: &Queue) -> Result<bool> {
    Ok(head(view, queue)?.allowance <= 0 && count(view, queue)?.in_flight >= MOST_IN_FLIGHT)
}

/// Hands out one message, or drops it where its time has passed or all its receives are used up.
pub fn offer(
    cx: &mut Cx,
    queue: &Queue,
    message: Message,
    old: Option<&Delivery>,
    until: Timestamp,
) -> Result<Option<Received>> {
    let now = cx.now();
    if has_expired(queue, message.sent_at, now) {
        drop_rows(cx, queue, message.number, old)?;
        return Ok(None);
    }
    if let Some(old) = old
        && redrive::bury(cx, queue, &message, old)?
    {
        drop_rows(cx, queue, message.number, Some(old))?;
        return Ok(None);
    }
    let mut delivery = match old {
        Some(old) => old.clone(),
        None => Delivery { number: message.number, sent_at: message.sent_at, ..Delivery::default() },
    };
    if delivery.nonce == 0 {
        delivery.nonce = cx.entropy().u64() as i64;
    }
    delivery.receives += 1;
    delivery.visible_at = until;
    delivery.received_at = Some(now);
    delivery.first_received_at.get_or_insert(now);
    replace(cx, queue, old, &delivery)?;
    Ok(Some(Received { message, delivery }))
}

/// Hides a message until `until`, or shows it where that is not in the future.
pub fn hide(cx: &mut Cx, queue: &Queue, old: &Delivery, until: Timestamp) -> Result<Delivery> {
    let new = Delivery { visible_at: until, ..old.clone() };
    replace(cx, queue, Some(old), &new)?;
    if queue.fifo {
        fifo::settle(cx, queue, new.line)?;
    }
    cx.wake(signal(cx, queue), 1);
    Ok(new)
}

/// Deletes a message that has been received.
pub fn remove(cx: &mut Cx, queue: &Queue, delivery: &Delivery) -> Result<()> {
    drop_rows(cx, queue, delivery.number, Some(delivery))?;
    if queue.fifo {
        fifo::settle(cx, queue, delivery.line)?;
        // The next of its group may be received now.
        cx.wake(signal(cx, queue), 1);
    }
    Ok(())
}

/// How the message with `number` stands; `None` when it is gone or was never received nor delayed.
pub fn find(view: &View, queue: &Queue, number: i64) -> Result<Option<Delivery>> {
    let line = if queue.fifo {
        match view.get(&MESSAGES, &(queue.space, number))? {
            Some(message) => fifo::line(&message),
            None => return Ok(None),
        }
    } else {
        standard::LINE
    };
    Ok(view.get(&DELIVERIES, &(queue.space, line, number))?.filter(|d| !has_expired(queue, d.sent_at, view.now())))
}

/// Counts the messages, exactly. It takes time for each that is not fresh (`state.rs`): about 0.2 s for a million.
pub fn count(view: &View, queue: &Queue) -> Result<Counts> {
    let now = view.now();
    let mut counts = Counts::default();
    if !queue.fifo {
        counts.visible = standard::count_fresh(view, queue)?;
    }
    for delivery in view.rows(&DELIVERIES, (queue.space,)) {
        let delivery = delivery?;
        match () {
            () if has_expired(queue, delivery.sent_at, now) => {}
            () if delivery.visible_at <= now => counts.visible += 1,
            () if delivery.receives > 0 => counts.in_flight += 1,
            () => counts.delayed += 1,
        }
    }
    Ok(counts)
}

/// The next instant at which something hidden becomes visible.
pub fn next_visible(view: &View, queue: &Queue) -> Result<Option<Timestamp>> {
    let after = Timestamp(view.now().0.saturating_add(1));
    let turn = view.rows_from(&TURNS, (queue.space,), (queue.space, after)).next().transpose()?;
    Ok(turn.map(|turn| turn.at))
}

/// Whether a message that was sent then is past the queue's retention period.
pub fn has_expired(queue: &Queue, sent_at: Timestamp, now: Timestamp) -> bool {
    expires_at(queue, sent_at) <= now
}

/// When a message that was sent then is past the queue's retention period.
pub fn expires_at(queue: &Queue, sent_at: Timestamp) -> Timestamp {
    sent_at.after(Duration::from_secs(queue.message_retention_period.unsigned_abs()))
}

fn replace(cx: &mut Cx, queue: &Queue, old: Option<&Delivery>, new: &Delivery) -> Result<()> {
    cx.put(&DELIVERIES, &(queue.space, new.line, new.number), new)?;
    if !queue.fifo {
        standard::turn(cx, queue, old, Some(new))?;
    }
    Ok(())
}

fn drop_rows(cx: &mut Cx, queue: &Queue, number: i64, delivery: Option<&Delivery>) -> Result<()> {
    cx.delete(&MESSAGES, &(queue.space, number))?;
    let Some(delivery) = delivery else { return Ok(()) };
    cx.delete(&DELIVERIES, &(queue.space, delivery.line, number))?;
    if !queue.fifo {
        standard::turn(cx, queue, Some(delivery), None)?;
    }
    Ok(())
}
