//! A saved state in the place of the present one, in one commit.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;

use crate::error::{Error, OpenError};
use crate::export::{KEY_TOO_SHORT, NO_SNAPSHOT, Progress, ROWS_MISSING, import, unloaded};
use crate::history::Retained;
use crate::key::{Key, TABLE_BYTES, TableId, join};
use crate::layers::Layers;
use crate::log::record::{Op, Record};
use crate::shipped::Arrivals;
use crate::store::{CommitSeq, Durability, Inner, Store};
use crate::tables::{CATALOGUE, HISTORY, RETAINED};
use crate::tree::Slot;
use crate::txn::MAX_TXN_BYTES;

impl Store {
    /// Puts the rows of a file that [`Store::save`] wrote in the place of all rows, with their bodies. The file is read and
    /// checked first, beside all readers and writers; then one commit changes everything, so that a reader, and a crash,
    /// finds the old state or the new one. Tables keep the numbers that they have here. Progress in bytes of the file.
    ///
    /// # Errors
    /// A file that cannot be read whole, or rows of more than [`MAX_TXN_BYTES`]: such a state is for a directory of its
    /// own ([`Store::load`]). Nothing is changed then.
    pub fn replace(&self, from: &Path, attachment: &[u8], progress: Progress<'_>) -> Result<CommitSeq, OpenError> {
        let inner = &self.handle.inner;
        let failed = |error: Error| unloaded(from, error);
        let mut incoming = Incoming::new(inner, self.blobs().arrivals().map_err(failed)?);
        import(&*self.disk(), from, progress, &mut |record| incoming.record(record))?;
        let before = self.blobs().settled().map_err(failed)?;
        let Incoming { rows, bodies, .. } = incoming;
        let kept = bodies.settle().map_err(failed)?;
        // Those that were here before may not have reached the disk yet, and the record to come does not say which they are.
        inner.sync_all().map_err(failed)?;
        let seq = inner.replace(rows, attachment).map_err(failed)?;
        // The old bodies may go once the commit that gave them up cannot be lost.
        if inner.sync_all().is_ok() {
            let gone: BTreeSet<u64> = before.difference(&kept).copied().collect();
            self.blobs().retire(&gone);
        }
        Ok(CommitSeq(seq))
    }
}

/// Rows of a file, as they will be here.
struct Incoming<'a> {
    inner: &'a Arc<Inner>,
    rows: BTreeMap<Key, Bytes>,
    bodies: Arrivals,
    /// The file's tables that have a name, by number, with their numbers here.
    tables: BTreeMap<u16, TableId>,
    count: u64,
    bytes: usize,
}

impl<'a> Incoming<'a> {
    fn new(inner: &'a Arc<Inner>, bodies: Arrivals) -> Incoming<'a> {
        Incoming { inner, rows: BTreeMap::new(), bodies, tables: BTreeMap::new(), count: 0, bytes: 0 }
    }

    /// Takes in one record; true at the end.
    fn record(&mut self, record: &Record<'_>) -> Result<bool, String> {
        for op in record.ops() {
            match op? {
                Op::Put { key, value } => self.row(key, value)?,
                Op::Body { place, offset, bytes } => self.bodies.piece(place, offset, bytes)?,
                Op::End { rows } if rows == self.count => return Ok(true),
                Op::End { .. } => return Err(ROWS_MISSING.to_owned()),
                Op::Delete { .. } | Op::Wipe | Op::Names { .. } | Op::Releases { .. } => {
                    return Err(NO_SNAPSHOT.to_owned());
                }
            }
        }
        Ok(false)
    }

    fn row(&mut self, key: &[u8], value: &[u8]) -> Result<(), String> {
        let (table, rest) = split(key)?;
        self.count += 1;
        self.bytes += key.len() + value.len();
        if self.bytes > MAX_TXN_BYTES {
            return Err(format!("its rows are more than {MAX_TXN_BYTES} bytes: load it into a directory of its own"));
        }
        if table == CATALOGUE {
            // The first rows of all, so that the number of each table to come is known.
            let name = String::from_utf8_lossy(rest).into_owned();
            let number = value.try_into().map(u16::from_be_bytes).map_err(|_| "a table has no number")?;
            self.tables.insert(number, self.inner.intern(&name));
            return Ok(());
        }
        // History names the table that it is of.
        let rest = match (table == HISTORY || table == RETAINED, rest.is_empty()) {
            (true, false) => {
                let (of, rest) = split(rest)?;
                join(self.here(of)?, rest)
            }
            _ => rest.into(),
        };
        self.rows.insert(Key::from(&join(self.here(table)?, &rest)[..]), Bytes::copy_from_slice(value));
        Ok(())
    }

    fn here(&self, table: TableId) -> Result<TableId, String> {
        match self.tables.get(&table.0) {
            Some(here) => Ok(*here),
            None if table.is_own() => Ok(table),
            None => Err(format!("table {} has no name", table.0)),
        }
    }
}

fn split(key: &[u8]) -> Result<(TableId, &[u8]), &'static str> {
    let (table, rest) = key.split_first_chunk::<TABLE_BYTES>().ok_or(KEY_TOO_SHORT)?;
    Ok((TableId(u16::from_be_bytes(*table)), rest))
}

impl Inner {
    /// Takes away every row and puts others, in one record.
    pub(crate) fn replace(self: &Arc<Self>, rows: BTreeMap<Key, Bytes>, attachment: &[u8]) -> Result<u64, Error> {
        let mut writer = self.writer.lock();
        let names = self.name_all();
        let puts = names.iter().chain(&rows).map(|(key, value)| Op::Put { key, value });
        let seq = writer.append(attachment, std::iter::once(Op::Wipe).chain(puts))?;
        self.all_named(&names);
        let mut layers = Layers::default();
        let puts = names.into_iter().chain(rows);
        puts.for_each(|(key, value)| layers.active.apply(key, Slot::Put(value), false));
        self.install(layers, seq);
        writer.retained = Retained::read(&self.snapshot())?;
        self.after_commit(&mut writer);
        drop(writer);
        if self.durability() == Durability::Fsync {
            self.sync_to(seq)?;
        }
        Ok(seq)
    }
}
