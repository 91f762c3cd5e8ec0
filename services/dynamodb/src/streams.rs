//! Streams: what changed in a table, for 24 hours. Their own endpoint reads them here.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html>
//!
//! A stream has one shard for as long as it is open. On AWS it has more, and they end after about four hours; who reads
//! as the API says does not see the difference.

use crate::item::Item;
use crate::keys;
use crate::state::{ENDS, End, Layout, RECORDS, RIGHTS, RecordRow, Rights, STREAMS, StreamLayout, StreamRow, TableRow};
use crate::timers;
use service::{Cx, Direction, Duration, Edge, Key, KeyBuf, Result, Scope, Timestamp, View};

/// "All data in DynamoDB Streams is subject to a 24-hour lifetime."
pub const LIFETIME: Duration = Duration::from_secs(86_400);

/// Sequence numbers have 21 digits, so that they compare as texts.
const FIRST_SEQUENCE_NUMBER: u128 = 100_000_000_000_000_000_000;

/// The sequence number of a record.
pub fn sequence_number(number: i64) -> String {
    (FIRST_SEQUENCE_NUMBER + u128::from(number.unsigned_abs())).to_string()
}

/// The record of a sequence number; `None` for a number that none can have.
pub fn number_of(sequence: &str) -> Option<i64> {
    let number = sequence.parse::<u128>().ok()?.checked_sub(FIRST_SEQUENCE_NUMBER)?;
    i64::try_from(number).ok()
}

/// The id of a stream's only shard.
pub fn shard_id(stream: &StreamRow) -> String {
    let millis = stream.created_at.millis().unsigned_abs();
    format!("shardId-{millis:020}-{:08x}", stream.id.unsigned_abs() & 0xffff_ffff)
}

/// What stands behind the account in a stream's ARN.
pub fn resource(table: &str, label: &str) -> String {
    format!("table/{table}/stream/{label}")
}

/// A stream's ARN.
pub fn arn(scope: Scope, stream: &StreamRow) -> String {
    crate::address::arn(scope, &resource(&stream.table, &stream.label))
}

/// The table and label of a stream's ARN, and whose it is.
pub fn of_arn(arn: &str) -> Option<(Scope, String, String)> {
    let (scope, resource) = crate::address::scope_of(arn)?;
    let (table, label) = resource.strip_prefix("table/")?.split_once("/stream/")?;
    Some((scope, table.to_owned(), label.to_owned()))
}

/// A stream, if it can still be read.
pub fn find(view: &View, scope: Scope, table: &str, label: &str) -> Result<Option<StreamRow>> {
    view.get_in(scope, &STREAMS, &(table.to_owned(), label.to_owned()))
}

/// What decides about access to a stream.
pub fn rights(view: &View, scope: Scope, table: &str, label: &str) -> Result<Option<Rights>> {
    view.get_in(scope, &RIGHTS, resource(table, label).as_str())
}

/// Streams in the order of tables and labels, behind one of them, of one table or of all.
pub fn list(view: &View, table: Option<&str>, after: Option<(String, String)>) -> Result<Vec<StreamRow>> {
    let mut prefix = KeyBuf::default();
    if let Some(table) = table {
        prefix.text(table);
    }
    let from = match after {
        None => Edge::Before(prefix.clone()),
        Some(after) => {
            let mut key = KeyBuf::default();
            after.write(&mut key);
            Edge::Behind(key)
        }
    };
    view.range(&STREAMS, (&from, &Edge::Behind(prefix)), Direction::Forward).collect()
}

/// Records of a stream that are young enough, from a number on.
pub fn records<'v>(view: &'v View, stream: i64, from: i64) -> impl Iterator<Item = Result<RecordRow>> + 'v {
    let trimmed = view.now().before(LIFETIME);
    let rows = view.rows_from(&RECORDS, (stream,), (stream, from));
    rows.skip_while(move |row| row.as_ref().is_ok_and(|row| row.at <= trimmed))
}

/// The number that the next record of a stream will have.
pub fn next_number(view: &View, stream: i64) -> Result<i64> {
    Ok(view.get(&ENDS, &stream)?.unwrap_or_default().next)
}

