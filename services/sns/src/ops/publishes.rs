//! Publishing.

use crate::address::TopicAddress;
use crate::api::*;
use crate::content::{Content, LARGEST};
use crate::draft::Drafts;
use crate::{errors, fanout, fifo};
use service::{Cx, Error, Result};

/// <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>
pub fn publish(cx: &mut Cx, input: PublishInput, mut drafts: Drafts) -> Result<PublishResponse> {
    let PublishInput {
        topic_arn,
        target_arn,
        phone_number,
        message,
        subject,
        message_structure,
        message_attributes,
        message_deduplication_id,
        message_group_id,
    } = input;
    if phone_number.is_some() {
        return Err(errors::not_implemented("Publish with PhoneNumber"));
    }
    let arn = topic_arn
        .or(target_arn)
        .ok_or_else(|| errors::invalid("TopicArn or TargetArn Reason: no value for required parameter"))?;
    if arn.contains(":endpoint/") {
        return Err(errors::not_implemented("Publish to an endpoint of a platform application"));
    }
    let address = TopicAddress::of(cx, &arn)?;
    let mut topic = address.topic(cx)?;
    let content = Content::of(message, subject, message_structure.as_deref(), message_attributes)?;
    let ids = fifo::ids(&topic, &content, message_group_id, message_deduplication_id)?;
    let receipt = cx.in_scope(address.scope, |cx| {
        let draft = drafts.take(cx, 0)?;
        fanout::publish(cx, &address, &mut topic, (&content, draft), ids)
    })?;
    Ok(PublishResponse { message_id: Some(receipt.message_id), sequence_number: receipt.sequence })
}

/// <https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html>
pub fn publish_batch(cx: &mut Cx, input: PublishBatchInput, mut drafts: Drafts) -> Result<PublishBatchResponse> {
    let PublishBatchInput { topic_arn, publish_batch_request_entries: entries } = input;
    let address = TopicAddress::of(cx, &topic_arn)?;
    let mut topic = address.topic(cx)?;
    check(&entries)?;
    // One entry without a group fails the whole batch.
    if topic.fifo && entries.iter().any(|entry| entry.message_group_id.as_ref().is_none_or(String::is_empty)) {
        return Err(fifo::group_missing());
    }
    let mut answer = PublishBatchResponse { successful: Some(Vec::new()), failed: Some(Vec::new()) };
    let mut bytes = 0;
    for (index, entry) in entries.into_iter().enumerate() {
        let PublishBatchRequestEntry {
            id,
            message,
            subject,
            message_structure,
            message_attributes,
            message_deduplication_id,
            message_group_id,
        } = entry;
        let content = Content::of(message, subject, message_structure.as_deref(), message_attributes);
        let checked = content.and_then(|content| {
            bytes += content.bytes();
            let ids = fifo::ids(&topic, &content, message_group_id, message_deduplication_id)?;
            Ok((content, ids))
        });
        if bytes > LARGEST {
            let text = "The length of all the messages put together is more than the limit.";
            return Err(Error::new("BatchRequestTooLongException", text));
        }
        match checked {
            Ok((content, ids)) => {
                let done = cx.in_scope(address.scope, |cx| {
                    let draft = drafts.take(cx, index)?;
                    fanout::publish(cx, &address, &mut topic, (&content, draft), ids)
                })?;
                let entry = PublishBatchResultEntry {
                    id: Some(id),
                    message_id: Some(done.message_id),
                    sequence_number: done.sequence,
                };
                answer.successful.get_or_insert_default().push(entry);
            }
            Err(error) => {
                let code = error.code().trim_end_matches("Exception").to_owned();
                let message = Some(error.message().to_owned());
                answer.failed.get_or_insert_default().push(BatchResultErrorEntry {
                    id,
                    code,
                    message,
                    sender_fault: true,
                });
            }
        }
    }
    Ok(answer)
}

fn check(entries: &[PublishBatchRequestEntry]) -> Result<()> {
    if entries.is_empty() {
        return Err(Error::new("EmptyBatchRequestException", "The batch request doesn't contain any entries."));
    }
    if entries.len() > 10 {
        let text = "The batch request contains more entries than permissible.";
        return Err(Error::new("TooManyEntriesInBatchRequestException", text));
    }
    for (i, entry) in entries.iter().enumerate() {
        let good = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        if entry.id.is_empty() || entry.id.len() > 80 || !entry.id.bytes().all(good) {
            let text = "The Id of a batch entry in a batch request doesn't abide by the specification.";
            return Err(Error::new("InvalidBatchEntryIdException", text));
        }
        if entries.iter().take(i).any(|other| other.id == entry.id) {
            let text = "Two or more batch entries in the request have the same Id.";
            return Err(Error::new("BatchEntryIdsNotDistinctException", text));
        }
    }
    Ok(())
}
