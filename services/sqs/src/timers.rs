//! What happens later: rows that nothing can reach any more are swept, and message move tasks go on.

use crate::moving;
use crate::state::{ATTEMPTS, DATA_KEYS, DELIVERIES, HEADS, LINES, MESSAGES, SENT, TAILS, TOMBSTONES, TURNS};
use service::{Cx, Duration, Key, Result, Row, Table, Timer};
use std::ops::Range;

/// Rows of one table that one firing sweeps: the others' requests wait meanwhile.
const SWEPT_AT_ONCE: usize = 500;

/// Seconds for which the name of a deleted queue cannot be used again.
pub const NAME_BLOCKED: u64 = 60;

/// Fires what fell due.
pub fn fire(cx: &mut Cx, timer: &Timer) -> Result<()> {
    let parts: Vec<&str> = timer.name.split('/').collect();
    let number = |text: &str| text.parse::<i64>().unwrap_or_default();
    match *parts.as_slice() {
        ["space", space] => fire_space(cx, number(space)),
        ["memory", queue] => fire_memory(cx, number(queue)),
        ["messages", space, from, to] => sweep_messages_now(cx, number(space), number(from)..number(to)),
        ["tombstone", name] => cx.delete(&TOMBSTONES, name).map(drop),
        ["move", task, source] => moving::step(cx, source, task),
        _ => Ok(()),
    }
}

/// Has all that lies in a space swept: its queue was purged or deleted.
pub fn sweep_space(cx: &mut Cx, space: i64) -> Result<()> {
    cx.set_timer(&format!("space/{space}"), cx.now())
}

/// Has what a queue remembers swept: it was deleted.
pub fn sweep_memory(cx: &mut Cx, queue: i64) -> Result<()> {
    cx.set_timer(&format!("memory/{queue}"), cx.now())
}

/// Has fresh messages swept that have expired.
pub fn sweep_messages(cx: &mut Cx, space: i64, numbers: Range<i64>) -> Result<()> {
    cx.set_timer(&format!("messages/{space}/{}/{}", numbers.start, numbers.end), cx.now())
}

/// Has the name of a deleted queue released.
pub fn release_name(cx: &mut Cx, name: &str) -> Result<()> {
    cx.set_timer(&format!("tombstone/{name}"), cx.now().after(Duration::from_secs(NAME_BLOCKED)))
}

/// Has a message move task go on after `wait`.
pub fn go_on(cx: &mut Cx, source: &str, task: &str, wait: Duration) -> Result<()> {
    cx.set_timer(&format!("move/{task}/{source}"), cx.now().after(wait))
}

fn fire_space(cx: &mut Cx, space: i64) -> Result<()> {
    cx.delete(&TAILS, &space)?;
    cx.delete(&HEADS, &space)?;
    let swept = sweep(cx, &MESSAGES, space, |row| (space, row.number))?
        + sweep(cx, &DELIVERIES, space, |row| (space, row.line, row.number))?
        + sweep(cx, &TURNS, space, |row| (space, row.at, row.number))?
        + sweep(cx, &LINES, space, |row| (space, row.line))?;
    if swept > 0 { sweep_space(cx, space) } else { Ok(()) }
}

fn fire_memory(cx: &mut Cx, queue: i64) -> Result<()> {
    let swept = sweep(cx, &SENT, queue, |row| (queue, row.bucket, row.line, row.deduplication_id.clone()))?
        + sweep(cx, &ATTEMPTS, queue, |row| (queue, row.bucket, row.id.clone()))?
        + sweep(cx, &DATA_KEYS, queue, |row| (queue, row.principal.clone(), row.name.clone()))?;
    if swept > 0 { sweep_memory(cx, queue) } else { Ok(()) }
}

fn sweep<K: Key, R: Row>(cx: &mut Cx, table: &Table<K, R>, prefix: i64, key: impl Fn(&R) -> K) -> Result<usize> {
    let rows = cx.rows(table, (prefix,)).take(SWEPT_AT_ONCE).collect::<Result<Vec<R>>>()?;
    for row in &rows {
        cx.delete(table, &key(row))?;
    }
    Ok(rows.len())
}

fn sweep_messages_now(cx: &mut Cx, space: i64, numbers: Range<i64>) -> Result<()> {
    let end = numbers.end.min(numbers.start.saturating_add(SWEPT_AT_ONCE as i64));
    for number in numbers.start..end {
        cx.delete(&MESSAGES, &(space, number))?;
    }
    if end < numbers.end { sweep_messages(cx, space, end..numbers.end) } else { Ok(()) }
}
