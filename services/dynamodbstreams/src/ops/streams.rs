//! Streams are listed and shown.

use crate::api::*;
use crate::errors;
use dynamodb::state::{KeyPart, StreamRow};
use dynamodb::streams;
use service::{Result, Scope, View};

/// Streams that one page shows at the most.
const PAGE: usize = 100;

/// The stream of an ARN, and whose it is.
pub(super) fn find(view: &View, arn: &str) -> Result<(Scope, StreamRow)> {
    let (scope, table, label) =
        streams::of_arn(arn).ok_or_else(|| errors::validation(format!("Invalid StreamArn: {arn}")))?;
    let stream = streams::find(view, scope, &table, &label)?.ok_or_else(|| errors::stream_not_found(arn))?;
    Ok((scope, stream))
}

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_ListStreams.html>
pub fn list_streams(view: &View, input: ListStreamsInput) -> Result<ListStreamsOutput> {
    let ListStreamsInput { table_name, limit, exclusive_start_stream_arn } = input;
    let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(PAGE);
    let after = exclusive_start_stream_arn.map(|arn| {
        let stream = streams::of_arn(&arn).map(|(_, table, label)| (table, label));
        stream.ok_or_else(|| errors::validation(format!("Invalid ExclusiveStartStreamArn: {arn}")))
    });
    let name = table_name.map(|name| name.rsplit('/').next().unwrap_or_default().to_owned());
    let mut rows = streams::list(view, name.as_deref(), after.transpose()?)?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let shown = |stream: &StreamRow| Stream {
        stream_arn: Some(arn(view.scope(), stream)),
        table_name: Some(stream.table.clone()),
        stream_label: Some(stream.label.clone()),
    };
    let last = rows.last().filter(|_| more).map(|stream| arn(view.scope(), stream));
    Ok(ListStreamsOutput { streams: Some(rows.iter().map(shown).collect()), last_evaluated_stream_arn: last })
}

fn arn(scope: Scope, stream: &StreamRow) -> String {
    streams::arn(scope, stream)
}

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_DescribeStream.html>
pub fn describe_stream(view: &View, input: DescribeStreamInput) -> Result<DescribeStreamOutput> {
    let DescribeStreamInput {
        stream_arn,
        limit: _, // stored only
        exclusive_start_shard_id,
        shard_filter,
    } = input;
    let (scope, stream) = find(view, &stream_arn)?;
    // A stream has one shard and no more, whose page no limit makes smaller; it has no children.
    let id = streams::shard_id(&stream);
    let children = match shard_filter {
        Some(ShardFilter { type_, shard_id }) => {
            if let Some(wanted) = shard_id.filter(|wanted| *wanted != id) {
                return Err(errors::shard_not_found(&wanted));
            }
            type_.as_deref() == Some("CHILD_SHARDS")
        }
        None => false,
    };
    let next = streams::next_number(&view.elsewhere(scope)?, stream.id)?;
    let closed = stream.closed_at.is_some();
    let shard = Shard {
        shard_id: Some(id.clone()),
        sequence_number_range: Some(SequenceNumberRange {
            starting_sequence_number: Some(streams::sequence_number(1)),
            ending_sequence_number: closed.then(|| streams::sequence_number(next)),
        }),
        parent_shard_id: None,
    };
    let behind = exclusive_start_shard_id.is_some_and(|start| start >= id);
    let shards = if behind || children { Vec::new() } else { vec![shard] };
    let element =
        |part: &KeyPart, kind: &str| KeySchemaElement { attribute_name: part.name.clone(), key_type: kind.to_owned() };
    let range = stream.range.as_ref().map(|part| element(part, "RANGE"));
    Ok(DescribeStreamOutput {
        stream_description: Some(StreamDescription {
            stream_arn: Some(stream_arn),
            stream_label: Some(stream.label.clone()),
            stream_status: Some(if closed { "DISABLED" } else { "ENABLED" }.to_owned()),
            stream_view_type: Some(stream.view.clone()),
            creation_request_date_time: Some(stream.created_at),
            table_name: Some(stream.table.clone()),
            key_schema: Some(std::iter::once(element(&stream.hash, "HASH")).chain(range).collect()),
            shards: Some(shards),
            last_evaluated_shard_id: None,
        }),
    })
}
