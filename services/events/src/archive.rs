//! Archives keep what comes, and replays send it again.
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html>

use crate::address::{BusAddress, arn};
use crate::event::{Event, replayed, text_of};
use crate::state::{ARCHIVED, ARCHIVES, Archive, Archived, REPLAYS, Replay};
use crate::{bus, timers};
use service::{Arn, Cx, Duration, Result, Timestamp, View};

/// How many events one firing replays or sweeps: the others' requests wait meanwhile.
const AT_ONCE: usize = 100;
const DAY_SECONDS: u64 = 86_400;

impl Archive {
    /// The archive's ARN.
    pub fn arn(&self, view: &View) -> Arn {
        arn(view.scope(), format!("archive/{}", self.name))
    }

    /// When an event that came at `at` is forgotten, if ever.
    fn forgets(&self, at: Timestamp) -> Option<Timestamp> {
        let days = u64::try_from(self.retention_days).ok().filter(|days| *days > 0)?;
        Some(at.after(Duration::from_secs(days.saturating_mul(DAY_SECONDS))))
    }
}

/// Keeps an event in the archives of its bus that want it. What a replay sends is not kept again.
pub fn keep(cx: &mut Cx, bus: &BusAddress, event: &Event<'_>) -> Result<()> {
    let json = event.json();
    if json.get("replay-name").is_some() {
        return Ok(());
    }
    let archives: Vec<Archive> = cx.rows(&ARCHIVES, ()).collect::<Result<_>>()?;
    if archives.is_empty() {
        return Ok(());
    }
    let source = bus.arn();
    for mut archive in archives.into_iter().filter(|archive| archive.source_arn == source.as_str()) {
        let wanted = match &archive.event_pattern {
            Some(pattern) => bus::compiled(pattern)?.matches(json),
            None => true,
        };
        if !wanted {
            continue;
        }
        let row = Archived { at: cx.now(), id: text_of(json, "id").to_owned(), event: event.text().to_owned() };
        if archive.count == 0
            && let Some(due) = archive.forgets(row.at)
        {
            timers::forget(cx, &archive.name, due)?;
        }
        archive.count += 1;
        archive.bytes += event.text().len() as i64;
        cx.put(&ARCHIVED, &(archive.name.clone(), row.at, row.id.clone()), &row)?;
        cx.put(&ARCHIVES, archive.name.as_str(), &archive)?;
    }
    Ok(())
}

/// Sets the timer of an archive anew: its retention has changed.
pub fn retention_changed(cx: &mut Cx, archive: &Archive) -> Result<()> {
    let oldest = cx.rows(&ARCHIVED, (archive.name.as_str(),)).next().transpose()?;
    match oldest.and_then(|row| archive.forgets(row.at)) {
        Some(due) => timers::forget(cx, &archive.name, due.max(cx.now())),
        None => timers::keep_all(cx, &archive.name),
    }
}

/// Forgets what is too old, or all that an archive left that is gone.
pub fn sweep(cx: &mut Cx, name: &str) -> Result<()> {
    let archive = cx.get(&ARCHIVES, name)?;
    let now = cx.now();
    let old = |row: &Archived| match &archive {
        Some(archive) => archive.forgets(row.at).is_some_and(|due| due <= now),
        None => true,
    };
    let mut rows: Vec<Archived> = cx.rows(&ARCHIVED, (name,)).take(AT_ONCE + 1).collect::<Result<_>>()?;
    let next = rows.iter().position(|row| !old(row)).unwrap_or(rows.len().min(AT_ONCE));
    let rest = rows.split_off(next);
    for row in &rows {
        cx.delete(&ARCHIVED, &(name.to_owned(), row.at, row.id.clone()))?;
    }
    let due = rest.first().map(|row| archive.as_ref().map_or(Some(now), |archive| archive.forgets(row.at)));
    if let Some(mut archive) = archive {
        archive.count -= rows.len() as i64;
        archive.bytes -= rows.iter().map(|row| row.event.len() as i64).sum::<i64>();
        cx.put(&ARCHIVES, name, &archive)?;
    }
    match due.flatten() {
        Some(due) => timers::forget(cx, name, due.max(now)),
        None => Ok(()),
    }
}

/// Replays some more events.
pub fn replay_on(cx: &mut Cx, name: &str) -> Result<()> {
    let Some(mut replay) = cx.get(&REPLAYS, name)? else { return Ok(()) };
    match replay.state.as_str() {
        "STARTING" | "RUNNING" => {}
        "CANCELLING" => return ended(cx, replay, "CANCELLED", None),
        _ => return Ok(()),
    }
    if cx.get(&ARCHIVES, replay.archive.as_str())?.is_none() {
        return ended(cx, replay, "FAILED", Some("The archive was deleted."));
    }
    replay.state = "RUNNING".to_owned();
    let from = replay.last_at.unwrap_or(replay.from);
    let after = (from, replay.last_id.clone());
    let rows = cx.rows_from(&ARCHIVED, (replay.archive.as_str(),), (replay.archive.as_str(), from));
    let rows = rows
        .filter(|row| row.as_ref().map_or(true, |row| replay.last_at.is_none() || (row.at, row.id.clone()) > after));
    let rows: Vec<Archived> = rows.take(AT_ONCE).collect::<Result<_>>()?;
    let due: Vec<&Archived> = rows.iter().take_while(|row| row.at < replay.to).collect();
    let bus = BusAddress::of(cx, Some(&replay.destination)).name;
    for row in &due {
        bus::carry(cx, &bus, &replayed(&row.event, &replay.name)?, (&replay.filters, None))?;
        (replay.last_at, replay.last_id) = (Some(row.at), row.id.clone());
    }
    if due.len() < AT_ONCE {
        return ended(cx, replay, "COMPLETED", None);
    }
    cx.put(&REPLAYS, name, &replay)?;
    timers::replay(cx, name)
}

fn ended(cx: &mut Cx, mut replay: Replay, state: &str, reason: Option<&str>) -> Result<()> {
    replay.state = state.to_owned();
    replay.reason = reason.map(str::to_owned);
    replay.ended_at = Some(cx.now());
    cx.put(&REPLAYS, replay.name.as_str(), &replay)
}
