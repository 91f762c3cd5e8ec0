//! What happens later: items expire, streams and transactions are forgotten, what was deleted is swept, and work on whole
//! tables goes on.

use crate::changes::first_expiry;
use crate::ops::backups;
use crate::state::{BACKUPS, BackupRow, ENDS, EXPIRIES, ITEMS, LAYOUTS, RECORDS, RIGHTS, STREAMS, StreamRow, TOKENS};
use crate::{builds, recovery, streams};
use service::{Cx, Duration, KeyBuf, Result, Timer, Timestamp};

/// The operation under which the door fires timers.
pub const OPERATION: &str = "Timer";

/// Rows that one firing takes: others' requests wait meanwhile.
const AT_ONCE: usize = 500;

/// How long an item that had expired when it was written stays all the same. On AWS it stays for hours, mostly.
const GRACE: Duration = Duration::from_secs(60);

/// "A client request token is valid for 10 minutes after the first request that uses it is completed."
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html>
pub const TOKEN_LIFETIME: Duration = Duration::from_secs(600);

/// Fires what fell due.
pub fn fire(cx: &mut Cx, timer: &Timer) -> Result<()> {
    let (kind, rest) = timer.name.split_once('/').unwrap_or((&timer.name, ""));
    let number = |text: &str| text.parse::<i64>().unwrap_or_default();
    match kind {
        "expire" => expire(cx, number(rest)),
        "trim" => trim_now(cx, number(rest)),
        "token" => cx.delete(&TOKENS, rest).map(drop),
        "build" => {
            let (space, part) = rest.split_once('/').unwrap_or_default();
            builds::step(cx, number(space), number(part))
        }
        "sweep" => {
            let (what, space) = rest.split_once('/').unwrap_or_default();
            builds::sweep_now(cx, what, number(space))
        }
        "backup" => {
            let (id, table) = rest.split_once('/').unwrap_or_default();
            match cx.get(&BACKUPS, &(table.to_owned(), id.to_owned()))? {
                Some(backup) => backups::forget(cx, &backup),
                None => Ok(()),
            }
        }
        "recovery" => recovery::move_on(cx, number(rest)),
        "stream" => {
            let (label, table) = rest.split_once('/').unwrap_or_default();
            forget_stream_now(cx, table, label)
        }
        _ => Ok(()),
    }
}

/// Has a table's items expire at a second, or a little later if that has gone by.
pub fn expire_at(cx: &mut Cx, space: i64, second: i64) -> Result<()> {
    let due = Timestamp::from_secs(second);
    let due = if due <= cx.now() { cx.now().after(GRACE) } else { due };
    cx.set_timer(&format!("expire/{space}"), due)
}

fn expire(cx: &mut Cx, space: i64) -> Result<()> {
    let Some(id) = cx.get(&LAYOUTS, &space)?.and_then(|layout| layout.expiry).map(|expiry| expiry.id) else {
        return Ok(());
    };
    let now = cx.now().secs();
    let due = cx.rows(&EXPIRIES, (id,)).take(AT_ONCE).take_while(|row| row.as_ref().map_or(true, |row| row.at <= now));
    let due = due.collect::<Result<Vec<_>>>()?;
    let count = due.len();
    for row in due {
        let mut key = KeyBuf::default();
        key.raw(&row.key);
        // The item's hook takes the expiry away with it.
        if !cx.delete(&ITEMS, &key)? {
            cx.delete(&EXPIRIES, &(id, row.at, key))?;
        }
    }
    if count > 0
        && let Some(layout) = cx.get(&LAYOUTS, &space)?
    {
        cx.meter("TimeToLiveDeletedItemCount", ("TableName", &layout.table), count as f64, "Count");
    }
    match first_expiry(cx, id)? {
        Some(first) => cx.set_timer(&format!("expire/{space}"), Timestamp::from_secs(first).max(cx.now())),
        None => Ok(()),
    }
}

/// Has a stream's old records taken away.
pub fn trim(cx: &mut Cx, stream: i64, at: Timestamp) -> Result<()> {
    cx.set_timer(&format!("trim/{stream}"), at)
}

fn trim_now(cx: &mut Cx, stream: i64) -> Result<()> {
    let trimmed = cx.now().before(streams::LIFETIME);
    let old: Vec<i64> = {
        let rows = cx.rows(&RECORDS, (stream,)).take(AT_ONCE).map_while(Result::ok);
        rows.take_while(|row| row.at <= trimmed).map(|row| row.number).collect()
    };
    for number in old {
        cx.delete(&RECORDS, &(stream, number))?;
    }
    let next = cx.rows(&RECORDS, (stream,)).next().transpose()?.map(|row| row.at.after(streams::LIFETIME));
    if let Some(next) = next {
        trim(cx, stream, next.max(cx.now()))?;
    }
    if let Some(mut end) = cx.get(&ENDS, &stream)? {
        end.trim_at = next;
        cx.put(&ENDS, &stream, &end)?;
    }
    Ok(())
}

/// Has a stream that was closed forgotten, once nothing of it can be read any more.
pub fn forget_stream(cx: &mut Cx, stream: &StreamRow) -> Result<()> {
    cx.set_timer(&format!("stream/{}/{}", stream.label, stream.table), cx.now().after(streams::LIFETIME))
}

fn forget_stream_now(cx: &mut Cx, table: &str, label: &str) -> Result<()> {
    let key = (table.to_owned(), label.to_owned());
    if let Some(stream) = cx.get(&STREAMS, &key)? {
        cx.delete(&STREAMS, &key)?;
        cx.delete(&ENDS, &stream.id)?;
        cx.delete(&RIGHTS, streams::resource(table, label).as_str())?;
    }
    Ok(())
}

/// Has a backup forgotten.
pub fn forget_backup(cx: &mut Cx, backup: &BackupRow, at: Timestamp) -> Result<()> {
    cx.set_timer(&format!("backup/{}/{}", backup.id, backup.table.name), at)
}

/// Has a client's token forgotten.
pub fn forget_token(cx: &mut Cx, token: &str) -> Result<()> {
    cx.set_timer(&format!("token/{token}"), cx.now().after(TOKEN_LIFETIME))
}
