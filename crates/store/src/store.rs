//! The store: one writer, many readers, and what is shared between them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use bytes::Bytes;
use parking_lot::{Condvar, Mutex};

use crate::base::BaseFiles;
use crate::blobs::Blobs;
use crate::disk::Disk;
use crate::error::Error;
use crate::fold::Folder;
use crate::history::Retained;
use crate::key::{Key, TableId};
use crate::layers::Layers;
use crate::log::append::Log;
use crate::log::attachments::{AttachmentSink, Attachments};
use crate::log::mark::Marker;
use crate::log::record::Op;
use crate::log::recover::TornTail;
use crate::read::{Snapshot, Version};
use crate::sync::Syncing;
use crate::tables::{self, Catalogue};
use crate::tree::Slot;
use crate::txn::Txn;

/// The number of a commit. Each is one more than that before, from 1 on, across restarts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitSeq(pub u64);

/// When a commit counts as kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// When the operating system has it: it survives the end of the process, `kill -9` too. A power cut loses a
    /// tail at most, and never the rest.
    #[default]
    Os,
    /// When the disk has it. Commits that wait at the same time share one sync.
    Fsync,
}

/// How to open a store.
#[derive(Clone)]
pub struct Options {
    /// When a commit counts as kept.
    pub durability: Durability,
    /// After how many bytes of log the rows in memory are folded into the base.
    pub fold_after_bytes: usize,
    /// How much of the base is cached, in bytes.
    pub cache_bytes: usize,
    /// Copies attachments elsewhere before the log that holds them is dropped.
    pub attachments: Option<Arc<dyn AttachmentSink>>,
}

impl Default for Options {
    fn default() -> Options {
        let (durability, fold_after_bytes, cache_bytes) = (Durability::Os, 16 << 20, 4 << 20);
        Options { durability, fold_after_bytes, cache_bytes, attachments: None }
    }
}

/// What opening a directory found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenReport {
    /// The directory was empty, and is a new store now.
    pub created: bool,
    /// The last commit that the base holds.
    pub folded: CommitSeq,
    /// How many commits were replayed from the log.
    pub replayed: u64,
    /// The end of the log that a crash had torn, and that was cut off. To be shown to the user.
    pub torn: Option<TornTail>,
}

/// Figures for `doctor` and the tests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// The last commit.
    pub seq: CommitSeq,
    /// The last commit that the base holds.
    pub folded: CommitSeq,
    /// Bytes of log that no fold has covered or begun to cover.
    pub unfolded_bytes: u64,
    /// Rows in memory, marks of deletion included, and those being folded.
    pub overlay_rows: usize,
    /// Bytes of those rows' keys and values.
    pub overlay_bytes: usize,
    /// Why the last fold failed, if it did. It is tried again as more is written.
    pub fold_error: Option<String>,
}

/// The transactional store. Clones are the same store; the directory is given back when the last one is dropped
/// and no transaction or snapshot is left.
#[derive(Clone)]
pub struct Store {
    pub(crate) handle: Arc<Handle>,
}

/// Ends the folding thread with the last clone of the store.
pub(crate) struct Handle {
    pub(crate) inner: Arc<Inner>,
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.inner.folder.stop();
    }
}

/// The hold on a directory's lock file.
pub(crate) struct DirLock {
    pub(crate) _held: Box<dyn std::any::Any + Send + Sync>,
}

/// Where a store that is kept on disk is kept.
pub(crate) struct Place {
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) dir: PathBuf,
    pub(crate) bases: BaseFiles,
    pub(crate) marker: Mutex<Marker>,
    /// The names in the directory are on the disk: an earlier process may have been killed before it saw to that.
    pub(crate) named: AtomicBool,
}

pub(crate) struct Inner {
    /// What tells this store from every other of this process.
    pub(crate) identity: u64,
    pub(crate) options: Options,
    pub(crate) place: Option<Place>,
    pub(crate) blobs: Blobs,
    pub(crate) writer: Arc<Mutex<Writer>>,
    pub(crate) shared: Mutex<Shared>,
    pub(crate) catalogue: Mutex<Catalogue>,
    pub(crate) new_tables: AtomicBool,
    pub(crate) syncing: Mutex<Syncing>,
    pub(crate) synced: Condvar,
    /// Held by whoever folds, or needs the base file to lie still.
    pub(crate) folding: Mutex<()>,
    pub(crate) folder: Folder,
    pub(crate) report: OpenReport,
}

/// What the writer's lock guards.
pub(crate) struct Writer {
    /// `None` when nothing is kept.
    pub(crate) log: Option<Log>,
    pub(crate) seq: u64,
    /// After a failed fold: the unfolded bytes at which to try again.
    pub(crate) retry_at: u64,
    /// Of which ranges history is kept.
    pub(crate) retained: Retained,
}

