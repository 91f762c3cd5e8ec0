//! Point-in-time recovery: how far back a table can be restored, and that its items' past is kept for as long.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html>

use crate::state::{BUILDS, Build, ITEMS, LAYOUTS, TABLES, TableRow};
use crate::{builds, keys};
use service::{Cx, Duration, Result, SweepPlace, Timestamp};

/// `RecoveryPeriodInDays` at most, and where nothing is said.
pub const DAYS: i64 = 35;
/// "LatestRestorableDateTime is typically 5 minutes before the current time."
const LAG: Duration = Duration::from_secs(300);
const DAY: Duration = Duration::from_secs(86_400);
/// The part of a table under which it is noted how far its past is swept.
const PAST: i64 = -1;

fn period(row: &TableRow) -> Duration {
    DAY * u32::try_from(row.recovery_days.clamp(1, DAYS)).unwrap_or(1)
}

/// The first and the last second that a table can be restored to, if it can be.
pub fn window(row: &TableRow, now: Timestamp) -> Option<(Timestamp, Timestamp)> {
    let since = row.recovery_since?;
    let earliest = since.max(now.before(period(row)).whole_secs());
    Some((earliest, now.before(LAG).whole_secs().max(since)))
}

/// Switches recovery of a table on or off, or changes how far it reaches. What was not kept cannot be had back.
pub fn switch(cx: &mut Cx, row: &mut TableRow, (enabled, days): (bool, i64)) -> Result<()> {
    if !enabled {
        forget(cx, row)?;
        row.recovery_since = None;
        return Ok(());
    }
    row.recovery_days = days;
    keep_since(cx, row)
}

/// Keeps the past of a table's items from as far back as it is needed, and no further.
fn keep_since(cx: &mut Cx, row: &mut TableRow) -> Result<()> {
    let needed = cx.now().before(period(row));
    let since = row.recovery_since.map_or(cx.now(), |since| since.max(needed));
    if row.recovery_since.is_some_and(|before| before < since) {
        builds::end_of(cx, row.space)?;
        builds::sweep(cx, "past", row.space)?;
    }
    let since = cx.retain(&ITEMS, keys::space(row.space), since)?;
    row.recovery_since = Some(since);
    // A day's past is dropped at once: it may be kept a day longer than it can be asked for.
    cx.set_timer(&timer(row.space), since.after(period(row)).after(DAY))
}

fn timer(space: i64) -> String {
    format!("recovery/{space}")
}

/// A day has gone by of what was kept.
pub fn move_on(cx: &mut Cx, space: i64) -> Result<()> {
    let Some(layout) = cx.get(&LAYOUTS, &space)? else { return Ok(()) };
    let Some(mut row) = cx.get(&TABLES, layout.table.as_str())?.filter(|row| row.recovery_since.is_some()) else {
        return Ok(());
    };
    keep_since(cx, &mut row)?;
    cx.put(&TABLES, row.name.as_str(), &row)
}

/// Keeps nothing more of a table's past, if anything was kept.
pub fn forget(cx: &mut Cx, row: &TableRow) -> Result<()> {
    if row.recovery_since.is_none() {
        return Ok(());
    }
    builds::end_of(cx, row.space)?;
    cx.release_history(&ITEMS, keys::space(row.space))?;
    cx.cancel_timer(&timer(row.space))?;
    builds::sweep(cx, "past", row.space)
}

/// Takes away some of what is not needed any more of a table's past, and tells whether there is more.
pub fn sweep(cx: &mut Cx, space: i64, most: usize) -> Result<bool> {
    let place = cx.get(&BUILDS, &(space, PAST))?.and_then(|build| build.after);
    let place = place.map(|place| SweepPlace(place.to_vec()));
    match cx.sweep_history(&ITEMS, keys::space(space), place.as_ref(), most)? {
        Some(SweepPlace(next)) => {
            let build = Build { space, part: PAST, after: Some(next.into()), ..Build::default() };
            cx.put(&BUILDS, &(space, PAST), &build)?;
            Ok(true)
        }
        None => cx.delete(&BUILDS, &(space, PAST)).map(|_| false),
    }
}
