//! Putting log events into rows, and what follows from it.

use crate::position::Position;
use crate::reading::Event;
use crate::state::{CHUNKS, Chunk, Group, HOLDINGS, Line, STREAMS, Stream};
use crate::{batch, embedded, metrics, retention, subscriptions};
use service::{Cx, Result, Sample, Timestamp};
use std::collections::BTreeMap;

/// Writes events, with their times in milliseconds and their places in the batch, to a stream.
pub fn write(cx: &mut Cx, group: &Group, mut stream: Stream, lines: Vec<Line>) -> Result<()> {
    let now = cx.now();
    let number = stream.batches;
    let event = |line: &Line| Event {
        position: Position { millis: line.millis, stream: stream.id, batch: number, index: line.index },
        ingested: now.millis(),
        message: line.message.clone(),
    };
    let events: Vec<Event> = lines.iter().map(event).collect();
    let times = lines.iter().map(|line| line.millis);
    let (Some(first), Some(last)) = (times.clone().min(), times.max()) else { return Ok(()) };
    let bytes = batch::counted(lines.iter().map(|line| line.message.len()));

    put_chunks(cx, stream.id, (number, now), lines)?;
    stream.first_millis = Some(stream.first_millis.map_or(first, |had| had.min(first)));
    stream.last_millis = Some(stream.last_millis.map_or(last, |had| had.max(last)));
    stream.ingested_at = Some(now);
    stream.batches += 1;
    cx.put(&STREAMS, &(group.id, stream.name.clone()), &stream)?;
    let mut holding = cx.get(&HOLDINGS, &group.id)?.unwrap_or_default();
    holding.bytes = holding.bytes.saturating_add(bytes as i64);
    retention::arm(cx, group, &mut holding, first)?;
    cx.put(&HOLDINGS, &group.id, &holding)?;

    measure(cx, &group.name, bytes, events.len());
    metrics::emit(cx, group, &events)?;
    embedded::emit(cx, group, &events);
    subscriptions::send(cx, group, &stream.name, &events)
}

fn put_chunks(cx: &mut Cx, stream: i64, (batch, ingested_at): (i64, Timestamp), lines: Vec<Line>) -> Result<()> {
    let mut seconds: BTreeMap<i64, Vec<Line>> = BTreeMap::new();
    for line in lines {
        seconds.entry(line.millis.div_euclid(1000)).or_default().push(line);
    }
    for (second, lines) in seconds {
        cx.put(&CHUNKS, &(stream, second, batch), &Chunk { batch, ingested_at, lines })?;
    }
    Ok(())
}

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html>
fn measure(cx: &mut Cx, group: &str, bytes: usize, count: usize) {
    for (metric, value, unit) in [("IncomingBytes", bytes, "Bytes"), ("IncomingLogEvents", count, "Count")] {
        cx.meter(metric, ("LogGroupName", group), value as f64, unit);
        cx.sample(&Sample { namespace: None, metric, dimensions: &[], value: value as f64, unit, at: None });
    }
}