impl Writer {
    pub(crate) fn append<'a>(&mut self, attachment: &[u8], ops: impl Iterator<Item = Op<'a>>) -> Result<u64, Error> {
        self.seq = match &mut self.log {
            Some(log) => log.append(attachment, ops)?,
            None => self.seq + 1,
        };
        Ok(self.seq)
    }
}

/// The present state, from which snapshots are taken. Its lock is held for moments only.
#[derive(Default)]
pub(crate) struct Shared {
    pub(crate) layers: Layers,
    pub(crate) seq: u64,
    /// The snapshot of the present state, once somebody has asked for it.
    pub(crate) cached: Option<Arc<Version>>,
    /// Rises with every wipe, so that a fold begun before knows that its base is out of date.
    pub(crate) epoch: u64,
    /// The highest number that a base file has had.
    pub(crate) generation: u64,
}

/// With more writes than this, a transaction is applied to a copy, so that readers are not kept waiting.
const LARGE_TXN: usize = 64;

/// What a store is put together from.
pub(crate) struct Pieces {
    pub(crate) options: Options,
    /// `None` in memory.
    pub(crate) place: Option<Place>,
    pub(crate) blobs: Blobs,
    pub(crate) writer: Writer,
    pub(crate) shared: Shared,
    pub(crate) report: OpenReport,
}

impl Store {
    /// A store that keeps nothing: all in memory, gone with the process.
    pub fn memory() -> Store {
        let writer = Writer { log: None, seq: 0, retry_at: 0, retained: Retained::default() };
        let blobs = Blobs::memory();
        let (options, shared, report) = (Options::default(), Shared::default(), OpenReport::default());
        Store::assemble(Pieces { options, place: None, blobs, writer, shared, report })
    }

    pub(crate) fn assemble(pieces: Pieces) -> Store {
        let Pieces { options, place, blobs, writer, shared, report } = pieces;
        static STORES: AtomicU64 = AtomicU64::new(0);
        let inner = Inner {
            identity: STORES.fetch_add(1, Ordering::Relaxed),
            options,
            place,
            blobs,
            writer: Arc::new(Mutex::new(writer)),
            shared: Mutex::new(shared),
            catalogue: Mutex::new(Catalogue::default()),
            new_tables: AtomicBool::new(false),
            syncing: Mutex::new(Syncing::default()),
            synced: Condvar::new(),
            folding: Mutex::new(()),
            folder: Folder::default(),
            report,
        };
        Store { handle: Arc::new(Handle { inner: Arc::new(inner) }) }
    }

    /// The table of this name: the same number every time, in every run on this directory.
    pub fn table(&self, name: &'static str) -> TableId {
        let inner = &self.handle.inner;
        tables::remembered(inner.identity, name, || inner.intern(name))
    }

    /// All tables that have ever been named, by name.
    pub fn tables(&self) -> Vec<(String, TableId)> {
        self.handle.inner.catalogue.lock().all()
    }

    /// All rows as they are now. Cheap, and never in the writer's way.
    pub fn snapshot(&self) -> Snapshot {
        self.handle.inner.snapshot()
    }

    /// Begins a write transaction, when the one before has ended. Waits for the folding thread when the rows in
    /// memory have outgrown it by far.
    pub fn begin(&self) -> Txn {
        let inner = &self.handle.inner;
        inner.folder.wait_if_behind();
        let writer = inner.writer.lock_arc();
        Txn::new(self.handle.clone(), writer)
    }

    /// Brings every commit so far to the disk. Not to be called while holding a transaction.
    pub fn sync(&self) -> Result<(), Error> {
        let inner = &self.handle.inner;
        inner.sync_all()
    }

    /// Takes away every row and body, durably; tables keep their numbers. Costs one append, however many rows there were.
    pub fn clear(&self) -> Result<CommitSeq, Error> {
        let inner = &self.handle.inner;
        let bodies = self.blobs().settled()?;
        let seq = inner.wipe()?;
        if !bodies.is_empty() {
            // They go once the commit that gave them up cannot be lost.
            inner.sync_all()?;
            self.blobs().retire(&bodies);
        }
        Ok(CommitSeq(seq))
    }

    /// Takes away every row of `table` whose key begins with `prefix`, and says how many there were.
    pub fn clear_prefix(&self, table: TableId, prefix: &[u8]) -> Result<u64, Error> {
        let mut txn = self.begin();
        let count = txn.clear_prefix(table, prefix)?;
        txn.commit(&[]).map(|_| count)
    }

    /// The attachments after `since` that the log still holds, oldest first. In memory there are none.
    pub fn attachments(&self, since: CommitSeq) -> Result<Attachments, Error> {
        let inner = &self.handle.inner;
        let end = inner.writer.lock().log.as_ref().map(Log::end);
        match (&inner.place, end) {
            (Some(place), Some(end)) => Attachments::read(place.disk.clone(), &place.dir, end, since.0),
            _ => Ok(Attachments::none()),
        }
    }

    /// The bodies that rows name.
    pub fn blobs(&self) -> &Blobs {
        &self.handle.inner.blobs
    }

