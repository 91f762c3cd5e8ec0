//! What happens later: a creation's time is up, and a deleted stack is forgotten.

use crate::deploy::hear;
use crate::state::{EVENTS, OPERATIONS, RESOURCES, STACKS, Stack};
use service::{Cx, Duration, Result, Timer};

/// How long a deleted stack is remembered, in days.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStacks.html>
const REMEMBERED_DAYS: u64 = 90;
/// How many events are forgotten at a time.
const BATCH: i64 = 500;

/// Fires what fell due.
pub fn fire(cx: &mut Cx, timer: &Timer) -> Result<()> {
    let mut parts = timer.name.split('/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("timeout"), Some(_), Some(uid)) => time_is_up(cx, uid),
        (Some("forget"), Some(name), Some(uid)) => forget(cx, name, uid),
        (Some("hear"), Some(_), Some(_)) => hear::time_is_up(cx, timer.name.strip_prefix("hear/").unwrap_or_default()),
        _ => Ok(()),
    }
}

/// Has a creation end in time.
pub fn start(cx: &mut Cx, stack: &Stack) -> Result<()> {
    let Some(minutes) = stack.timeout_minutes else { return Ok(()) };
    let due = cx.now().after(Duration::from_secs(minutes.unsigned_abs().saturating_mul(60)));
    cx.set_timer(&format!("timeout/{}/{}", stack.name, stack.uid), due)
}

/// The creation has ended.
pub fn stop(cx: &mut Cx, stack: &Stack) -> Result<()> {
    cx.cancel_timer(&format!("timeout/{}/{}", stack.name, stack.uid))
}

/// The operation is told that it has failed: its next answer sends it back.
fn time_is_up(cx: &mut Cx, uid: &str) -> Result<()> {
    let Some(mut op) = cx.get(&OPERATIONS, uid)?.filter(|op| op.phase == "deploy") else { return Ok(()) };
    op.reason = Some("Stack creation time exceeded the specified timeout".to_owned());
    cx.put(&OPERATIONS, uid, &op)?;
    hear::give_up(cx, uid)
}

/// Has a deleted stack forgotten.
pub fn forget_later(cx: &mut Cx, stack: &Stack) -> Result<()> {
    let due = cx.now().after(Duration::from_secs(REMEMBERED_DAYS * 86_400));
    cx.set_timer(&format!("forget/{}/{}", stack.name, stack.uid), due)
}

fn forget(cx: &mut Cx, name: &str, uid: &str) -> Result<()> {
    let key = (name.to_owned(), uid.to_owned());
    let Some(mut stack) = cx.get(&STACKS, &key)? else { return Ok(()) };
    for _ in 0..BATCH.min(stack.events) {
        cx.delete(&EVENTS, &(uid.to_owned(), i64::MAX - stack.events))?;
        stack.events -= 1;
    }
    if stack.events > 0 {
        cx.put(&STACKS, &key, &stack)?;
        return cx.set_timer(&format!("forget/{name}/{uid}"), cx.now());
    }
    let resources: Vec<String> =
        cx.rows(&RESOURCES, (uid.to_owned(),)).map(|row| row.map(|row| row.logical)).collect::<Result<_>>()?;
    for logical in resources {
        cx.delete(&RESOURCES, &(uid.to_owned(), logical))?;
    }
    cx.delete(&STACKS, &key).map(drop)
}
