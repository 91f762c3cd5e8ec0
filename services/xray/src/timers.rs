//! What happens later: traces go 30 days after they were first heard of.
//! <https://docs.aws.amazon.com/general/latest/gr/xray.html>

use crate::state::{Aged, BY_AGE, BY_START, DOCUMENTS, TRACES};
use service::{Cx, Direction, Duration, Edge, Error, KeyBuf, Result, Timer, Timestamp};

/// How long traces are kept.
pub const RETENTION: Duration = Duration::from_secs(30 * 86_400);
const TIMER: &str = "retention";
/// How many traces one transaction takes away.
const AT_ONCE: usize = 1000;

/// The trace that goes next.
fn oldest(cx: &Cx) -> Result<Option<Aged>> {
    let edges = (&Edge::Before(KeyBuf::default()), &Edge::Behind(KeyBuf::default()));
    cx.range(&BY_AGE, edges, Direction::Forward).next().transpose()
}

/// Sees to it that a trace goes in time, which was heard of just now.
pub fn expire(cx: &mut Cx, id: &str) -> Result<()> {
    let since = cx.now();
    // Those that were heard of before have the timer already.
    let first = oldest(cx)?.is_none();
    cx.put(&BY_AGE, &(since, id.to_owned()), &Aged { since, id: id.to_owned() })?;
    if first { cx.set_timer(TIMER, since.after(RETENTION)) } else { Ok(()) }
}

/// Fires what fell due.
pub fn fire(cx: &mut Cx, timer: &Timer) -> Result<()> {
    if timer.name != TIMER {
        return Err(Error::internal(format!("no timer goes by the name {}", timer.name)));
    }
    let last = cx.now().before(RETENTION);
    for _ in 0..AT_ONCE {
        match oldest(cx)? {
            Some(aged) if aged.since <= last => forget(cx, &aged)?,
            _ => break,
        }
    }
    match oldest(cx)? {
        Some(aged) => cx.set_timer(TIMER, aged.since.after(RETENTION).max(cx.now())),
        None => Ok(()),
    }
}

fn forget(cx: &mut Cx, aged: &Aged) -> Result<()> {
    cx.delete(&BY_AGE, &(aged.since, aged.id.clone()))?;
    let Some(trace) = cx.get(&TRACES, aged.id.as_str())? else { return Ok(()) };
    cx.delete(&BY_START, &(trace.start, trace.id.clone()))?;
    cx.delete_all(&DOCUMENTS, (trace.id.as_str(),))?;
    cx.delete(&TRACES, trace.id.as_str()).map(drop)
}

/// Keeps the place of a trace by its beginning, which an earlier segment may move.
pub fn began(cx: &mut Cx, id: &str, before: Option<Timestamp>, now: Timestamp) -> Result<()> {
    if before == Some(now) {
        return Ok(());
    }
    if let Some(before) = before {
        cx.delete(&BY_START, &(before, id.to_owned()))?;
    }
    cx.put(&BY_START, &(now, id.to_owned()), &crate::state::Name { id: id.to_owned() })
}
