//! Log events.

use crate::address::{self, group, stream};
use crate::api::*;
use crate::batch::{self, Rejected};
use crate::errors;
use crate::filter::Pattern;
use crate::ops::streams::sequence_token;
use crate::paging::beginning;
use crate::position::{Position, Token};
use crate::reading::{Cursor, Event, Merged, Span, is_beyond};
use crate::state::{Group, Line, STREAMS, Stream};
use crate::writing;
use service::{Cx, Result, Timestamp, View};

/// The most events in an answer.
const MOST_EVENTS: usize = 10_000;
/// How many bytes of events an answer holds.
const PAGE_BYTES: usize = 1_048_576;
/// How many bytes of events a search reads before it answers what it has found.
const SEARCHED_BYTES: usize = 64 << 20;

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html>
pub fn put_log_events(cx: &mut Cx, input: PutLogEventsRequest) -> Result<PutLogEventsResponse> {
    let PutLogEventsRequest {
        log_group_name,
        log_stream_name,
        log_events,
        // AWS has ignored it since 2023.
        sequence_token: _, // stored only
        // It is for the console's views of resources that belong together.
        entity: _, // stored only
    } = input;
    let sizes: Vec<(i64, usize)> = log_events.iter().map(|event| (event.timestamp, event.message.len())).collect();
    batch::check(&sizes)?;
    let group = group(cx, &log_group_name)?;
    let stream = stream(cx, &group, &log_stream_name)?;
    let mut times: Vec<i64> =
        sizes.iter().map(|(millis, _)| cx.said(Timestamp::from_millis(*millis)).millis()).collect();
    // A wind between two events may have moved the later one back.
    times.sort_unstable();
    let rejected = Rejected::of(&times, cx.now().millis(), group.retention_days);
    let taken = rejected.taken(log_events.len());
    let lines = log_events.into_iter().zip(times).enumerate().filter(|(at, _)| taken.contains(at));
    let lines: Vec<Line> = lines
        .map(|(at, (InputLogEvent { timestamp: _, message }, millis))| Line { millis, index: at as i64, message })
        .collect();
    let token = sequence_token(stream.id, stream.batches + 1);
    if !lines.is_empty() {
        writing::write(cx, &group, stream, lines)?;
    }
    Ok(PutLogEventsResponse {
        next_sequence_token: Some(token),
        rejected_log_events_info: (!rejected.is_none()).then(|| RejectedLogEventsInfo {
            too_new_log_event_start_index: rejected.too_new_start.map(|at| at as i64),
            too_old_log_event_end_index: rejected.too_old_end.map(|at| at as i64),
            expired_log_event_end_index: rejected.expired_end.map(|at| at as i64),
        }),
        rejected_entity_info: None,
    })
}

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html>
pub fn get_log_events(view: &View, input: GetLogEventsRequest) -> Result<GetLogEventsResponse> {
    let GetLogEventsRequest {
        log_group_name,
        log_group_identifier,
        log_stream_name,
        start_time,
        end_time,
        next_token,
        limit,
        start_from_head,
        // There is no data protection here, so that nothing is masked.
        unmask: _, // stored only
    } = input;
    let name = address::named(view, log_group_name.as_deref(), log_group_identifier.as_deref())?;
    let token = next_token.map(|text| Token::read(&text).ok_or_else(errors::invalid_token)).transpose()?;
    let group = group(view, name)?;
    let stream = stream(view, &group, &log_stream_name)?;
    if token.is_some_and(|token| token.from.stream != stream.id && token.from != Position::default()) {
        return Err(errors::invalid_token());
    }
    let span = Span::of(view, &group, start_time, end_time);
    let forward = token.map_or(start_from_head.unwrap_or_default(), |token| token.forward);
    let from = token.map(|token| token.from);
    let mut events = one_page(view, &stream, span, (forward, from, most(limit)))?;
    if !forward {
        events.reverse();
    }
    let (back, ahead) = match (events.first(), events.last(), token) {
        (Some(first), Some(last), _) => (first.position, last.position),
        (_, _, Some(Token { forward: true, from })) => (from.next(), from),
        (_, _, Some(Token { forward: false, from })) => (from, before(from)),
        _ => (Position::default(), Position::default()),
    };
    Ok(GetLogEventsResponse {
        events: Some(events.into_iter().map(shown).collect()),
        next_forward_token: Some(Token { forward: true, from: ahead }.write()),
        next_backward_token: Some(Token { forward: false, from: back }.write()),
    })
}

/// The place from which the event at `position` is the next one.
fn before(position: Position) -> Position {
    match position.index {
        0 => Position { millis: (position.millis - 1).max(0), batch: 0, index: 0, ..position },
        index => Position { index: index - 1, ..position },
    }
}

