//! Log files: what happened since the last ones is read in batches, on a timer that stands only where somebody has called
//! something and a trail logs.
//!
//! A batch is read, written as JSON and compressed beside all requests; what is done under the lock is to move the
//! trail's place and to hand the files over. A file holds the events of one region.
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/how-cloudtrail-works.html>

use crate::address;
use crate::api::FACTS;
use crate::files::{self, Content};
use crate::peers::{CreateLogStream, Line, PutLogEvents, to_bucket, to_log_group};
use crate::selectors;
use crate::state::{COURSES, TRAILS, TrailRow};
use crate::told::Tag;
use service::{
    Bytes, Cx, Duration, Error, Region, Result, Scope, Tell, Timer, Timestamp, TrailEvent, TrailPage, TrailQuery, View,
};
use std::collections::BTreeMap;

/// Seconds between deliveries: AWS's usual five minutes.
pub const INTERVAL: Duration = Duration::from_secs(300);
/// Events of one batch, and records that are looked at for it.
const BATCH: usize = 500;
const LOOK_AT: usize = 5_000;
/// What PutLogEvents takes at most: events, and bytes with 26 for each.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html>
const MOST_LINES: usize = 10_000;
const MOST_LINE_BYTES: usize = 1_048_576;
const LINE_OVERHEAD: usize = 26;

/// What was read for a trail.
pub struct Batch {
    /// Where it began: a batch that another was quicker than is dropped.
    from: i64,
    to: i64,
    /// Whether there may be more.
    more: bool,
    regions: Vec<RegionFile>,
}

/// The events of one region.
struct RegionFile {
    region: String,
    key: String,
    body: Bytes,
    hash: String,
    oldest: Timestamp,
    newest: Timestamp,
    lines: Vec<Line>,
}

/// Reads what a trail is to deliver. `None` where there is no such trail.
pub fn prepare(view: &View, name: &str) -> Result<Option<Batch>> {
    let key = (view.region().as_str().to_owned(), name.to_owned());
    let (Some(trail), Some(course)) = (view.get(&TRAILS, &key)?, view.get(&COURSES, &key)?) else { return Ok(None) };
    // Nothing of the moment after it was stopped.
    let until = course.stopped_at.filter(|_| !course.logging).map(|at| Timestamp(at.0.saturating_add(1)));
    let place = u64::try_from(course.place).unwrap_or_default();
    // A ledger that was emptied counts anew.
    let (after, since) = match place > view.end_of_trail()? {
        true => (0, course.files.tried_at.or(course.started_at)),
        false => (place, None),
    };
    let query = TrailQuery { after: Some(after), newest_first: false, since, until, most: BATCH, look_at: LOOK_AT };
    let wants = |event: &TrailEvent| {
        (trail.is_multi_region_trail || event.region == trail.home_region) && selectors::wants(&trail, event)
    };
    let TrailPage { events, last, more } = view.trail(&query, &wants)?;
    let mut regions: BTreeMap<String, Vec<(TrailEvent, String)>> = BTreeMap::new();
    for (event, record) in events {
        regions.entry(event.region.clone()).or_default().push((event, record));
    }
    let keeps_lines = trail.cloud_watch_logs_log_group_arn.is_some();
    let file = |(region, events)| region_file(view, (&trail, keeps_lines), region, events);
    let regions = regions.into_iter().map(file).collect::<Result<_>>()?;
    Ok(Some(Batch { from: course.place, to: i64::try_from(last).unwrap_or(i64::MAX), more, regions }))
}

fn region_file(
    view: &View,
    (trail, keeps_lines): (&TrailRow, bool),
    region: String,
    events: Vec<(TrailEvent, String)>,
) -> Result<RegionFile> {
    let records: Vec<&str> = events.iter().map(|(_, record)| record.as_str()).collect();
    let text = format!("{{\"Records\":[{}]}}", records.join(","));
    let ids: Vec<&str> = events.iter().map(|(event, _)| event.id.as_str()).collect();
    let unique = files::unique(&[&[trail.name.as_str(), &region], ids.as_slice()].concat());
    let times = || events.iter().map(|(event, _)| event.time);
    let (oldest, newest) = (times().min().unwrap_or(view.now()), times().max().unwrap_or(view.now()));
    let key = files::log_key(view, trail, (&region, &unique));
    let (body, hash) = (files::gzip(text.as_bytes())?, files::sha256(text.as_bytes()));
    let mut lines = Vec::new();
    if keeps_lines {
        let line = |(event, message): (TrailEvent, String)| Line { timestamp: event.time.millis(), message };
        lines = events.into_iter().map(line).collect();
        lines.sort_by_key(|line: &Line| line.timestamp);
    }
    Ok(RegionFile { region, key, body, hash, oldest, newest, lines })
}