/// Opens a stream on a table.
pub fn open(cx: &mut Cx, table: &mut TableRow, layout: &mut Layout, view: &str) -> Result<()> {
    let now = cx.now();
    // As AWS's labels: 2015-05-11T21:21:33.291
    let mut label = label(now);
    let mut at = now;
    while find(cx, cx.scope(), &table.name, &label)?.is_some() {
        at = at.after(Duration::from_millis(1));
        label = self::label(at);
    }
    let id = crate::tables::next_number(cx)?;
    let stream = StreamRow {
        id,
        table: table.name.clone(),
        label: label.clone(),
        view: view.to_owned(),
        hash: layout.hash.clone(),
        range: layout.range.clone(),
        created_at: now,
        closed_at: None,
    };
    cx.put(&STREAMS, &(table.name.clone(), label.clone()), &stream)?;
    cx.put(&ENDS, &id, &End { next: 1, trim_at: None })?;
    cx.put(&RIGHTS, resource(&table.name, &label).as_str(), &Rights::default())?;
    layout.stream = Some(StreamLayout { id, view: view.to_owned() });
    table.stream_label = Some(label);
    Ok(())
}

fn label(at: Timestamp) -> String {
    let millis = at.millis().rem_euclid(1000);
    let whole = Timestamp::from_millis(at.millis() - millis).iso8601();
    format!("{}.{millis:03}", whole.trim_end_matches('Z').split('.').next().unwrap_or_default())
}

/// Closes the stream of a table, which can be read for 24 hours more.
pub fn close(cx: &mut Cx, table: &TableRow, layout: &mut Layout) -> Result<()> {
    if layout.stream.take().is_none() {
        return Ok(());
    }
    let key = (table.name.clone(), table.stream_label.clone().unwrap_or_default());
    if let Some(mut stream) = cx.get(&STREAMS, &key)? {
        stream.closed_at = Some(cx.now());
        cx.put(&STREAMS, &key, &stream)?;
        timers::forget_stream(cx, &stream)?;
    }
    Ok(())
}

/// Records a change. What leaves the item as it was is none.
pub fn record(cx: &mut Cx, layout: &Layout, stream: &StreamLayout, item: (Option<&Item>, Option<&Item>)) -> Result<()> {
    let (event, any) = match item {
        (None, Some(new)) => ("INSERT", new),
        (Some(old), Some(new)) if crate::value::same(&old.attributes(), &new.attributes()) => return Ok(()),
        (Some(_), Some(new)) => ("MODIFY", new),
        (Some(old), None) => ("REMOVE", old),
        (None, None) => return Ok(()),
    };
    let mut end = cx.get(&ENDS, &stream.id)?.unwrap_or_default();
    let keys = Item::of(&keys::of_item(layout, None, any));
    let shows = |views: [&str; 2]| views.contains(&stream.view.as_str());
    let old = item.0.filter(|_| shows(["OLD_IMAGE", "NEW_AND_OLD_IMAGES"]));
    let new = item.1.filter(|_| shows(["NEW_IMAGE", "NEW_AND_OLD_IMAGES"]));
    let size = keys.size() + old.map_or(0, Item::size) + new.map_or(0, Item::size);
    let row = RecordRow {
        number: end.next,
        at: cx.now(),
        id: cx.entropy().uuid().replace('-', ""),
        event: event.to_owned(),
        keys: keys.0,
        old: old.map(|item| item.0.clone()),
        new: new.map(|item| item.0.clone()),
        size: size as i64,
        by_service: cx.request().operation == timers::OPERATION,
    };
    cx.put(&RECORDS, &(stream.id, row.number), &row)?;
    end.next += 1;
    if end.trim_at.is_none() {
        end.trim_at = Some(cx.now().after(LIFETIME));
        timers::trim(cx, stream.id, cx.now().after(LIFETIME))?;
    }
    cx.put(&ENDS, &stream.id, &end)?;
    cx.wake(cx.signal("dynamodb.stream", stream.id), usize::MAX);
    Ok(())
}
