//! What services, workloads and daemons send.

use crate::api::*;
use crate::document::{self, Fault};
use crate::state::{DOCUMENTS, Document, TRACES, Trace as Row};
use crate::timers;
use service::{Cx, Duration, Result, Timestamp};

/// The most that the documents of a trace may be together, in bytes.
/// <https://docs.aws.amazon.com/general/latest/gr/xray.html>
const LARGEST_TRACE: i64 = 500 << 10;
/// How long a trace can be added to.
const OPEN: Duration = Duration::from_secs(7 * 86_400);

/// <https://docs.aws.amazon.com/xray/latest/api/API_PutTraceSegments.html>
pub fn put_trace_segments(cx: &mut Cx, input: PutTraceSegmentsRequest) -> Result<PutTraceSegmentsResult> {
    let PutTraceSegmentsRequest { trace_segment_documents } = input;
    let mut unprocessed = Vec::new();
    for text in trace_segment_documents {
        let read = document::read(&text, &|at| cx.said(at));
        let taken = match read {
            Ok(document) => take(cx, document)?,
            Err(fault) => Err(fault),
        };
        if let Err(fault) = taken {
            unprocessed.push(UnprocessedTraceSegment {
                message: Some(fault.message()),
                id: fault.id,
                error_code: Some(fault.code.to_owned()),
            });
        }
    }
    Ok(PutTraceSegmentsResult { unprocessed_trace_segments: Some(unprocessed) })
}

/// Keeps a document, if its trace has room for it.
fn take(cx: &mut Cx, document: document::Document) -> Result<Result<(), Fault>> {
    let document::Document { trace, id, start, end, text } = document;
    let now = cx.now();
    let refused = |code| Ok(Err(Fault { id: Some(id.clone()), code, subsegment: false }));
    if start < now.before(timers::RETENTION) {
        return refused("InvalidStartTime");
    }
    let known = cx.get(&TRACES, trace.as_str())?;
    if known.as_ref().is_some_and(|known| now.since(known.since) > OPEN) {
        return refused("InvalidSegment");
    }
    let key = (trace.clone(), id.clone());
    let before = cx.get(&DOCUMENTS, &key)?;
    if before.as_ref().is_some_and(|before| !before.in_progress) && end.is_none() {
        // It is complete: what was said of its beginning comes late.
        return Ok(Ok(()));
    }
    let is_new = known.is_none();
    let mut row = known.unwrap_or_else(|| Row { id: trace.clone(), start, end: start, since: now, ..Row::default() });
    let grown = row.size_bytes + text.len() as i64 - before.map_or(0, |before| before.text.len() as i64);
    row.limit_exceeded |= grown > LARGEST_TRACE;
    if grown > LARGEST_TRACE {
        if !is_new {
            cx.put(&TRACES, trace.as_str(), &row)?;
        }
        return refused("InvalidSegment");
    }
    let began: Option<Timestamp> = (!is_new).then_some(row.start);
    row.start = row.start.min(start);
    row.end = row.end.max(end.unwrap_or(start));
    (row.size_bytes, row.updated) = (grown, now);
    row.revision += 1;
    if is_new {
        timers::expire(cx, &trace)?;
    }
    timers::began(cx, &trace, began, row.start)?;
    cx.put(&DOCUMENTS, &key, &Document { id, text, in_progress: end.is_none() })?;
    cx.put(&TRACES, trace.as_str(), &row)?;
    Ok(Ok(()))
}

/// What daemons tell of their own work is for nobody to read: AWS has no operation that shows it.
///
/// <https://docs.aws.amazon.com/xray/latest/api/API_PutTelemetryRecords.html>
pub fn put_telemetry_records(_: &mut Cx, input: PutTelemetryRecordsRequest) -> Result<PutTelemetryRecordsResult> {
    let PutTelemetryRecordsRequest {
        telemetry_records: _, // stored only
        ec2_instance_id: _,   // stored only
        hostname: _,          // stored only
        resource_arn: _,      // stored only
    } = input;
    Ok(PutTelemetryRecordsResult {})
}
