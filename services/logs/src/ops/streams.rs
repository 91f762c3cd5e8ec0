//! Log streams.

use crate::address::{self, group, stream};
use crate::api::*;
use crate::paging::{beginning, page};
use crate::position::number;
use crate::state::{self, Grave, STREAMS};
use crate::{errors, timers};
use service::{Cx, Nothing, Page, Result, Token, View};

const MOST_DESCRIBED: usize = 50;

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html>
pub fn create_log_stream(cx: &mut Cx, input: CreateLogStreamRequest) -> Result<Nothing> {
    let CreateLogStreamRequest { log_group_name, log_stream_name: name } = input;
    let group = group(cx, &log_group_name)?;
    let key = (group.id, name);
    if cx.has(&STREAMS, &key)? {
        return Err(errors::exists("log stream"));
    }
    let row = state::Stream {
        name: key.1.clone(),
        id: number(cx.entropy().u64()),
        created_at: cx.now(),
        ..state::Stream::default()
    };
    cx.put(&STREAMS, &key, &row)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogStream.html>
pub fn delete_log_stream(cx: &mut Cx, input: DeleteLogStreamRequest) -> Result<Nothing> {
    let DeleteLogStreamRequest { log_group_name, log_stream_name } = input;
    let group = group(cx, &log_group_name)?;
    let row = stream(cx, &group, &log_stream_name)?;
    cx.delete(&STREAMS, &(group.id, row.name))?;
    timers::bury(cx, &Grave { id: row.id, group: false })?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html>
pub fn describe_log_streams(view: &View, input: DescribeLogStreamsRequest) -> Result<DescribeLogStreamsResponse> {
    let DescribeLogStreamsRequest {
        log_group_name,
        log_group_identifier,
        log_stream_name_prefix: prefix,
        order_by,
        descending,
        next_token,
        limit,
    } = input;
    let name = address::named(view, log_group_name.as_deref(), log_group_identifier.as_deref())?;
    let by_time = order_by.as_deref() == Some("LastEventTime");
    if by_time && prefix.is_some() {
        return Err(errors::invalid("Cannot order by LastEventTime with a logStreamNamePrefix."));
    }
    let group = group(view, name)?;
    let page = page(next_token, limit, MOST_DESCRIBED)?;
    let beginning = beginning(group.id, prefix.as_deref());
    let descending = descending.unwrap_or_default();
    let (rows, next) = match by_time || descending {
        false => view.page(&STREAMS, beginning, &page, |_| true)?,
        true => {
            let rows = view.rows(&STREAMS, beginning).collect::<Result<Vec<_>>>()?;
            sorted(rows, &page, (by_time, descending))
        }
    };
    Ok(DescribeLogStreamsResponse {
        log_streams: Some(rows.into_iter().map(|row| shown(view, &group.name, row)).collect()),
        next_token: next.map(|token| token.encode()),
    })
}

/// A page of streams in an order that is not that of their rows. The token holds the last one's time and name.
fn sorted(
    mut rows: Vec<state::Stream>,
    page: &Page,
    (by_time, descending): (bool, bool),
) -> (Vec<state::Stream>, Option<Token>) {
    let place = |row: &state::Stream| (if by_time { row.last_millis.unwrap_or(0) } else { 0 }, row.name.clone());
    rows.sort_by_cached_key(place);
    if descending {
        rows.reverse();
    }
    let after = page.after.as_ref().and_then(|token| {
        let (time, name) = token.as_bytes().split_at_checked(8)?;
        Some((i64::from_be_bytes(time.try_into().ok()?), String::from_utf8(name.to_vec()).ok()?))
    });
    let beyond = |row: &state::Stream| {
        after.as_ref().is_none_or(|after| if descending { place(row) < *after } else { place(row) > *after })
    };
    let mut rest = rows.into_iter().filter(beyond);
    let shown: Vec<state::Stream> = rest.by_ref().take(page.limit).collect();
    let token = shown.last().map(|row| {
        let (time, name) = place(row);
        Token::of([&time.to_be_bytes()[..], name.as_bytes()].concat())
    });
    (shown, rest.next().and(token))
}

fn shown(view: &View, group: &str, row: state::Stream) -> LogStream {
    LogStream {
        arn: Some(address::stream_arn(view, group, &row.name)),
        log_stream_name: Some(row.name),
        creation_time: Some(row.created_at.millis()),
        first_event_timestamp: row.first_millis,
        last_event_timestamp: row.last_millis,
        last_ingestion_time: row.ingested_at.map(|at| at.millis()),
        upload_sequence_token: row.ingested_at.map(|_| sequence_token(row.id, row.batches)),
        // AWS has shown 0 for every stream since 2019.
        stored_bytes: Some(0),
    }
}

/// The token that follows a batch. It is made for clients that still hand it on; nothing depends on it.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html>
pub(crate) fn sequence_token(stream: i64, batch: i64) -> String {
    format!("49{stream:027}{batch:027}")
}
