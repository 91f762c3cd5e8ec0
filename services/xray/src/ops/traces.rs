//! Traces, whole and in summary.

use crate::api::{
    BatchGetTracesRequest, BatchGetTracesResult, GetTraceSummariesRequest, GetTraceSummariesResult, SamplingStrategy,
    Segment, Trace as Shown,
};
use crate::document::trace_id;
use crate::entity::Entity;
use crate::range::Range;
use crate::state::{BY_START, Name, TRACES, Trace as Row};
use crate::trace::{Trace, derived};
use crate::{errors, filter, paging, summary};
use service::{Direction, Edge, Key, KeyBuf, Result, Timestamp, View};

/// How many traces one request may name. <https://docs.aws.amazon.com/xray/latest/devguide/xray-api-gettingdata.html>
pub const MOST_NAMED: usize = 5;
/// How many summaries a page has.
const SUMMARIES: usize = 100;

/// <https://docs.aws.amazon.com/xray/latest/api/API_BatchGetTraces.html>
pub fn batch_get_traces(view: &View, input: BatchGetTracesRequest) -> Result<BatchGetTracesResult> {
    let BatchGetTracesRequest { trace_ids, next_token } = input;
    let mut unprocessed = Vec::new();
    let mut traces = Vec::new();
    for id in named(&trace_ids)? {
        match Trace::find(view, &id)? {
            Some(trace) => traces.push(shown(trace)),
            None => unprocessed.push(id),
        }
    }
    let (traces, next_token) = paging::part(traces, next_token, MOST_NAMED)?;
    Ok(BatchGetTracesResult { traces: Some(traces), unprocessed_trace_ids: Some(unprocessed), next_token })
}

/// The ids of a request, in X-Ray's form.
pub(crate) fn named(ids: &[String]) -> Result<Vec<String>> {
    if ids.len() > MOST_NAMED {
        return Err(errors::invalid(format!("You can retrieve at most {MOST_NAMED} traces at a time.")));
    }
    let one = |id: &String| trace_id(id).ok_or_else(|| errors::invalid(format!("Invalid trace id: {id}")));
    ids.iter().map(one).collect()
}

fn shown(trace: Trace) -> Shown {
    let duration = trace.seconds();
    let segment = |segment: serde_json::Value| Segment {
        id: Some(Entity(&segment).text("id").to_owned()),
        document: Some(segment.to_string()),
    };
    Shown {
        id: Some(trace.row.id),
        duration: Some(duration),
        limit_exceeded: Some(trace.row.limit_exceeded),
        segments: Some(trace.segments.into_iter().map(segment).collect()),
    }
}

/// <https://docs.aws.amazon.com/xray/latest/api/API_GetTraceSummaries.html>
pub fn get_trace_summaries(view: &View, input: GetTraceSummariesRequest) -> Result<GetTraceSummariesResult> {
    let GetTraceSummariesRequest {
        start_time,
        end_time,
        time_range_type,
        sampling,
        sampling_strategy,
        filter_expression,
        next_token,
    } = input;
    let range = Range::of(view, start_time, end_time)?;
    let by = By::of(time_range_type.as_deref());
    let expression = filter_expression.filter(|text| !text.trim().is_empty());
    let expression = expression.map(|text| filter::parse(&text)).transpose()?;
    let rate = rate(sampling, sampling_strategy)?;
    let account = view.account().to_string();
    let (mut summaries, mut processed) = (Vec::new(), 0);
    for row in rows(view, &range, by)? {
        if !lies_below(&row.id, rate) {
            continue;
        }
        processed += 1;
        let Some(trace) = Trace::find(view, &row.id)? else { continue };
        let Some(matched) = by.matched(&trace, &range) else { continue };
        if expression.as_ref().is_none_or(|expression| filter::matches(expression, &trace)) {
            summaries.push(summary::of(&trace, &account, matched));
        }
    }
    let (summaries, next_token) = paging::part(summaries, next_token, SUMMARIES)?;
    Ok(GetTraceSummariesResult {
        trace_summaries: Some(summaries),
        approximate_time: Some(view.now()),
        traces_processed_count: Some(processed),
        next_token,
    })
}

/// By what a range of time is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// When traces began.
    TraceId,
    /// When they were last heard of.
    Event,
    /// When one of their segments ended.
    Service,
}

impl By {
    fn of(text: Option<&str>) -> By {
        match text {
            Some("Event") => By::Event,
            Some("Service") => By::Service,
            _ => By::TraceId,
        }
    }

    /// Whether a trace is in a range, and the moment that is told of it where one is.
    fn matched(self, trace: &Trace, range: &Range) -> Option<Option<Timestamp>> {
        match self {
            By::TraceId => Some(None),
            By::Event => Some(Some(trace.row.updated)),
            By::Service => {
                let ends = trace.entities().filter_map(Entity::end).filter(|end| range.holds(*end));
                ends.reduce(f64::max).map(Timestamp::from_secs_f64)
            }
        }
    }
}

/// The traces that may be in a range, the latest first.
pub(crate) fn rows(view: &View, range: &Range, by: By) -> Result<Vec<Row>> {
    let key = |at: Timestamp| {
        let mut key = KeyBuf::default();
        at.write(&mut key);
        key
    };
    // What is asked by its end began some time before.
    let from = match by {
        By::TraceId => Edge::Before(key(range.start)),
        By::Event | By::Service => Edge::Before(KeyBuf::default()),
    };
    let names: Vec<Name> =
        view.range(&BY_START, (&from, &Edge::Behind(key(range.end))), Direction::Reverse).collect::<Result<_>>()?;
    let mut rows = Vec::new();
    for name in names {
        let Some(row) = view.get(&TRACES, name.id.as_str())? else { continue };
        let meant = match by {
            By::TraceId => true,
            By::Event => range.start <= row.updated && row.updated <= range.end,
            By::Service => range.start <= row.end,
        };
        if meant {
            rows.push(row);
        }
    }
    Ok(rows)
}

/// What part of the traces is looked at.
fn rate(sampling: Option<bool>, strategy: Option<SamplingStrategy>) -> Result<f64> {
    let SamplingStrategy { name, value } = strategy.unwrap_or_default();
    if sampling != Some(true) {
        return Ok(1.0);
    }
    match name.as_deref() {
        None => Ok(1.0),
        Some("FixedRate") => Ok(value.unwrap_or(1.0).clamp(0.0, 1.0)),
        Some(_) => Err(errors::refuse("SamplingStrategy with PartialScan")),
    }
}

/// Whether a trace is among a part of all, which is always the same.
fn lies_below(id: &str, rate: f64) -> bool {
    let hash = u64::from_str_radix(&derived(id), 16).unwrap_or_default();
    hash as f64 / u64::MAX as f64 <= rate
}
