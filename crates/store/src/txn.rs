//! A write transaction: a write set over a snapshot, and the only way to change anything.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::{ArcMutexGuard, RawMutex};

use crate::CommitSeq;
use crate::blobs::{BLOB_ID_BYTES, BlobId};
use crate::error::Error;
use crate::key::{Key, KeyBuf, Span, TableId, joined};
use crate::log::record::Op;
use crate::read::{Read, Snapshot, Version};
use crate::rows::{Direction, Rows};
use crate::store::{Durability, Handle, Writer};
use crate::tree::Slot;

/// The longest key in bytes, without its table. DynamoDB's longest is 2,048 + 1,024.
pub const MAX_KEY_BYTES: usize = 8 << 10;
/// The longest value in bytes. Bodies belong into blobs.
pub const MAX_VALUE_BYTES: usize = 16 << 20;
/// The most that one transaction may write, in bytes of keys, values and attachment.
pub const MAX_TXN_BYTES: usize = 256 << 20;

/// A value up to this length is copied into a buffer of its own, so that a small row never keeps alive the large
/// buffer it was cut from.
const OWN_BUFFER_BYTES: usize = 4 << 10;

/// A write transaction. It holds the one writer's lock: keep it short, and call none of the store's other writing
/// methods while it is held. Dropping it without [`Txn::commit`] changes nothing.
pub struct Txn {
    // Given up before the handle, whose end waits for the folding thread, which may wait for the writer.
    pub(crate) writer: ArcMutexGuard<RawMutex, Writer>,
    handle: Arc<Handle>,
    pub(crate) view: Snapshot,
    pub(crate) writes: BTreeMap<Key, Slot>,
    /// What each write since the first savepoint replaced in `writes`, newest last.
    undo: Vec<(Key, Option<Slot>)>,
    savepoints: bool,
    /// Bodies that its rows name, and those that they name no more.
    bodies: Vec<Named>,
    bytes: usize,
    too_large: Option<Error>,
    /// The second of virtual time of what it commits.
    pub(crate) second: Option<i64>,
    /// Whether it has changed which history is kept.
    pub(crate) retains: bool,
    /// Ranges of whose changes no history is to be kept.
    pub(crate) forgotten: Vec<KeyBuf>,
}

/// A moment within a transaction, to which [`Txn::rollback_to`] returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Savepoint {
    undo: usize,
    bodies: usize,
    bytes: usize,
}

/// What a transaction says of a body.
#[derive(Clone, Copy)]
enum Named {
    Here(BlobId),
    NoMore(BlobId),
}

impl Txn {
    pub(crate) fn new(handle: Arc<Handle>, writer: ArcMutexGuard<RawMutex, Writer>) -> Txn {
        let view = handle.inner.snapshot();
        let (writes, undo) = (BTreeMap::new(), Vec::new());
        Txn {
            writer,
            handle,
            view,
            writes,
            undo,
            savepoints: false,
            bodies: Vec::new(),
            bytes: 0,
            too_large: None,
            second: None,
            retains: false,
            forgotten: Vec::new(),
        }
    }

    /// Sets a row. Sizes are checked when the transaction commits.
    pub fn put(&mut self, table: TableId, key: &[u8], value: impl Into<Bytes>) {
        let value = value.into();
        self.check("value", value.len(), MAX_VALUE_BYTES);
        let value = if value.len() <= OWN_BUFFER_BYTES { Bytes::copy_from_slice(&value) } else { value };
        self.write(table, key, Slot::Put(value));
    }

    /// Takes a row away. There need not be one.
    pub fn delete(&mut self, table: TableId, key: &[u8]) {
        self.write(table, key, Slot::Gone);
    }

    /// Says that a row of this transaction names a body. To be said of each: a power cut that keeps the row and loses the
    /// body takes the transaction back as a whole then.
    pub fn name_body(&mut self, id: BlobId) {
        self.body(Named::Here(id));
    }

    /// Gives up a body whose last row this transaction takes away. Its space comes back some time after the commit has
    /// reached the disk, and a small one's with the last of its segment.
    pub fn release_body(&mut self, id: BlobId) {
        self.body(Named::NoMore(id));
    }

    fn body(&mut self, named: Named) {
        self.bytes += BLOB_ID_BYTES;
        self.check("transaction", self.bytes, MAX_TXN_BYTES);
        self.bodies.push(named);
    }

    fn write(&mut self, table: TableId, key: &[u8], slot: Slot) {
        self.check("key", key.len(), MAX_KEY_BYTES);
        let value_bytes = if let Slot::Put(value) = &slot { value.len() } else { 0 };
        self.bytes += key.len() + value_bytes;
        self.check("transaction", self.bytes, MAX_TXN_BYTES);
        let key = joined(table, key, |key| Key::from(key));
        if self.savepoints {
            let old = self.writes.insert(key.clone(), slot);
            self.undo.push((key, old));
        } else {
            self.writes.insert(key, slot);
        }
    }

    fn check(&mut self, what: &'static str, bytes: usize, limit: usize) {
        if bytes > limit {
            self.too_large.get_or_insert(Error::TooLarge { what, bytes, limit });
        }
    }

    /// Notes this moment.
    pub fn savepoint(&mut self) -> Savepoint {
        self.savepoints = true;
        Savepoint { undo: self.undo.len(), bodies: self.bodies.len(), bytes: self.bytes }
    }