/// Hands over what was read, and says when to look again.
pub fn fire(cx: &mut Cx, name: &str, batch: Option<Batch>) -> Result<()> {
    let key = (cx.region().as_str().to_owned(), name.to_owned());
    let (Some(trail), Some(batch)) = (cx.get(&TRAILS, &key)?, batch) else { return Ok(()) };
    let mut course = address::course(cx, &key)?;
    if course.place != batch.from {
        return if course.logging { set_timer(cx, name, cx.now()) } else { Ok(()) };
    }
    course.place = batch.to;
    for file in batch.regions {
        send(cx, &trail, &mut course.streams, file)?;
    }
    cx.put(&COURSES, &key, &course)?;
    // What came while the batch was read may have been taken for a part of it.
    let behind = i64::try_from(cx.end_of_trail()?).is_ok_and(|end| end > batch.to);
    match (batch.more, course.logging && behind) {
        (true, _) => set_timer(cx, name, cx.now()),
        (false, true) => set_timer(cx, name, cx.now().after(INTERVAL)),
        (false, false) => Ok(()),
    }
}

/// The timers of trails that log, where somebody has called something and none stands.
pub fn follow(view: &View) -> Result<Vec<Timer>> {
    let mut timers = Vec::new();
    for trail in address::all(view)? {
        let Some(region) = Region::new(&trail.home_region) else { continue };
        let (scope, name) = (Scope::new(view.account(), region), format!("deliver/{}", trail.name));
        if address::course(view, &address::key(&trail))?.logging && view.timer_due(scope, &name)?.is_none() {
            timers.push(Timer { service: FACTS.prefix.to_owned(), scope, name, due: view.now().after(INTERVAL) });
        }
    }
    Ok(timers)
}

/// Has a trail deliver at a moment.
pub fn set_timer(cx: &mut Cx, name: &str, due: Timestamp) -> Result<()> {
    cx.set_timer(&format!("deliver/{name}"), due)
}

fn send(cx: &mut Cx, trail: &TrailRow, streams: &mut Vec<String>, file: RegionFile) -> Result<()> {
    let RegionFile { region, key, body, hash, oldest, newest, lines } = file;
    let (trail_name, oldest, newest) = (trail.name.clone(), oldest.0, newest.0);
    let tag = Tag::Log { trail: trail_name, region: region.clone(), key: key.clone(), hash, oldest, newest };
    let put = files::object(cx, trail, key, Some(Content { body, metadata: None }));
    cx.after(&to_bucket(cx, trail), &put, Tell::outcome(&tag)?)?;
    if lines.is_empty() {
        return Ok(());
    }
    let Some((by, log_group_name)) = to_log_group(cx, trail) else { return Ok(()) };
    let log_stream_name = files::stream(cx, &region);
    let tell = Tell::outcome(&Tag::Lines { trail: trail.name.clone() })?;
    if !streams.contains(&log_stream_name) {
        let make = CreateLogStream { log_group_name: log_group_name.clone(), log_stream_name: log_stream_name.clone() };
        cx.after(&by, &make, Tell::failures(&Tag::Stream { trail: trail.name.clone() })?)?;
        streams.push(log_stream_name.clone());
    }
    for log_events in portions(lines) {
        let put = PutLogEvents {
            log_group_name: log_group_name.clone(),
            log_stream_name: log_stream_name.clone(),
            log_events,
        };
        cx.after(&by, &put, tell.clone())?;
    }
    Ok(())
}

/// Lines as they go into calls of their own.
fn portions(lines: Vec<Line>) -> Vec<Vec<Line>> {
    let (mut all, mut bytes) = (Vec::new(), 0);
    let mut one: Vec<Line> = Vec::new();
    for line in lines {
        let size = line.message.len() + LINE_OVERHEAD;
        if !one.is_empty() && (bytes + size > MOST_LINE_BYTES || one.len() == MOST_LINES) {
            all.push(std::mem::take(&mut one));
            bytes = 0;
        }
        bytes += size;
        one.push(line);
    }
    if !one.is_empty() {
        all.push(one);
    }
    all
}

/// Whether a prepared thing is what a timer of this kind takes.
pub fn taken(made: service::AnyMade) -> Result<Option<Batch>> {
    let other = || Error::internal("a trail's timer was given what another prepared");
    made.downcast::<Option<Batch>>().map(|batch| *batch).map_err(|_| other())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_go_in_portions() {
        let line = |bytes: usize| Line { timestamp: 0, message: "x".repeat(bytes) };
        let lengths = |lines: Vec<Line>| portions(lines).iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(lengths(vec![line(500_000), line(500_000), line(500_000)]), [2, 1]);
        assert_eq!(lengths((0..10_001).map(|_| line(1)).collect()), [10_000, 1]);
        assert!(lengths(Vec::new()).is_empty());
    }
}
