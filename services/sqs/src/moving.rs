//! Message move tasks: dead letters on their way back, step by step in virtual time.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html>

use crate::address::Address;
use crate::state::{Delivery, MOVES, Message, MoveTask, Queue};
use crate::{delivery, errors, timers};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use service::{Cx, Duration, Result, View};
use std::sync::Arc;

/// The most messages that one step moves.
const MOST_AT_ONCE: i64 = 500;

/// How many tasks a queue's list goes back to.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListMessageMoveTasks.html>
pub const MOST_LISTED: usize = 10;

const NO_QUEUE: &str = "AWS.SimpleQueueService.NonExistentQueue";

/// The reason is explained at
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/troubleshooting-dlq-redrive.html>.
const NO_SOURCE: &str = "CouldNotDetermineMessageSource";

/// The tasks of a dead-letter queue, the newest first.
pub fn tasks(view: &View, source: &str) -> Result<Vec<MoveTask>> {
    view.rows(&MOVES, (source,)).take(MOST_LISTED).collect()
}

/// The task with that id.
pub fn find(view: &View, source: &str, id: &str) -> Result<Option<MoveTask>> {
    Ok(tasks(view, source)?.into_iter().find(|task| task.id == id))
}

/// Keeps a task as it stands.
pub fn put(cx: &mut Cx, task: &MoveTask) -> Result<()> {
    cx.put(&MOVES, &key(task), task)
}

fn key(task: &MoveTask) -> (String, i64, String) {
    (task.source.clone(), -task.started_at.0, task.id.clone())
}

/// Begins a task, and forgets those that are too old to be listed.
pub fn begin(cx: &mut Cx, task: &MoveTask) -> Result<()> {
    put(cx, task)?;
    let old: Vec<MoveTask> = cx.rows(&MOVES, (task.source.as_str(),)).skip(MOST_LISTED).collect::<Result<_>>()?;
    for old in old {
        cx.delete(&MOVES, &key(&old))?;
    }
    timers::go_on(cx, &task.source, &task.id, Duration::ZERO)
}

/// Does the next step of a task: a second's worth of messages, or as many as one step may move.
pub fn step(cx: &mut Cx, source: &str, id: &str) -> Result<()> {
    let Some(mut task) = find(cx, source, id)? else { return Ok(()) };
    match task.status.as_str() {
        "CANCELLING" => task.status = "CANCELLED".to_owned(),
        "RUNNING" => {
            let most = task.rate.unwrap_or(MOST_AT_ONCE).min(MOST_AT_ONCE).min(task.to_move - task.moved);
            let outcome = move_some(cx, &mut task, most)?;
            match outcome {
                Ok(moved) if moved < most || task.moved >= task.to_move => task.status = "COMPLETED".to_owned(),
                Ok(_) => {}
                Err(reason) => {
                    task.status = "FAILED".to_owned();
                    task.failure = Some(reason.to_owned());
                }
            }
        }
        _ => return Ok(()),
    }
    put(cx, &task)?;
    if task.status == "RUNNING" {
        let wait = if task.rate.is_some() { Duration::from_secs(1) } else { Duration::ZERO };
        timers::go_on(cx, source, id, wait)?;
    }
    Ok(())
}

/// Moves messages that are visible and tells how many there were; a reason when one could not be moved.
fn move_some(cx: &mut Cx, task: &mut MoveTask, most: i64) -> Result<Result<i64, &'static str>> {
    let Some(source) = Address::own(cx, &task.source).find(cx)? else { return Ok(Err(NO_QUEUE)) };
    let mut moved = 0;
    while moved < most {
        let now = cx.now();
        let Some(next) = delivery::take(cx, &source, 1, now)?.pop() else { break };
        let target = match target(cx, task, &source, &next.message)? {
            Ok(target) => target,
            Err(reason) => return Ok(Err(reason)),
        };
        delivery::remove(cx, &source, &next.delivery)?;
        // "All redriven messages are considered new messages with a new messageID and enqueueTime."
        // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
        let mut message = Message { id: cx.entropy().uuid(), sent_at: now, dead_letter_source: None, ..next.message };
        delivery::add(cx, &target, &mut message, Delivery { visible_at: now, ..Delivery::default() })?;
        moved += 1;
        task.moved += 1;
    }
    Ok(Ok(moved))
}

fn target(view: &View, task: &MoveTask, source: &Queue, message: &Message) -> Result<Result<Arc<Queue>, &'static str>> {
    let Some(arn) = task.destination_arn.as_ref().or(message.dead_letter_source.as_ref()) else {
        return Ok(Err(NO_SOURCE));
    };
    let address = Address::of_arn(arn).filter(|address| address.scope == view.scope());
    let queue = address.map(|address| address.find(view)).transpose()?.flatten();
    Ok(queue.filter(|queue| queue.fifo == source.fifo).ok_or(NO_QUEUE))
}

/// The handle of a task: JSON in Base64, as AWS's are.
pub fn handle(view: &View, task: &MoveTask) -> String {
    let source = Address::own(view, &task.source).arn();
    STANDARD.encode(json!({ "taskId": task.id, "sourceArn": source }).to_string())
}

/// The task id and the source that a handle names.
///
/// # Errors
/// `InvalidParameterValue` for what is no handle.
pub fn read_handle(handle: &str) -> Result<(String, Address)> {
    let invalid = || errors::invalid_parameter("Value for parameter TaskHandle is invalid.");
    let bytes = STANDARD.decode(handle).map_err(|_| invalid())?;
    let value: Value = serde_json::from_slice(&bytes).map_err(|_| invalid())?;
    let text = |name| value.get(name).and_then(Value::as_str);
    let source = text("sourceArn").and_then(Address::of_arn);
    Ok((text("taskId").ok_or_else(invalid)?.to_owned(), source.ok_or_else(invalid)?))
}
