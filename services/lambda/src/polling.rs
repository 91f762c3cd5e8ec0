//! From a queue to its function: a mapping's wait for records is a delivery that lasts until there are some, its batches are
//! invocations of Lambda's own, and what the function is done with is deleted. What it is not done with becomes visible again
//! by the queue's own rules.
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html>

use crate::address::{Address, mapping_arn};
use crate::delivery::Tag;
use crate::peers::{self, Actor, Invoke};
use crate::records;
use crate::resolve::Resolved;
use crate::state::{MAPPINGS, Mapping, POLLS, Poll, Record};
use service::{Cx, Delivery, Duration, LetterId, Next, Result, Value};

/// How many batches go on at once where nobody says otherwise: as many as Lambda begins with.
const CONCURRENT: i64 = 5;
/// The most bytes of a batch's records: an event's, without what goes around them.
const LARGEST_BATCH: usize = (6 << 20) - 64;
/// The most that one request to a queue gives.
const MOST_RECEIVED: i64 = 10;
/// The longest wait before a queue is asked again that refused, in seconds.
const LONGEST_WAIT: u64 = 900;

/// As whom a mapping's function acts, if it is there.
fn actor(cx: &Cx, mapping: &Mapping) -> Option<Actor> {
    let qualifier = mapping.qualifier.clone();
    let address = Address { scope: cx.scope(), name: mapping.function.clone(), qualifier };
    let resolved = Resolved::of(cx, &address).ok()?;
    Some(peers::actor(cx, &mapping.function, &resolved.config.role))
}

/// Waits for records if the mapping is enabled and has room for them, and nothing waits yet.
pub fn ensure(cx: &mut Cx, mapping: &Mapping) -> Result<()> {
    let mut poll = cx.get(&POLLS, mapping.uuid.as_str())?.unwrap_or_default();
    if await_records(cx, mapping, &mut poll)? {
        cx.put(&POLLS, mapping.uuid.as_str(), &poll)?;
    }
    Ok(())
}

fn await_records(cx: &mut Cx, mapping: &Mapping, poll: &mut Poll) -> Result<bool> {
    let room = mapping.batch_size - poll.gathered.len() as i64;
    let busy = poll.in_flight >= mapping.most_concurrent.unwrap_or(CONCURRENT);
    if !mapping.enabled || poll.waiting.is_some() || busy || room < 1 {
        return Ok(false);
    }
    let Some(actor) = actor(cx, mapping) else { return Ok(false) };
    let tag = Tag::Poll { mapping: mapping.uuid.clone() };
    let letter = peers::poll(cx, &actor, &mapping.source_arn, room.min(MOST_RECEIVED), &tag)?;
    poll.waiting = Some(letter.as_bytes().to_vec().into());
    Ok(true)
}

/// Waits no more.
pub fn stop(cx: &mut Cx, uuid: &str) -> Result<()> {
    let Some(mut poll) = cx.get(&POLLS, uuid)? else { return Ok(()) };
    if let Some(letter) = poll.waiting.take() {
        cx.recall(&LetterId::from_bytes(&letter))?;
        cx.put(&POLLS, uuid, &poll)?;
    }
    Ok(())
}

/// Waits again as the function is now: its role may have changed, or it may be there again.
pub fn refresh(cx: &mut Cx, function: &str) -> Result<()> {
    let all: Vec<Mapping> = cx.rows(&MAPPINGS, ()).collect::<Result<_>>()?;
    for mapping in all.iter().filter(|mapping| mapping.function == function) {
        stop(cx, &mapping.uuid)?;
        ensure(cx, mapping)?;
    }
    Ok(())
}

/// Is told that records came, or that the queue refuses.
pub fn received(cx: &mut Cx, delivery: &Delivery, uuid: &str, result: &Result<Value>) -> Result<Next> {
    let (Some(mapping), Some(mut poll)) = (cx.get(&MAPPINGS, uuid)?, cx.get(&POLLS, uuid)?) else {
        return Ok(Next::Done);
    };
    let output = match result {
        Ok(output) => output,
        Err(error) => {
            poll.last_result = Some(format!("PROBLEM: {}", error.message()));
            cx.put(&POLLS, uuid, &poll)?;
            let seconds = 2_u64.saturating_pow(delivery.attempts.min(16)).min(LONGEST_WAIT);
            return Ok(Next::RetryAt(cx.now().after(Duration::from_secs(seconds))));
        }
    };
    poll.waiting = None;
    let (mut wanted, mut unwanted) = (Vec::new(), Vec::new());
    for record in records::of_messages(output, &mapping) {
        if records::passes(&record, &mapping.filters)? { wanted.push(record) } else { unwanted.push(record.receipt) }
    }
    if let (false, Some(actor)) = (unwanted.is_empty(), actor(cx, &mapping)) {
        peers::delete(cx, &actor, &mapping.source_arn, &unwanted, &Tag::Deletion)?;
    }
    poll.gathered.extend(wanted);
    gather(cx, &mapping, poll)?;
    Ok(Next::Done)
}

