//! Work on whole tables, a few hundred items at a time: a new index is filled, expiries are noted, a table is restored,
//! and spaces that nothing can reach any more are swept.

use crate::changes::{self, add_expiry, entry, move_entry};
use crate::item::Item;
use crate::state::{
    BACKUP_ITEMS, BUILDS, BackupRow, Build, EXPIRIES, INDEX_ITEMS, ITEMS, LAYOUTS, Layout, SIZES, StoredItem, TABLES,
};
use crate::{keys, recovery};
use service::{Bytes, Cx, Direction, Edge, KeyBuf, Result, Table, Timestamp};

/// Items that one step takes.
const AT_ONCE: usize = 500;

/// The whole of a space.
pub fn whole(space: i64) -> (Edge, Edge) {
    keys::segment(space, 0, 1)
}

/// Begins work on a part of a table: an index by its space, or expiries by their id. A small table is done at once.
pub fn begin(cx: &mut Cx, space: i64, part: i64) -> Result<()> {
    cx.put(&BUILDS, &(space, part), &Build { space, part, ..Build::default() })?;
    step(cx, space, part)
}

/// Begins to restore a backup's items.
pub fn begin_of_backup(cx: &mut Cx, space: i64, backup: &BackupRow) -> Result<()> {
    let from_items = backup.expires_at.is_some().then_some(true);
    cx.put(&BUILDS, &(space, 0), &Build { space, from: backup.space, from_items, ..Build::default() })?;
    step(cx, space, 0)
}

/// Begins to restore another table's items as they were at a moment that is kept.
pub fn begin_of_past(cx: &mut Cx, space: i64, from: i64, at: Timestamp) -> Result<()> {
    cx.put(&BUILDS, &(space, 0), &Build { space, from, at: Some(at), ..Build::default() })?;
    step(cx, space, 0)
}

/// Ends at once what is being restored of a space, before that is forgotten.
pub fn end_of(cx: &mut Cx, from: i64) -> Result<()> {
    let all: Vec<Build> = cx.rows(&BUILDS, ()).collect::<Result<_>>()?;
    for build in all.into_iter().filter(|build| build.part == 0 && build.from == from) {
        while cx.has(&BUILDS, &(build.space, build.part))? {
            step(cx, build.space, build.part)?;
        }
    }
    Ok(())
}

/// Does the next step, and has the one after it done soon.
pub fn step(cx: &mut Cx, space: i64, part: i64) -> Result<()> {
    let Some(build) = cx.get(&BUILDS, &(space, part))? else { return Ok(()) };
    let Some(layout) = cx.get(&LAYOUTS, &space)? else {
        cx.delete(&BUILDS, &(space, part))?;
        return Ok(());
    };
    let done = if part == 0 { restore(cx, &layout, build)? } else { fill(cx, &layout, build)? };
    if done {
        cx.delete(&BUILDS, &(space, part))?;
        return finish(cx, layout, part);
    }
    cx.set_timer(&format!("build/{space}/{part}"), cx.now())
}

fn finish(cx: &mut Cx, mut layout: Layout, part: i64) -> Result<()> {
    if part == 0 {
        if let Some(mut table) = cx.get(&TABLES, layout.table.as_str())? {
            table.building = false;
            cx.put(&TABLES, layout.table.as_str(), &table)?;
        }
        return Ok(());
    }
    if let Some(index) = layout.indexes.iter_mut().find(|index| index.space == part) {
        index.backfilling = false;
        cx.put(&LAYOUTS, &layout.space, &layout)?;
    }
    Ok(())
}

fn next(cx: &Cx, table: &Table<KeyBuf, StoredItem>, space: i64, after: Option<&Bytes>) -> Result<Vec<StoredItem>> {
    let (start, end) = whole(space);
    let start = match after {
        Some(after) => {
            let mut key = KeyBuf::default();
            key.raw(after);
            Edge::Behind(key)
        }
        None => start,
    };
    cx.range(table, (&start, &end), Direction::Forward).take(AT_ONCE).collect()
}

/// The same of a table's items as they were.
fn next_of_past(cx: &Cx, space: i64, (after, at): (Option<&Bytes>, Timestamp)) -> Result<Vec<StoredItem>> {
    let past = cx.at(at)?;
    let whole = keys::space(space);
    let mut from = KeyBuf::default();
    match after {
        // No key is the beginning of another: one byte more is behind this one and before all that follow.
        Some(after) => {
            from.raw(after);
            from.raw(&[0]);
        }
        None => from.raw(whole.as_bytes()),
    }
    past.rows_from(&ITEMS, whole, from).take(AT_ONCE).collect()
}

