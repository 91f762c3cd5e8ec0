//! The order of FIFO queues: messages of a group in the order of sending, and none while one before them is in flight.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html>

use crate::content;
use crate::delivery::{self, MOST_DROPPED, Received};
use crate::state::{DELIVERIES, Delivery, LINES, MESSAGES, Message, Queue, TAILS, TURNS, Turn};
use service::{Cx, Error, Result, Timestamp, View};

/// One receive hands out no more than this, and as long as it is in flight no other takes from the line: so what is in
/// flight is among the first so many of a line.
const MOST_AT_ONCE: usize = 10;

/// The line in which a message stands: that of its group.
pub fn line(message: &Message) -> i64 {
    content::line_of(message.group.as_deref().unwrap_or_default())
}

/// The sequence number of a message: 20 digits, and larger for each message of a queue.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html>
pub fn sequence_number(number: i64) -> String {
    (10_000_000_000_000_000_000 + number.unsigned_abs()).to_string()
}

/// Adds a message.
pub fn add(cx: &mut Cx, queue: &Queue, message: &mut Message, standing: Delivery) -> Result<()> {
    let mut tail = cx.get(&TAILS, &queue.space)?.unwrap_or_default();
    message.number = tail.next;
    tail.next += 1;
    cx.put(&TAILS, &queue.space, &tail)?;
    cx.put(&MESSAGES, &(queue.space, message.number), message)?;
    let line = line(message);
    let delivery = Delivery { number: message.number, line, sent_at: message.sent_at, ..standing };
    cx.put(&DELIVERIES, &(queue.space, line, message.number), &delivery)?;
    // Behind others it changes nothing about whose turn it is.
    if cx.has(&LINES, &(queue.space, line))? { Ok(()) } else { settle(cx, queue, line) }
}

/// Hands out up to `wanted` messages, as many as possible of the same group.
pub fn take(cx: &mut Cx, queue: &Queue, wanted: usize, until: Timestamp) -> Result<Vec<Received>> {
    let mut taken = Vec::new();
    let mut passed = Vec::new();
    while taken.len() < wanted && passed.len() < MOST_DROPPED {
        let Some(turn) = due(cx, queue, &passed)? else { break };
        passed.push(turn.line);
        taken.extend(take_from(cx, queue, turn.line, wanted - taken.len(), until)?);
        settle(cx, queue, turn.line)?;
    }
    Ok(taken)
}

/// Finds out when a line has its next turn, after a change in it: when nothing of it is in flight and its first message
/// is visible.
pub fn settle(cx: &mut Cx, queue: &Queue, line: i64) -> Result<()> {
    let now = cx.now();
    let front: Vec<Delivery> =
        cx.rows(&DELIVERIES, (queue.space, line)).take(MOST_AT_ONCE).collect::<Result<Vec<_>>>()?;
    // What expires while it is hidden holds up nobody any longer.
    let hidden_until = |d: &Delivery| d.visible_at.min(delivery::expires_at(queue, d.sent_at));
    let in_flight = front.iter().filter(|d| d.receives > 0).map(hidden_until).filter(|at| *at > now);
    let free_at = in_flight.max();
    let new = front.first().map(|d| Turn { at: free_at.unwrap_or(hidden_until(d)), number: d.number, line });
    let old = cx.get(&LINES, &(queue.space, line))?;
    if new == old {
        return Ok(());
    }
    if let Some(old) = old {
        cx.delete(&TURNS, &(queue.space, old.at, old.number))?;
    }
    match new {
        Some(new) => {
            cx.put(&TURNS, &(queue.space, new.at, new.number), &new)?;
            cx.put(&LINES, &(queue.space, line), &new)
        }
        None => cx.delete(&LINES, &(queue.space, line)).map(drop),
    }
}

fn due(view: &View, queue: &Queue, passed: &[i64]) -> Result<Option<Turn>> {
    let now = view.now();
    let turns = view.rows(&TURNS, (queue.space,));
    let mut due = turns.take_while(|turn| turn.as_ref().map_or(true, |turn| turn.at <= now));
    due.find(|turn| turn.as_ref().map_or(true, |turn| !passed.contains(&turn.line))).transpose()
}

/// Takes from one line, in its order, until a message in it must still wait.
fn take_from(cx: &mut Cx, queue: &Queue, line: i64, most: usize, until: Timestamp) -> Result<Vec<Received>> {
    let mut taken = Vec::new();
    let mut from = i64::MIN;
    for _ in 0..MOST_DROPPED {
        if taken.len() >= most {
            break;
        }
        let mut rest = cx.rows_from(&DELIVERIES, (queue.space, line), (queue.space, line, from));
        let Some(next) = rest.next().transpose()? else { break };
        drop(rest);
        if next.visible_at > cx.now() && !delivery::has_expired(queue, next.sent_at, cx.now()) {
            break;
        }
        from = next.number + 1;
        let message = cx.get(&MESSAGES, &(queue.space, next.number))?;
        let message = message.ok_or_else(|| Error::internal("a message is missing"))?;
        taken.extend(delivery::offer(cx, queue, message, Some(&next), until)?);
    }
    Ok(taken)
}
