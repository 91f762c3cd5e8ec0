//! The order of standard queues: who has been visible longest comes first, which is AWS's best effort at its best.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues.html>

use crate::delivery::{self, MOST_DROPPED, Received};
use crate::state::{DELIVERIES, Delivery, HEADS, Head, MESSAGES, Message, Queue, TAILS, TURNS, Tail, Turn};
use crate::timers;
use service::{Cx, Error, Result, Timestamp, View};

/// The line of all messages of a standard queue.
pub const LINE: i64 = 0;

/// Numbers from here on belong to messages that are not fresh when they come in: fresh ones so have no gaps in theirs.
const ASIDE: i64 = 1 << 62;

/// Every so many fresh messages a send looks for some that have expired, for queues that nobody reads.
const SENDS_BETWEEN_SWEEPS: i64 = 1_024;

/// Adds a message.
pub fn add(cx: &mut Cx, queue: &Queue, message: &mut Message, standing: Delivery) -> Result<()> {
    let mut tail = tail(cx, queue)?;
    let fresh = standing.receives == 0 && standing.visible_at <= cx.now() && message.sent_at == cx.now();
    if fresh {
        message.number = tail.next;
        tail.next += 1;
    } else {
        message.number = ASIDE + tail.aside;
        tail.aside += 1;
    }
    cx.put(&TAILS, &queue.space, &tail)?;
    cx.put(&MESSAGES, &(queue.space, message.number), message)?;
    if !fresh {
        let delivery = Delivery { number: message.number, line: LINE, sent_at: message.sent_at, ..standing };
        cx.put(&DELIVERIES, &(queue.space, LINE, message.number), &delivery)?;
        turn(cx, queue, None, Some(&delivery))?;
    } else if tail.next % SENDS_BETWEEN_SWEEPS == 0 {
        let mut head = delivery::head(cx, queue)?;
        skip_expired(cx, queue, &mut head, &tail)?;
        cx.put(&HEADS, &queue.space, &head)?;
    }
    Ok(())
}

/// Hands out up to `wanted` messages, moving the head past the fresh ones among them.
pub fn take(cx: &mut Cx, queue: &Queue, head: &mut Head, wanted: usize, until: Timestamp) -> Result<Vec<Received>> {
    let tail = tail(cx, queue)?;
    skip_expired(cx, queue, head, &tail)?;
    let mut taken: Vec<Received> = Vec::new();
    let mut looked_at = 0;
    while taken.len() < wanted && looked_at < MOST_DROPPED {
        let passed: Vec<i64> = taken.iter().map(|received| received.delivery.number).collect();
        let due = due(cx, queue, &passed, wanted - taken.len())?;
        let fresh = fresh(cx, queue, head.next..tail.next, wanted - taken.len())?;
        let next = oldest(due, fresh, wanted - taken.len());
        if next.is_empty() {
            break;
        }
        looked_at += next.len();
        for candidate in next {
            let (message, old) = match candidate {
                Candidate::Fresh(message) => {
                    head.next += 1;
                    (*message, None)
                }
                Candidate::Due(turn) => load(cx, queue, turn.number)?,
            };
            taken.extend(delivery::offer(cx, queue, message, old.as_ref(), until)?);
        }
    }
    Ok(taken)
}

/// Whether there is nothing to hand out to one who wants so many, nor anything to put in order.
pub fn is_empty(view: &View, queue: &Queue, wanted: usize) -> Result<bool> {
    let head = delivery::head(view, queue)?;
    let none = head.allowance >= wanted as i64 && head.next == tail(view, queue)?.next;
    Ok(none && due(view, queue, &[], 1)?.is_empty())
}

/// How many fresh messages there are that have not expired.
pub fn count_fresh(view: &View, queue: &Queue) -> Result<i64> {
    let (head, tail) = (delivery::head(view, queue)?, tail(view, queue)?);
    Ok(tail.next - first_unexpired(view, queue, head.next, tail.next)?)
}