fn key_of(layout: &Layout, space: i64, item: &Item) -> KeyBuf {
    keys::stored_parts(layout, item).map(|parts| keys::item(space, &parts)).unwrap_or_default()
}

/// Keeps how far a build has come, and tells whether it is done.
fn keep(cx: &mut Cx, mut build: Build, last: Option<KeyBuf>, count: usize) -> Result<bool> {
    if let Some(last) = last {
        build.after = Some(Bytes::copy_from_slice(last.as_bytes()));
        cx.put(&BUILDS, &(build.space, build.part), &build)?;
    }
    Ok(count < AT_ONCE)
}

fn fill(cx: &mut Cx, layout: &Layout, build: Build) -> Result<bool> {
    let rows = next(cx, &ITEMS, build.space, build.after.as_ref())?;
    let count = rows.len();
    let mut last = None;
    let index = layout.indexes.iter().find(|index| index.space == build.part);
    for row in rows {
        let item = Item(row.item);
        if let Some(index) = index {
            let after = entry(layout, index, Some(&item));
            let there = match keys::index(layout, index, &item) {
                Some(key) => cx.has(&INDEX_ITEMS, &key)?,
                None => false,
            };
            // What was written meanwhile is there already.
            if !there {
                move_entry(cx, index, None, after)?;
            }
        } else if let Some(at) = changes::expiry(layout, &item, cx.now()) {
            add_expiry(cx, layout, &item, (build.part, at))?;
        }
        last = Some(key_of(layout, build.space, &item));
    }
    keep(cx, build, last, count)
}

fn restore(cx: &mut Cx, layout: &Layout, build: Build) -> Result<bool> {
    let rows = match build.at {
        None if build.from_items == Some(true) => next(cx, &ITEMS, build.from, build.after.as_ref())?,
        None => next(cx, &BACKUP_ITEMS, build.from, build.after.as_ref())?,
        Some(at) => next_of_past(cx, build.from, (build.after.as_ref(), at))?,
    };
    let count = rows.len();
    let mut last = None;
    for row in rows {
        let item = Item(row.item.clone());
        last = Some(key_of(layout, build.from, &item));
        let key = key_of(layout, build.space, &item);
        cx.put(&ITEMS, &key, &StoredItem { space: build.space, ..row })?;
    }
    keep(cx, build, last, count)
}

/// Has a space swept that nothing can reach any more: `items`, `index`, `backup`, the `past` of its items, or `expiries` by
/// their id.
pub fn sweep(cx: &mut Cx, what: &str, space: i64) -> Result<()> {
    cx.set_timer(&format!("sweep/{what}/{space}"), cx.now())
}

/// Sweeps some of a space.
pub fn sweep_now(cx: &mut Cx, what: &str, space: i64) -> Result<()> {
    let more = match what {
        "items" => {
            cx.delete(&SIZES, &space)?;
            sweep_rows(cx, &ITEMS, space)?
        }
        "index" => {
            cx.delete(&SIZES, &space)?;
            sweep_rows(cx, &INDEX_ITEMS, space)?
        }
        "backup" => sweep_rows(cx, &BACKUP_ITEMS, space)?,
        "past" => recovery::sweep(cx, space, AT_ONCE)?,
        _ => {
            let rows: Vec<_> = cx.rows(&EXPIRIES, (space,)).take(AT_ONCE).collect::<Result<_>>()?;
            let more = rows.len() == AT_ONCE;
            for row in rows {
                let mut key = KeyBuf::default();
                key.raw(&row.key);
                cx.delete(&EXPIRIES, &(space, row.at, key))?;
            }
            more
        }
    };
    if more { sweep(cx, what, space) } else { Ok(()) }
}

fn sweep_rows(cx: &mut Cx, table: &Table<KeyBuf, StoredItem>, space: i64) -> Result<bool> {
    let (from, to) = whole(space);
    let found: Vec<KeyBuf> = cx.keys(table, (&from, &to)).take(AT_ONCE).collect::<Result<_>>()?;
    let more = found.len() == AT_ONCE;
    for key in found {
        cx.delete(table, &key)?;
    }
    Ok(more)
}