fn most(limit: Option<i64>) -> usize {
    limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(MOST_EVENTS)
}

/// As many events as an answer holds, in the order of reading.
fn one_page(
    view: &View,
    stream: &Stream,
    span: Span,
    (forward, from, most): (bool, Option<Position>, usize),
) -> Result<Vec<Event>> {
    let mut cursor = Cursor::new(view, stream.id, span, (forward, from));
    let mut events: Vec<Event> = Vec::new();
    let mut bytes = 0;
    while events.len() < most {
        let Some(event) = cursor.next()? else { break };
        if from.is_some_and(|from| !is_beyond(event.position, from, forward)) {
            continue;
        }
        bytes += batch::counted([event.message.len()]);
        if bytes > PAGE_BYTES && !events.is_empty() {
            break;
        }
        events.push(event);
    }
    Ok(events)
}

fn shown(event: Event) -> OutputLogEvent {
    OutputLogEvent {
        timestamp: Some(event.position.millis),
        message: Some(event.message),
        ingestion_time: Some(event.ingested),
    }
}

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html>
pub fn filter_log_events(view: &View, input: FilterLogEventsRequest) -> Result<FilterLogEventsResponse> {
    let FilterLogEventsRequest {
        log_group_name,
        log_group_identifier,
        log_stream_names,
        log_stream_name_prefix,
        start_time,
        end_time,
        filter_pattern,
        next_token,
        limit,
        start_from_head,
        // The events of all streams have been in one order of time since 2019, whatever it says.
        interleaved: _, // stored only
        // There is no data protection here, so that nothing is masked.
        unmask: _, // stored only
    } = input;
    let name = address::named(view, log_group_name.as_deref(), log_group_identifier.as_deref())?;
    if log_stream_names.is_some() && log_stream_name_prefix.is_some() {
        let text = "LogStream names and LogStream name prefix are mutually exclusive parameters.";
        return Err(errors::invalid(text));
    }
    let pattern = Pattern::compile(&filter_pattern.unwrap_or_default()).map_err(|_| errors::invalid_pattern())?;
    let from = next_token.map(|text| Position::read(&text).ok_or_else(errors::invalid_token)).transpose()?;
    let group = group(view, name)?;
    // Here the end is within; with GetLogEvents it is not.
    let span = Span::of(view, &group, start_time, end_time.map(|end| end.saturating_add(1)));
    if start_time.zip(end_time).is_some_and(|(start, end)| start > end) {
        return Err(errors::invalid("startTime must not be later than endTime."));
    }
    let streams = streams(view, &group, (log_stream_names, log_stream_name_prefix))?;
    let forward = start_from_head.unwrap_or(true);
    let mut merged = Merged::new(view, &streams, span, (forward, from))?;
    let (events, last) = search(&mut merged, &pattern, most(limit))?;
    let named = |id: i64| streams.iter().find(|stream| stream.id == id).map(|stream| stream.name.clone());
    let shown = |event: Event| FilteredLogEvent {
        log_stream_name: named(event.position.stream),
        timestamp: Some(event.position.millis),
        event_id: Some(event.position.digits()),
        message: Some(event.message),
        ingestion_time: Some(event.ingested),
    };
    Ok(FilterLogEventsResponse {
        events: Some(events.into_iter().map(shown).collect()),
        // AWS has answered an empty list since 2020.
        searched_log_streams: Some(Vec::new()),
        next_token: last.map(|position| position.digits()),
    })
}

fn streams(view: &View, group: &Group, (names, prefix): (Option<Vec<String>>, Option<String>)) -> Result<Vec<Stream>> {
    match names {
        None => view.rows(&STREAMS, beginning(group.id, prefix.as_deref())).collect(),
        Some(mut names) => {
            names.sort();
            names.dedup();
            names.iter().map(|name| stream(view, group, name)).collect()
        }
    }
}

/// The next events that a pattern is for, and where the search stopped if there may be more.
fn search(merged: &mut Merged<'_>, pattern: &Pattern, most: usize) -> Result<(Vec<Event>, Option<Position>)> {
    let mut found: Vec<Event> = Vec::new();
    let (mut bytes, mut searched, mut last) = (0, 0, None);
    while let Some(event) = merged.next()? {
        let size = batch::counted([event.message.len()]);
        searched += size;
        let fits = pattern.matches(&event.message);
        let full = found.len() >= most || (fits && bytes + size > PAGE_BYTES && !found.is_empty());
        if full || searched > SEARCHED_BYTES {
            return Ok((found, last));
        }
        last = Some(event.position);
        if fits {
            bytes += size;
            found.push(event);
        }
    }
    Ok((found, None))
}