/// Hands over what is gathered when it is enough or the window has passed, and waits for more.
fn gather(cx: &mut Cx, mapping: &Mapping, mut poll: Poll) -> Result<()> {
    let bytes: usize = poll.gathered.iter().map(|record| record.text.len() + 1).sum();
    let full = poll.gathered.len() as i64 >= mapping.batch_size || bytes >= LARGEST_BATCH;
    let since = *poll.since.get_or_insert(cx.now());
    let due = since.after(Duration::from_secs(mapping.window_seconds.unsigned_abs()));
    if poll.gathered.is_empty() {
        poll.since = None;
    } else if full || due <= cx.now() {
        hand_over(cx, mapping, &mut poll)?;
    } else {
        cx.set_timer(&mapping.uuid, due)?;
    }
    await_records(cx, mapping, &mut poll)?;
    cx.put(&POLLS, mapping.uuid.as_str(), &poll)
}

/// The window of a mapping has passed.
pub fn window_passed(cx: &mut Cx, uuid: &str) -> Result<()> {
    let (Some(mapping), Some(mut poll)) = (cx.get(&MAPPINGS, uuid)?, cx.get(&POLLS, uuid)?) else { return Ok(()) };
    hand_over(cx, &mapping, &mut poll)?;
    await_records(cx, &mapping, &mut poll)?;
    cx.put(&POLLS, uuid, &poll)
}

fn hand_over(cx: &mut Cx, mapping: &Mapping, poll: &mut Poll) -> Result<()> {
    cx.cancel_timer(&mapping.uuid)?;
    poll.since = None;
    let mut batch: Vec<Record> = Vec::new();
    let mut bytes = 0;
    for record in std::mem::take(&mut poll.gathered) {
        if !batch.is_empty() && bytes + record.text.len() > LARGEST_BATCH {
            send(cx, mapping, poll, std::mem::take(&mut batch))?;
            bytes = 0;
        }
        bytes += record.text.len() + 1;
        batch.push(record);
    }
    send(cx, mapping, poll, batch)
}

fn send(cx: &mut Cx, mapping: &Mapping, poll: &mut Poll, batch: Vec<Record>) -> Result<()> {
    if batch.is_empty() {
        return Ok(());
    }
    let wish = Invoke {
        function_name: mapping.function.clone(),
        qualifier: mapping.qualifier.clone(),
        invocation_type: None,
        client_context: None,
        payload: Some(records::event(&batch).into()),
    };
    let trace = records::trace(&batch);
    let records = batch.into_iter().map(|record| (record.id, record.receipt)).collect();
    let tag = Tag::Batch { mapping: mapping.uuid.clone(), records };
    poll.in_flight += 1;
    let source = mapping_arn(cx.scope(), &mapping.uuid);
    peers::invoke(cx, &source, &wish, (&tag, trace))
}

/// Is told what the function made of a batch.
pub fn processed(cx: &mut Cx, uuid: &str, batch: &[(String, String)], result: &Result<Value>) -> Result<Next> {
    let (Some(mapping), Some(mut poll)) = (cx.get(&MAPPINGS, uuid)?, cx.get(&POLLS, uuid)?) else {
        return Ok(Next::Done);
    };
    poll.in_flight = (poll.in_flight - 1).max(0);
    let failed = match result {
        Ok(output) if output.get("FunctionError").and_then(Value::as_str).is_some_and(|error| !error.is_empty()) => {
            None
        }
        Ok(output) if mapping.reports_failures => {
            let payload = match output.get("Payload") {
                Some(Value::Blob(bytes)) => bytes.clone(),
                _ => service::Bytes::new(),
            };
            let ids: Vec<&str> = batch.iter().map(|(id, _)| id.as_str()).collect();
            Some(records::failures(&payload, &ids))
        }
        Ok(_) => Some(Vec::new()),
        Err(_) => None,
    };
    poll.last_result = Some(match (&failed, result) {
        (Some(_), _) => "OK".to_owned(),
        (None, Ok(_)) => "PROBLEM: Function call failed".to_owned(),
        (None, Err(error)) => format!("PROBLEM: {}", error.message()),
    });
    if let (Some(failed), Some(actor)) = (failed, actor(cx, &mapping)) {
        let done = batch.iter().filter(|(id, _)| !failed.contains(id));
        let receipts: Vec<String> = done.map(|(_, receipt)| receipt.clone()).collect();
        peers::delete(cx, &actor, &mapping.source_arn, &receipts, &Tag::Deletion)?;
    }
    await_records(cx, &mapping, &mut poll)?;
    cx.put(&POLLS, uuid, &poll)?;
    Ok(Next::Done)
}