    /// Takes back all writes since `savepoint`, which stays good; later ones are void.
    pub fn rollback_to(&mut self, savepoint: Savepoint) {
        while self.undo.len() > savepoint.undo {
            match self.undo.pop() {
                Some((key, Some(old))) => drop(self.writes.insert(key, old)),
                Some((key, None)) => drop(self.writes.remove(&key)),
                None => break,
            }
        }
        self.bodies.truncate(savepoint.bodies);
        self.bytes = savepoint.bytes;
    }

    /// Whether it has written nothing yet.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }

    /// The last commit that it sees.
    pub fn base_seq(&self) -> CommitSeq {
        self.view.seq()
    }

    /// The rows as they were before this transaction.
    pub fn before(&self) -> &Snapshot {
        &self.view
    }

    /// The rows as this transaction sees them now, its own writes included, to be read apart from it. What it costs
    /// grows with what was written, not with what there is.
    pub fn freeze(&self) -> Snapshot {
        let mut layers = self.view.0.layers.clone();
        for (key, slot, below) in judged(self.writes.clone(), &self.view) {
            layers.active.apply(key, slot, below);
        }
        Snapshot(Arc::new(Version { seq: self.view.0.seq, layers }))
    }

    /// Makes the writes visible and durable, together with `attachment`, an opaque record that rides in the same
    /// append to the log. With nothing to write it costs nothing and answers with the last commit.
    ///
    /// With [`Durability::Fsync`] it returns when the disk has the commit, and other readers may see it a moment
    /// before. An [`Error::Poisoned`] there leaves open whether the commit was kept; any other error means that it
    /// was not.
    pub fn commit(mut self, attachment: &[u8]) -> Result<CommitSeq, Error> {
        if self.writes.is_empty() && self.bodies.is_empty() && attachment.is_empty() {
            return Ok(self.view.seq());
        }
        self.check("transaction", self.bytes + attachment.len(), MAX_TXN_BYTES);
        if let Some(error) = self.too_large.take() {
            return Err(error);
        }
        let retained = self.keep_history()?;
        let named = self.handle.inner.take_new_tables(&mut self.writes);
        let Txn { mut writer, handle, view, writes, bodies, .. } = self;
        let inner = &handle.inner;
        let appended = writer.append(attachment, ops(&writes).chain(bodies.iter().map(|named| named.op())));
        let seq = appended.inspect_err(|_| inner.give_back_tables(named))?;
        writer.retained = retained;
        let writes = judged(writes, &view);
        // Without its own view in the way, the rows are changed in place unless a reader holds them.
        drop(view);
        inner.apply(writes, seq);
        inner.after_commit(&mut writer);
        drop(writer);
        bodies.iter().for_each(|named| {
            if let Named::NoMore(id) = named {
                inner.blobs.release(*id);
            }
        });
        if inner.durability() == Durability::Fsync {
            inner.sync_to(seq)?;
        }
        Ok(CommitSeq(seq))
    }
}

impl Named {
    fn op(self) -> Op<'static> {
        match self {
            Named::Here(body) => Op::Names { body },
            Named::NoMore(body) => Op::Releases { body },
        }
    }
}

fn ops(writes: &BTreeMap<Key, Slot>) -> impl Iterator<Item = Op<'_>> {
    writes.iter().map(|(key, slot)| match slot {
        Slot::Put(value) => Op::Put { key, value },
        Slot::Gone => Op::Delete { key },
    })
}

/// Each write, and for a deletion whether a lower layer has a row to hide.
fn judged(writes: BTreeMap<Key, Slot>, view: &Snapshot) -> Vec<(Key, Slot, bool)> {
    let judge = |(key, slot): (Key, Slot)| {
        let below = slot == Slot::Gone && view.0.layers.below(&key);
        (key, slot, below)
    };
    writes.into_iter().map(judge).collect()
}

impl Read for Txn {
    fn get(&self, table: TableId, key: &[u8]) -> Result<Option<Bytes>, Error> {
        joined(table, key, |key| match self.writes.get(key) {
            Some(Slot::Put(value)) => Ok(Some(value.clone())),
            Some(Slot::Gone) => Ok(None),
            None => self.view.0.layers.get(key),
        })
    }

    fn range(&self, table: TableId, from: Bound<&[u8]>, to: Bound<&[u8]>, direction: Direction) -> Rows<'_> {
        let Some(span) = Span::of(table, from, to) else { return Rows::none() };
        self.rows(span, direction)
    }

    fn prefix(&self, table: TableId, prefix: &[u8], direction: Direction) -> Rows<'_> {
        self.rows(Span::prefix(table, prefix), direction)
    }
}

impl Txn {
    fn rows(&self, span: Span, direction: Direction) -> Rows<'_> {
        let writes = || self.writes.range::<[u8], (Bound<&[u8]>, Bound<&[u8]>)>(span.as_slices());
        let writes = (!self.writes.is_empty()).then(writes);
        Rows::new(&self.view.0.layers, writes, span, direction)
    }

    /// Takes away every row whose key begins with `prefix`, and says how many there were.
    pub fn clear_prefix(&mut self, table: TableId, prefix: &[u8]) -> Result<u64, Error> {
        let keys = self.prefix(table, prefix, Direction::Forward).map(|row| row.map(|(key, _)| key));
        let keys = keys.collect::<Result<Vec<_>, _>>()?;
        keys.iter().for_each(|key| self.delete(table, key));
        Ok(keys.len() as u64)
    }
}
