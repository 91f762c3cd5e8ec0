//! Message move tasks.

use crate::address::Address;
use crate::api::*;
use crate::moving::{self, MOST_LISTED};
use crate::state::{MoveTask, Queue};
use crate::{delivery, errors, redrive};
use service::{Cx, Result, View};
use std::sync::Arc;

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html>
pub fn start_message_move_task(cx: &mut Cx, input: StartMessageMoveTaskRequest) -> Result<StartMessageMoveTaskResult> {
    let StartMessageMoveTaskRequest { source_arn, destination_arn, max_number_of_messages_per_second: rate } = input;
    if rate.is_some_and(|rate| !(1..=500).contains(&rate)) {
        return Err(errors::invalid_parameter(
            "Value for parameter MaxNumberOfMessagesPerSecond is invalid. \
             Reason: You must enter a number that's between 1 and 500.",
        ));
    }
    let source = resource(cx, "SourceArn", &source_arn)?;
    if redrive::sources(cx, &source_arn)?.is_empty() {
        return Err(errors::invalid_parameter("Source queue must be configured as a Dead Letter Queue."));
    }
    if let Some(arn) = &destination_arn {
        let destination = resource(cx, "DestinationArn", arn)?;
        if destination.name == source.name {
            return Err(errors::invalid_parameter("Source queue arn and destination queue arn cannot be the same."));
        }
        if destination.fifo != source.fifo {
            let text = "The source queue and destination queue must be of the same queue type.";
            return Err(errors::invalid_parameter(text));
        }
    }
    if moving::tasks(cx, &source.name)?.iter().any(is_active) {
        return Err(errors::invalid_parameter(
            "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
        ));
    }
    let task = MoveTask {
        id: cx.entropy().uuid(),
        to_move: delivery::count(cx, &source)?.visible,
        source: source.name.clone(),
        destination_arn,
        rate,
        status: "RUNNING".to_owned(),
        moved: 0,
        started_at: cx.now(),
        failure: None,
    };
    moving::begin(cx, &task)?;
    Ok(StartMessageMoveTaskResult { task_handle: Some(moving::handle(cx, &task)) })
}

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CancelMessageMoveTask.html>
pub fn cancel_message_move_task(
    cx: &mut Cx,
    input: CancelMessageMoveTaskRequest,
) -> Result<CancelMessageMoveTaskResult> {
    let CancelMessageMoveTaskRequest { task_handle } = input;
    let (id, source) = moving::read_handle(&task_handle)?;
    let source = resource(cx, "SourceArn", &source.arn())?;
    let Some(mut task) = moving::find(cx, &source.name, &id)? else {
        return Err(errors::resource_not_found("Task does not exist."));
    };
    // "You can only cancel a message movement when the current status is RUNNING."
    if task.status != "RUNNING" {
        return Err(errors::unsupported("Only active tasks can be cancelled."));
    }
    task.status = "CANCELLING".to_owned();
    moving::put(cx, &task)?;
    Ok(CancelMessageMoveTaskResult { approximate_number_of_messages_moved: Some(task.moved) })
}

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListMessageMoveTasks.html>
pub fn list_message_move_tasks(view: &View, input: ListMessageMoveTasksRequest) -> Result<ListMessageMoveTasksResult> {
    let ListMessageMoveTasksRequest { source_arn, max_results } = input;
    let most = max_results.unwrap_or(1);
    if !(1..=MOST_LISTED as i64).contains(&most) {
        let reason = "You must enter a number that's between 1 and 10.";
        return Err(errors::invalid_value(most, "MaxResults", reason));
    }
    let source = resource(view, "SourceArn", &source_arn)?;
    let tasks = moving::tasks(view, &source.name)?.into_iter().take(most.unsigned_abs() as usize);
    Ok(ListMessageMoveTasksResult { results: Some(tasks.map(|task| shown(view, &source_arn, task)).collect()) })
}

fn is_active(task: &MoveTask) -> bool {
    matches!(task.status.as_str(), "RUNNING" | "CANCELLING")
}

/// A queue of one's own, by its ARN.
fn resource(view: &View, parameter: &str, arn: &str) -> Result<Arc<Queue>> {
    let address = Address::of_arn(arn)
        .ok_or_else(|| errors::invalid_parameter(format!("Value for parameter {parameter} is invalid.")))?;
    let found = if address.scope == view.scope() { address.find(view)? } else { None };
    found.ok_or_else(|| {
        let text = format!("The resource that you specified for the {parameter} parameter doesn't exist.");
        errors::resource_not_found(text)
    })
}

fn shown(view: &View, source_arn: &str, task: MoveTask) -> ListMessageMoveTasksResultEntry {
    ListMessageMoveTasksResultEntry {
        // "This field is only populated for tasks that are in RUNNING status."
        task_handle: (task.status == "RUNNING").then(|| moving::handle(view, &task)),
        status: Some(task.status),
        source_arn: Some(source_arn.to_owned()),
        destination_arn: task.destination_arn,
        max_number_of_messages_per_second: task.rate,
        approximate_number_of_messages_moved: Some(task.moved),
        approximate_number_of_messages_to_move: Some(task.to_move),
        failure_reason: task.failure,
        started_timestamp: Some(task.started_at.millis()),
    }
}
