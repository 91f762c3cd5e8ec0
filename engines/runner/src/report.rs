//! The platform's own log lines, as Lambda writes them.
//! <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html>

use crate::{FunctionSpec, Invocation, Timing};
use std::time::Duration;

pub(crate) fn start(spec: &FunctionSpec, request_id: &str) -> String {
    format!("START RequestId: {request_id} Version: {}", spec.id.version)
}

pub(crate) fn end(request_id: &str) -> String {
    format!("END RequestId: {request_id}")
}

/// The `REPORT` line; `error_type` where the runtime did not survive the invocation.
pub(crate) fn report(
    spec: &FunctionSpec,
    invocation: &Invocation,
    timing: &Timing,
    error_type: Option<&str>,
) -> String {
    let mut line = format!(
        "REPORT RequestId: {}\tDuration: {}\tBilled Duration: {} ms\tMemory Size: {} MB\tMax Memory Used: {} MB\t",
        invocation.request_id,
        milliseconds(timing.duration),
        timing.billed_ms,
        spec.memory_mb,
        // AWS never reports more than the size that was bought.
        timing.max_memory_bytes.div_ceil(1 << 20).min(u64::from(spec.memory_mb)),
    );
    if let Some(init) = timing.init {
        line += &format!("Init Duration: {}\t", milliseconds(init));
    }
    if timing.timed_out {
        line += "Status: timeout";
    } else if let Some(error_type) = error_type {
        line += &format!("Status: error\tError Type: {error_type}");
    }
    let header = invocation.trace_header.as_deref().unwrap_or_default();
    if let (Some(root), Some(parent), Some("1")) =
        (part(header, "Root"), part(header, "Parent"), part(header, "Sampled"))
    {
        line += &format!("\nXRAY TraceId: {root}\tSegmentId: {parent}\tSampled: true\t");
    }
    line
}

/// The line about an initialisation that did not come to its end.
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>
pub(crate) fn init_report(took: Duration, phase: &str, error_type: Option<&str>) -> String {
    let status = error_type.map_or_else(|| "timeout".to_owned(), |t| format!("error\tError Type: {t}"));
    format!("INIT_REPORT Init Duration: {}\tPhase: {phase}\tStatus: {status}", milliseconds(took))
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.2} ms", duration.as_secs_f64() * 1000.0)
}

fn part<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    header.split(';').filter_map(|pair| pair.trim().split_once('=')).find(|(n, _)| *n == name).map(|(_, value)| value)
}
