//! What is done with a received message: it is deleted, or hidden for longer or shorter.

use crate::address::Address;
use crate::api::*;
use crate::receipt::Receipt;
use crate::state::Queue;
use crate::{batch, delivery, errors};
use service::{Cx, Duration, Nothing, Result};

/// The longest visibility timeout, counted from the receive, in seconds.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html>
const LONGEST: i64 = 43_200;

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html>
pub fn delete_message(cx: &mut Cx, input: DeleteMessageRequest) -> Result<Nothing> {
    let DeleteMessageRequest { queue_url, receipt_handle } = input;
    let address = Address::of_url(cx, &queue_url)?;
    cx.in_scope(address.scope, |cx| {
        let queue = address.queue(cx)?;
        let receipt = read(&queue, &receipt_handle)?;
        delete(cx, &queue, &receipt_handle, receipt)?;
        Ok(Nothing {})
    })
}

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html>
pub fn delete_message_batch(cx: &mut Cx, input: DeleteMessageBatchRequest) -> Result<DeleteMessageBatchResult> {
    let DeleteMessageBatchRequest { queue_url, entries } = input;
    let address = Address::of_url(cx, &queue_url)?;
    cx.in_scope(address.scope, |cx| {
        let queue = address.queue(cx)?;
        batch::check("DeleteMessageBatchRequestEntry", entries.iter().map(|entry| entry.id.as_str()))?;
        let mut result = DeleteMessageBatchResult::default();
        for DeleteMessageBatchRequestEntry { id, receipt_handle } in entries {
            let receipt = read_in_batch(&queue, &receipt_handle);
            match receipt.and_then(|receipt| delete(cx, &queue, &receipt_handle, receipt)) {
                Ok(()) => result.successful.push(DeleteMessageBatchResultEntry { id }),
                Err(error) => result.failed.push(batch::failure(id, error)?),
            }
        }
        Ok(result)
    })
}

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html>
pub fn change_message_visibility(cx: &mut Cx, input: ChangeMessageVisibilityRequest) -> Result<Nothing> {
    let ChangeMessageVisibilityRequest { queue_url, receipt_handle, visibility_timeout } = input;
    let address = Address::of_url(cx, &queue_url)?;
    cx.in_scope(address.scope, |cx| {
        let queue = address.queue(cx)?;
        let receipt = read(&queue, &receipt_handle)?;
        change(cx, &queue, &receipt_handle, receipt, visibility_timeout)?;
        Ok(Nothing {})
    })
}

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibilityBatch.html>
pub fn change_message_visibility_batch(
    cx: &mut Cx,
    input: ChangeMessageVisibilityBatchRequest,
) -> Result<ChangeMessageVisibilityBatchResult> {
    let ChangeMessageVisibilityBatchRequest { queue_url, entries } = input;
    let address = Address::of_url(cx, &queue_url)?;
    cx.in_scope(address.scope, |cx| {
        let queue = address.queue(cx)?;
        batch::check("ChangeMessageVisibilityBatchRequestEntry", entries.iter().map(|entry| entry.id.as_str()))?;
        let mut result = ChangeMessageVisibilityBatchResult::default();
        for ChangeMessageVisibilityBatchRequestEntry { id, receipt_handle, visibility_timeout } in entries {
            let timeout = visibility_timeout.ok_or_else(|| errors::missing_parameter("VisibilityTimeout"));
            let changed = timeout.and_then(|timeout| {
                let receipt = read_in_batch(&queue, &receipt_handle)?;
                change(cx, &queue, &receipt_handle, receipt, timeout)
            });
            match changed {
                Ok(()) => result.successful.push(ChangeMessageVisibilityBatchResultEntry { id }),
                Err(error) => result.failed.push(batch::failure(id, error)?),
            }
        }
        Ok(result)
    })
}

fn read(queue: &Queue, handle: &str) -> Result<Receipt> {
    if handle.is_empty() {
        return Err(errors::missing_parameter("ReceiptHandle"));
    }
    Receipt::decode(handle, queue).ok_or_else(errors::invalid_receipt_handle)
}

fn read_in_batch(queue: &Queue, handle: &str) -> Result<Receipt> {
    Receipt::decode(handle, queue).ok_or_else(|| errors::invalid_receipt_handle_in_batch(handle))
}

/// Deletes the message, or does nothing where it is gone already. A FIFO queue refuses a handle whose time has passed;
/// a standard queue takes any that it ever gave out for the message.
fn delete(cx: &mut Cx, queue: &Queue, handle: &str, receipt: Receipt) -> Result<()> {
    let Some(found) = delivery::find(cx, queue, receipt.number)? else { return Ok(()) };
    if !receipt.fits(&found) {
        return Err(errors::invalid_receipt_handle());
    }
    if queue.fifo && (found.receives != receipt.receives || found.visible_at <= cx.now()) {
        return Err(errors::expired_receipt_handle(handle));
    }
    delivery::remove(cx, queue, &found)?;
    cx.meter("NumberOfMessagesDeleted", ("QueueName", &queue.name), 1.0, "Count");
    Ok(())
}

fn change(cx: &mut Cx, queue: &Queue, handle: &str, receipt: Receipt, timeout: i64) -> Result<()> {
    if !(0..=LONGEST).contains(&timeout) {
        let reason = format!("Must be between 0 and {LONGEST}.");
        return Err(errors::invalid_value(timeout, "VisibilityTimeout", &reason));
    }
    let found = delivery::find(cx, queue, receipt.number)?.filter(|found| receipt.fits(found));
    let found = found.ok_or_else(|| errors::message_gone(handle))?;
    if queue.fifo && found.receives != receipt.receives {
        return Err(errors::message_gone(handle));
    }
    if found.visible_at <= cx.now() {
        return Err(errors::message_not_inflight());
    }
    let until = cx.now().after(Duration::from_secs(timeout.unsigned_abs()));
    let received_at = found.received_at.unwrap_or(cx.now());
    if until > received_at.after(Duration::from_secs(LONGEST.unsigned_abs())) {
        let reason = "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]";
        return Err(errors::invalid_value(timeout, "VisibilityTimeout", reason));
    }
    delivery::hide(cx, queue, &found, until).map(drop)
}