/// Moves a message's turn.
pub fn turn(cx: &mut Cx, queue: &Queue, old: Option<&Delivery>, new: Option<&Delivery>) -> Result<()> {
    if let Some(old) = old {
        cx.delete(&TURNS, &(queue.space, old.visible_at, old.number))?;
    }
    if let Some(new) = new {
        let turn = Turn { at: new.visible_at, number: new.number, line: LINE };
        cx.put(&TURNS, &(queue.space, turn.at, turn.number), &turn)?;
    }
    Ok(())
}

/// A message that may be handed out.
enum Candidate {
    Fresh(Box<Message>),
    Due(Turn),
}

impl Candidate {
    fn visible_since(&self) -> Timestamp {
        match self {
            Candidate::Fresh(message) => message.sent_at,
            Candidate::Due(turn) => turn.at,
        }
    }
}

/// The `most` that have been visible longest; fresh ones first where both have as long, so that a message that is put
/// back again and again does not keep the others waiting.
fn oldest(due: Vec<Turn>, fresh: Vec<Message>, most: usize) -> Vec<Candidate> {
    let fresh = fresh.into_iter().map(|message| Candidate::Fresh(Box::new(message)));
    let mut all: Vec<Candidate> = fresh.chain(due.into_iter().map(Candidate::Due)).collect();
    all.sort_by_key(Candidate::visible_since);
    all.truncate(most);
    all
}

fn due(view: &View, queue: &Queue, passed: &[i64], most: usize) -> Result<Vec<Turn>> {
    let now = view.now();
    let turns = view.rows(&TURNS, (queue.space,));
    let due = turns.take_while(|turn| turn.as_ref().map_or(true, |turn| turn.at <= now));
    due.filter(|turn| turn.as_ref().map_or(true, |turn| !passed.contains(&turn.number))).take(most).collect()
}

fn fresh(view: &View, queue: &Queue, numbers: std::ops::Range<i64>, most: usize) -> Result<Vec<Message>> {
    numbers.take(most).map(|number| message(view, queue, number)).collect()
}

fn load(view: &View, queue: &Queue, number: i64) -> Result<(Message, Option<Delivery>)> {
    let delivery = view.get(&DELIVERIES, &(queue.space, LINE, number))?;
    Ok((message(view, queue, number)?, Some(delivery.ok_or_else(|| Error::internal("a turn has no delivery"))?)))
}

fn message(view: &View, queue: &Queue, number: i64) -> Result<Message> {
    view.get(&MESSAGES, &(queue.space, number))?.ok_or_else(|| Error::internal("a message is missing"))
}

fn tail(view: &View, queue: &Queue) -> Result<Tail> {
    Ok(view.get(&TAILS, &queue.space)?.unwrap_or_default())
}

/// Moves the head past fresh messages that have expired and leaves their rows to be swept.
fn skip_expired(cx: &mut Cx, queue: &Queue, head: &mut Head, tail: &Tail) -> Result<()> {
    let first = first_unexpired(cx, queue, head.next, tail.next)?;
    if first > head.next {
        timers::sweep_messages(cx, queue.space, head.next..first)?;
        head.next = first;
    }
    Ok(())
}

/// The first of these fresh messages that has not expired. They lie in the order of sending, so it is found by halving.
fn first_unexpired(view: &View, queue: &Queue, from: i64, to: i64) -> Result<i64> {
    let expired = |number| -> Result<bool> {
        Ok(delivery::has_expired(queue, message(view, queue, number)?.sent_at, view.now()))
    };
    if from >= to || !expired(from)? {
        return Ok(from);
    }
    let (mut expired_at, mut first) = (from, to);
    while first - expired_at > 1 {
        let middle = expired_at + (first - expired_at) / 2;
        if expired(middle)? { expired_at = middle } else { first = middle }
    }
    Ok(first)
}
