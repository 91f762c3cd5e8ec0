//! Records are read.

use super::streams::find;
use crate::api::*;
use crate::errors;
use crate::iterator::Iterator;
use dynamodb::item::Item;
use dynamodb::state::{RecordRow, StreamRow};
use dynamodb::streams;
use service::{Result, View};

/// "You can retrieve up to 1,000 records, or 1 MB, with one GetRecords operation."
const PAGE: usize = 1_000;
const LARGEST: i64 = 1 << 20;

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html>
pub fn get_shard_iterator(view: &View, input: GetShardIteratorInput) -> Result<GetShardIteratorOutput> {
    let GetShardIteratorInput { stream_arn, shard_id, shard_iterator_type, sequence_number, timestamp } = input;
    let (scope, stream) = find(view, &stream_arn)?;
    if shard_id != streams::shard_id(&stream) {
        return Err(errors::shard_not_found(&shard_id));
    }
    let there = view.elsewhere(scope)?;
    let end = streams::next_number(&there, stream.id)?;
    let oldest = streams::records(&there, stream.id, 1).next().transpose()?.map_or(end, |record| record.number);
    if timestamp.is_some() != (shard_iterator_type == "AT_TIMESTAMP") {
        return Err(errors::validation("Timestamp must be given for the ShardIteratorType AT_TIMESTAMP, and no other"));
    }
    let next = match (shard_iterator_type.as_str(), sequence_number) {
        ("AT_TIMESTAMP", None) => {
            let at = timestamp.unwrap_or_default();
            let mut young =
                streams::records(&there, stream.id, 1).filter(|row| row.as_ref().map_or(true, |row| row.at >= at));
            young.next().transpose()?.map_or(end, |record| record.number)
        }
        ("TRIM_HORIZON", None) => oldest,
        ("LATEST", None) => end,
        ("TRIM_HORIZON" | "LATEST" | "AT_TIMESTAMP", Some(_)) => {
            let text = format!("SequenceNumber must not be given for the ShardIteratorType {shard_iterator_type}");
            return Err(errors::validation(text));
        }
        (_, None) => {
            return Err(errors::validation(format!(
                "SequenceNumber must be given for the ShardIteratorType {shard_iterator_type}"
            )));
        }
        (kind, Some(sequence)) => {
            let invalid = || errors::validation(format!("Invalid SequenceNumber: {sequence}"));
            let number = streams::number_of(&sequence).filter(|number| *number <= end).ok_or_else(invalid)?;
            if number < oldest {
                return Err(errors::trimmed());
            }
            number + i64::from(kind == "AFTER_SEQUENCE_NUMBER")
        }
    };
    let iterator = Iterator { arn: stream_arn, next, given_at: view.now() };
    Ok(GetShardIteratorOutput { shard_iterator: Some(iterator.encode()) })
}

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html>
pub fn get_records(view: &View, input: GetRecordsInput) -> Result<GetRecordsOutput> {
    let GetRecordsInput { shard_iterator, limit } = input;
    let iterator = Iterator::decode(&shard_iterator, view.now())?;
    let (scope, stream) = find(view, &iterator.arn)?;
    let there = view.elsewhere(scope)?;
    let end = streams::next_number(&there, stream.id)?;
    let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(PAGE);
    let (mut records, mut bytes, mut next) = (Vec::new(), 0, iterator.next);
    for row in streams::records(&there, stream.id, iterator.next).take(limit) {
        let row = row?;
        if bytes + row.size > LARGEST && !records.is_empty() {
            break;
        }
        bytes += row.size;
        next = row.number + 1;
        records.push(shown(view, &stream, row));
    }
    if records.is_empty() {
        // Nothing young enough is left before the end.
        next = next.max(end);
    }
    // A closed shard that was read to its end leads nowhere.
    let more = stream.closed_at.is_none() || next < end;
    let next_shard_iterator = more.then(|| Iterator { next, given_at: view.now(), ..iterator }.encode());
    Ok(GetRecordsOutput { records: Some(records), next_shard_iterator })
}

fn shown(view: &View, stream: &StreamRow, row: RecordRow) -> Record {
    let RecordRow { number, at, id, event, keys, old, new, size, by_service } = row;
    let identity =
        Identity { principal_id: Some("dynamodb.amazonaws.com".to_owned()), type_: Some("Service".to_owned()) };
    Record {
        event_id: Some(id),
        event_name: Some(event),
        event_version: Some("1.1".to_owned()),
        event_source: Some("aws:dynamodb".to_owned()),
        aws_region: Some(view.region().to_string()),
        dynamodb: Some(StreamRecord {
            // AWS rounds it to the second.
            approximate_creation_date_time: Some(at.whole_secs()),
            keys: Some(Item(keys)),
            new_image: new.map(Item),
            old_image: old.map(Item),
            sequence_number: Some(streams::sequence_number(number)),
            size_bytes: Some(size),
            stream_view_type: Some(stream.view.clone()),
        }),
        user_identity: by_service.then_some(identity),
    }
}