    /// What opening the directory found.
    pub fn open_report(&self) -> &OpenReport {
        &self.handle.inner.report
    }

    /// Figures of the present state.
    pub fn stats(&self) -> Stats {
        let inner = &self.handle.inner;
        let unfolded_bytes = inner.writer.lock().log.as_ref().map_or(0, |log| log.unfolded);
        let shared = inner.shared.lock();
        let frozen = shared.layers.frozen.as_ref().map(|frozen| &frozen.overlay);
        let overlays = || [Some(&shared.layers.active), frozen].into_iter().flatten();
        Stats {
            seq: CommitSeq(shared.seq),
            folded: CommitSeq(shared.layers.base.as_ref().map_or(0, |base| base.folded)),
            unfolded_bytes,
            overlay_rows: overlays().map(|overlay| overlay.tree.len()).sum(),
            overlay_bytes: overlays().map(|overlay| overlay.bytes).sum(),
            fold_error: inner.folder.error(),
        }
    }
}

impl Inner {
    pub(crate) fn durability(&self) -> Durability {
        // Without a log there is nothing to wait for.
        if self.place.is_some() { self.options.durability } else { Durability::Os }
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        let mut shared = self.shared.lock();
        if let Some(version) = &shared.cached {
            return Snapshot(version.clone());
        }
        let version = Arc::new(Version { seq: shared.seq, layers: shared.layers.clone() });
        shared.cached = Some(version.clone());
        Snapshot(version)
    }

    /// Adds the rows of tables named since the last commit, and says which they are.
    pub(crate) fn take_new_tables(&self, writes: &mut BTreeMap<Key, Slot>) -> Vec<String> {
        if !self.new_tables.swap(false, Ordering::AcqRel) {
            return Vec::new();
        }
        let mut catalogue = self.catalogue.lock();
        let names = catalogue.take_unwritten();
        writes.extend(names.iter().filter_map(|name| catalogue.row(name)));
        names
    }

    /// The commit that was to name these tables has failed; the next one will.
    pub(crate) fn give_back_tables(&self, names: Vec<String>) {
        if !names.is_empty() {
            self.catalogue.lock().give_back(names);
            self.new_tables.store(true, Ordering::Release);
        }
    }

    /// Makes a commit visible. Only the holder of the writer's lock may call it.
    pub(crate) fn apply(&self, writes: Vec<(Key, Slot, bool)>, seq: u64) {
        if writes.len() <= LARGE_TXN {
            let mut shared = self.shared.lock();
            let stale = shared.cached.take();
            // Its last holder frees its nodes, and as long as it has them they are copied instead of changed.
            drop(stale);
            writes.into_iter().for_each(|(key, slot, below)| shared.layers.active.apply(key, slot, below));
            shared.seq = seq;
            return;
        }
        // No other writer can come between, and a fold leaves the active rows alone.
        let mut active = self.shared.lock().layers.active.clone();
        writes.into_iter().for_each(|(key, slot, below)| active.apply(key, slot, below));
        let mut shared = self.shared.lock();
        let stale = (shared.cached.take(), std::mem::replace(&mut shared.layers.active, active));
        shared.seq = seq;
        drop(shared);
        drop(stale);
    }

    fn wipe(self: &Arc<Self>) -> Result<u64, Error> {
        self.replace(BTreeMap::new(), &[])
    }

    /// The number of a table, here.
    pub(crate) fn intern(&self, name: &str) -> TableId {
        let mut catalogue = self.catalogue.lock();
        let table = catalogue.intern(name);
        self.new_tables.store(catalogue.has_unwritten(), Ordering::Release);
        table
    }

    /// The rows that name all tables. The holder of the writer's lock is about to write them.
    pub(crate) fn name_all(&self) -> BTreeMap<Key, Bytes> {
        let rows = self.catalogue.lock().rows();
        let put = |(key, slot)| match slot {
            Slot::Put(value) => Some((key, value)),
            Slot::Gone => None,
        };
        rows.into_iter().filter_map(put).collect()
    }

    /// Those rows have been written.
    pub(crate) fn all_named(&self, names: &BTreeMap<Key, Bytes>) {
        let mut catalogue = self.catalogue.lock();
        let unwritten = catalogue.take_unwritten();
        // One may have been named since.
        let left =
            unwritten.into_iter().filter(|name| catalogue.row(name).is_some_and(|(key, _)| !names.contains_key(&key)));
        let left: Vec<String> = left.collect();
        self.new_tables.store(!left.is_empty(), Ordering::Release);
        catalogue.give_back(left);
    }

    /// Makes other layers the present state. Only the holder of the writer's lock may call it.
    pub(crate) fn install(&self, layers: Layers, seq: u64) {
        let mut shared = self.shared.lock();
        let stale = (shared.cached.take(), std::mem::replace(&mut shared.layers, layers));
        shared.epoch += 1;
        shared.seq = seq;
        drop(shared);
        drop(stale);
    }
}
