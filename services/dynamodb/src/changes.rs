//! What a change of an item entails: its places in indexes, the stream's record, when it expires, the sizes. It hangs on
//! the table of items, so that no operation can forget any of it.

use crate::capacity::{Spent, write_units};
use crate::item::{Item, View as Kind};
use crate::number::Number;
use crate::state::{EXPIRIES, Expiry, INDEX_ITEMS, Index, LAYOUTS, Layout, SIZES, Size, StoredItem};
use crate::{keys, streams, timers};
use service::{Change, Cx, KeyBuf, Result, Timestamp, View};
use std::cmp::Ordering;

/// "Items with an expiration date older than five years in the past are not deleted."
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html>
const OLDEST_EXPIRY: i64 = 5 * 365 * 86_400;

/// The hook of the table of items.
pub fn item_changed(cx: &mut Cx, change: Change<'_, StoredItem>) -> Result<()> {
    let Some(space) = change.new.or(change.old).map(|stored| stored.space) else { return Ok(()) };
    // The items of a deleted table are swept without further ado.
    let Some(layout) = cx.get(&LAYOUTS, &space)? else { return Ok(()) };
    let old = change.old.map(|stored| Item(stored.item.clone()));
    let new = change.new.map(|stored| Item(stored.item.clone()));
    let size = |stored: Option<&StoredItem>| stored.map_or(0, |stored| stored.size);
    resize(cx, space, (old.is_some(), size(change.old)), (new.is_some(), size(change.new)))?;
    for index in &layout.indexes {
        let (before, after) = (entry(&layout, index, old.as_ref()), entry(&layout, index, new.as_ref()));
        move_entry(cx, index, before, after)?;
    }
    if layout.expiry.is_some() {
        expire(cx, &layout, (old.as_ref(), new.as_ref()))?;
    }
    if let Some(stream) = &layout.stream {
        streams::record(cx, &layout, stream, (old.as_ref(), new.as_ref()))?;
    }
    Ok(())
}

/// An item as an index holds it.
pub struct Entry {
    key: KeyBuf,
    item: Item,
    size: usize,
}

/// An item as an index holds it, if it does.
pub fn entry(layout: &Layout, index: &Index, item: Option<&Item>) -> Option<Entry> {
    let item = item?;
    let key = keys::index(layout, index, item)?;
    let projected = match index.projection.as_str() {
        "ALL" => item.clone(),
        _ => item.with(|name| is_projected(layout, index, name)),
    };
    Some(Entry { key, size: projected.size(), item: projected })
}

/// Whether an index holds an attribute.
pub fn is_projected(layout: &Layout, index: &Index, name: &str) -> bool {
    let own = std::iter::once(&layout.hash).chain(&layout.range);
    let mut keys = own.chain(std::iter::once(&index.hash)).chain(&index.range);
    index.projection == "ALL"
        || keys.any(|part| part.name == name)
        || index.include.iter().any(|included| included == name)
}

/// What a write costs: the table by the larger of both items, and each index by what changes in it.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes>
pub fn cost(layout: &Layout, old: Option<&Item>, new: Option<&Item>) -> Spent {
    let size = |item: Option<&Item>| item.map_or(0, Item::size);
    let mut spent = Spent::on_table(write_units(size(old).max(size(new))));
    for index in &layout.indexes {
        let units = match (entry(layout, index, old), entry(layout, index, new)) {
            (None, None) => continue,
            (Some(one), None) | (None, Some(one)) => write_units(one.size),
            (Some(a), Some(b)) if a.key == b.key && a.item == b.item => continue,
            (Some(a), Some(b)) if a.key == b.key => write_units(a.size.max(b.size)),
            (Some(a), Some(b)) => write_units(a.size) + write_units(b.size),
        };
        spent.on(index, units);
    }
    spent
}

/// Puts an item where an index holds it, in place of where it was.
pub fn move_entry(cx: &mut Cx, index: &Index, before: Option<Entry>, after: Option<Entry>) -> Result<()> {
    if let (Some(a), Some(b)) = (&before, &after)
        && a.key == b.key
        && a.item == b.item
    {
        return Ok(());
    }
    let sizes = |entry: &Option<Entry>| (entry.is_some(), entry.as_ref().map_or(0, |entry| entry.size as i64));
    resize(cx, index.space, sizes(&before), sizes(&after))?;
    if let Some(before) = before
        && after.as_ref().is_none_or(|after| after.key != before.key)
    {
        cx.delete(&INDEX_ITEMS, &before.key)?;
    }
    if let Some(after) = after {
        let stored = StoredItem { space: index.space, size: after.size as i64, item: after.item.0 };
        cx.put(&INDEX_ITEMS, &after.key, &stored)?;
    }
    Ok(())
}

fn resize(cx: &mut Cx, space: i64, old: (bool, i64), new: (bool, i64)) -> Result<()> {
    if old == new {
        return Ok(());
    }
    let size = cx.get(&SIZES, &space)?.unwrap_or_default();
    let items = size.items + i64::from(new.0) - i64::from(old.0);
    cx.put(&SIZES, &space, &Size { items, bytes: size.bytes + new.1 - old.1 })
}

/// When an item expires, in seconds since 1970; `None` if it never does.
pub fn expiry(layout: &Layout, item: &Item, now: Timestamp) -> Option<i64> {
    let value = item.get(&layout.expiry.as_ref()?.attribute)?;
    let Kind::N(text) = value.view() else { return None };
    let number = Number::stored(text);
    // Seconds far ahead never come, and those far behind are none.
    if number.cmp(&Number::whole(1 << 40)) == Ordering::Greater {
        return None;
    }
    let seconds = text.split('.').next().and_then(|whole| whole.parse::<i64>().ok())?;
    (seconds > now.secs() - OLDEST_EXPIRY).then_some(seconds)
}

fn expire(cx: &mut Cx, layout: &Layout, (old, new): (Option<&Item>, Option<&Item>)) -> Result<()> {
    let Some(id) = layout.expiry.as_ref().map(|expiry| expiry.id) else { return Ok(()) };
    let now = cx.now();
    // An old one may have been put in when it was not yet five years behind: it is looked for all the same.
    let at = |item: Option<&Item>, now| item.and_then(|item| expiry(layout, item, now));
    let (before, after) = (at(old, Timestamp::EPOCH), at(new, now));
    if before == after {
        return Ok(());
    }
    if let (Some(before), Some(old)) = (before, old)
        && let Some(parts) = keys::stored_parts(layout, old)
    {
        cx.delete(&EXPIRIES, &(id, before, keys::item(layout.space, &parts)))?;
    }
    if let (Some(after), Some(new)) = (after, new) {
        add_expiry(cx, layout, new, (id, after))?;
    }
    Ok(())
}

/// Notes when an item expires.
pub fn add_expiry(cx: &mut Cx, layout: &Layout, item: &Item, (id, at): (i64, i64)) -> Result<()> {
    let Some(parts) = keys::stored_parts(layout, item) else { return Ok(()) };
    let key = keys::item(layout.space, &parts);
    let first = first_expiry(cx, id)?;
    let row = Expiry { at, key: service::Bytes::copy_from_slice(key.as_bytes()) };
    cx.put(&EXPIRIES, &(id, at, key), &row)?;
    if first.is_none_or(|first| at < first) {
        timers::expire_at(cx, layout.space, at)?;
    }
    Ok(())
}

/// When the first of a table's items expires.
pub fn first_expiry(view: &View, id: i64) -> Result<Option<i64>> {
    Ok(view.rows(&EXPIRIES, (id,)).next().transpose()?.map(|row| row.at))
}
