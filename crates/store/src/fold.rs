//! Folding: rows in memory go down into the base, and the log that held them is dropped.
//!
//! 1. *Freeze*, under the writer's lock: the log begins a new segment and the active rows become the frozen ones, so
//!    the closed segments hold exactly what is frozen or older.
//! 2. *Sync what follows* the closed segments, and the bodies that rows name: the base will count on them. The closed
//!    segments themselves need not reach the disk, and mostly never do.
//! 3. *Hand over* the attachments of the closed segments.
//! 4. *Write* the frozen rows to the base, with a note of how far it has come, in one durable transaction. A crash before
//!    its end finds the base as it was, and as much of the log as the disk has.
//! 5. *Install* the new base in place of the frozen rows, *drop* the closed segments.
//!
//! The thread is started by the first commit that needs it, and sleeps until the next one does.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use parking_lot::{Condvar, Mutex};

use crate::base::{self, Base};
use crate::error::Error;
use crate::layers::Frozen;
use crate::log::record::{Bad, decode};
use crate::log::{HEADER_BYTES, segment_numbers, segment_path};
use crate::store::{CommitSeq, Inner, Place, Store, Writer};

/// Writers wait when so many times the folding threshold is unfolded: the memory for it must end somewhere.
const BEHIND: u64 = 8;

/// A segment is read in pieces of this size when its attachments are handed over.
const PIECE_BYTES: usize = 1 << 20;

/// So much of the log is replayed in some five milliseconds.
const QUICK_REPLAY_BYTES: u64 = 1 << 20;

/// The folding thread and what it is asked to do.
#[derive(Default)]
pub(crate) struct Folder {
    state: Mutex<FolderState>,
    changed: Condvar,
    behind: AtomicBool,
    stopping: AtomicBool,
}

#[derive(Default)]
struct FolderState {
    wanted: bool,
    busy: bool,
    thread: Option<JoinHandle<()>>,
    error: Option<String>,
}

impl Folder {
    pub(crate) fn error(&self) -> Option<String> {
        self.state.lock().error.clone()
    }

    pub(crate) fn wait_if_behind(&self) {
        if self.behind.load(Ordering::Acquire) {
            let mut state = self.state.lock();
            while state.wanted || state.busy {
                self.changed.wait(&mut state);
            }
            self.behind.store(false, Ordering::Release);
        }
    }

    pub(crate) fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
        let mut state = self.state.lock();
        let thread = state.thread.take();
        self.changed.notify_all();
        drop(state);
        if let Some(thread) = thread {
            // A panic there has been reported there.
            let _ = thread.join();
        }
    }

    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }

    fn is_at_work(&self) -> bool {
        let state = self.state.lock();
        state.wanted || state.busy
    }
}

impl Store {
    /// Folds all commits so far into the base, now and on this thread. Not to be called while holding a transaction.
    pub fn checkpoint(&self) -> Result<(), Error> {
        let inner = &self.handle.inner;
        if inner.place.is_none() {
            return Ok(());
        }
        // What is frozen already goes first.
        inner.fold(&|| false)?;
        inner.freeze(&mut inner.writer.lock())?;
        inner.fold(&|| false)
    }
}

impl Store {
    /// Makes ready for the end of the process: brings everything to the disk, and folds if the log has grown so long
    /// that replaying it would slow the next start. Not to be called while holding a transaction.
    pub fn settle(&self) -> Result<(), Error> {
        let unfolded = self.handle.inner.writer.lock().log.as_ref().map_or(0, |log| log.unfolded);
        if unfolded > QUICK_REPLAY_BYTES { self.checkpoint() } else { self.sync() }
    }
}

impl Inner {
    /// Sees to it, after a commit, that the rows in memory do not outgrow their bound.
    pub(crate) fn after_commit(self: &Arc<Self>, writer: &mut Writer) {
        let threshold = self.options.fold_after_bytes as u64;
        let unfolded = writer.log.as_ref().map_or(0, |log| log.unfolded);
        if unfolded < threshold.max(writer.retry_at) || self.place.is_none() {
            return;
        }
        if self.folder.is_at_work() {
            if unfolded > threshold.saturating_mul(BEHIND) {
                self.folder.behind.store(true, Ordering::Release);
            }
            return;
        }
        // Should this fail, on a full disk say, it is tried again some commits later and not at each.
        writer.retry_at = unfolded + threshold / 4;
        let frozen = self.freeze(writer);
        if frozen.is_ok() {
            self.ask_for_fold();
        }
        self.folder.state.lock().error = frozen.err().map(|error| error.to_string());
    }

    /// Freezes the active rows, unless there is nothing new or others are still frozen.
    fn freeze(&self, writer: &mut Writer) -> Result<(), Error> {
        let Some(log) = &mut writer.log else { return Ok(()) };
        if log.unfolded == 0 || self.shared.lock().layers.frozen.is_some() {
            return Ok(());
        }
        let segment = log.rotate()?;
        let (seq, attached) = (log.seq(), std::mem::take(&mut log.attached));
        log.unfolded = 0;
        writer.retry_at = 0;
        let mut shared = self.shared.lock();
        let stale = shared.cached.take();
        let overlay = std::mem::take(&mut shared.layers.active);
        shared.layers.frozen = Some(Arc::new(Frozen { overlay, seq, segment, attached }));
        drop(shared);
        drop(stale);
        Ok(())
    }

    fn ask_for_fold(self: &Arc<Self>) {
        let mut state = self.folder.state.lock();
        if self.folder.is_stopping() {
            return;
        }
        if state.thread.is_none() {
            let inner = self.clone();
            match std::thread::Builder::new().name("fold".to_owned()).spawn(move || inner.run_folder()) {
                Ok(thread) => state.thread = Some(thread),
                Err(error) => {
                    state.error = Some(format!("no thread to fold on: {error}"));
                    return;
                }
            }
        }
        state.wanted = true;
        self.folder.changed.notify_all();
    }

    fn run_folder(self: Arc<Self>) {
        loop {
            let mut state = self.folder.state.lock();
            while !state.wanted && !self.folder.is_stopping() {
                self.folder.changed.wait(&mut state);
            }
            if self.folder.is_stopping() {
                state.wanted = false;
                self.folder.changed.notify_all();
                return;
            }
            (state.wanted, state.busy) = (false, true);
            drop(state);
            let done = self.fold(&|| self.folder.is_stopping());
            let again = done.is_ok() && self.freeze_if_due();
            let mut state = self.folder.state.lock();
            state.error = done.err().map(|error| error.to_string());
            (state.wanted, state.busy) = (again, false);
            self.folder.changed.notify_all();
        }
    }

    /// Freezes what has come in during a long fold, since nobody may commit again for hours.
    fn freeze_if_due(&self) -> bool {
        let mut writer = self.writer.lock();
        let due = writer.log.as_ref().is_some_and(|log| log.unfolded >= self.options.fold_after_bytes as u64);
        due && self.freeze(&mut writer).is_ok()
    }

    /// Folds the frozen rows, if there are any.
    fn fold(&self, stop: &dyn Fn() -> bool) -> Result<(), Error> {
        let Some(place) = &self.place else { return Ok(()) };
        let _turn = self.folding.lock();
        let (frozen, old, epoch, generation) = {
            let mut shared = self.shared.lock();
            let Some(frozen) = shared.layers.frozen.clone() else { return Ok(()) };
            let old = shared.layers.base.clone();
            // After a wipe there is no base above which to fold, and a fresh file is quicker than an empty old one.
            shared.generation += u64::from(old.is_none());
            let generation = old.as_ref().map_or(shared.generation, |base| base.generation);
            (frozen, old, shared.epoch, generation)
        };
        let behind = self.sync_behind(place, frozen.segment)?;
        let folded = self.hand_over_all(place, &frozen);
        let folded = folded.and_then(|()| self.fold_into(place, &frozen, old.as_deref(), generation, stop));
        let new = match folded {
            Ok(Some(new)) => new,
            other => {
                self.blobs.give_back(behind.released);
                return other.map(drop);
            }
        };
        let mut shared = self.shared.lock();
        if shared.epoch == epoch {
            let stale = (shared.cached.take(), shared.layers.frozen.take(), shared.layers.base.take());
            shared.layers.base = Some(Arc::new(new));
            drop(shared);
            drop(stale);
        } else {
            drop(shared);
        }
        if let Some(log) = &mut self.writer.lock().log {
            log.drop_closed(frozen.segment);
        }
        self.count_on(place, behind);
        self.drop_old(place, &frozen, generation)
    }

    /// Gives the attachments of the closed segments to the sink, unless it has them, and has it bring them to the disk.
    fn hand_over_all(&self, place: &Place, frozen: &Frozen) -> Result<(), Error> {
        let Some(sink) = &self.options.attachments else { return Ok(()) };
        if frozen.attached.are_in(&**sink, CommitSeq(frozen.seq)) {
            return sink.flush().map_err(Error::Attachments);
        }
        let numbers = closed_segments(place, frozen)?;
        numbers.into_iter().try_for_each(|number| hand_over(place, &segment_path(&place.dir, number), &**sink))
    }

    /// The base with the frozen rows in it; `None` when told to stop.
    fn fold_into(
        &self,
        place: &Place,
        frozen: &Frozen,
        old: Option<&Base>,
        generation: u64,
        stop: &dyn Fn() -> bool,
    ) -> Result<Option<Base>, Error> {
        let database = match old {
            Some(base) => base.database(),
            None => Arc::new(place.bases.database(generation)?),
        };
        let all = crate::key::Span::all();
        let rows = frozen.overlay.tree.range(&all, false);
        match base::fold(&database, rows, frozen.seq, stop) {
            Ok(true) => {
                if old.is_none() {
                    // Before the log lets go of anything, the new file's name must outlast a power cut too.
                    let dir = place.dir.clone();
                    place.disk.sync_dir(&place.dir).map_err(|source| Error::File { path: dir, source })?;
                }
                place.bases.view(database, generation)
            }
            Ok(false) => Ok(None),
            Err(failed) => {
                drop(database);
                match old {
                    Some(_) if failed.latched => self.reopen_base(place, generation),
                    Some(_) => {}
                    None => drop(place.disk.remove(&base::path(&place.dir, generation))),
                }
                Err(failed.error)
            }
        }
    }

    /// redb answers nothing more after a failed write, reads neither: put a fresh handle in its place. The frozen
    /// rows cover whatever part of them the file has already taken. Snapshots taken before this read errors.
    fn reopen_base(&self, place: &Place, generation: u64) {
        let reopened = place.bases.database(generation);
        let reopened = reopened.and_then(|database| place.bases.view(Arc::new(database), generation));
        if let Ok(Some(base)) = reopened {
            let mut shared = self.shared.lock();
            if shared.layers.base.as_ref().is_some_and(|old| old.generation == generation) {
                let stale = (shared.cached.take(), shared.layers.base.replace(Arc::new(base)));
                drop(shared);
                drop(stale);
            }
        }
    }

    /// Drops what the base of this generation makes superfluous: closed segments and other bases.
    fn drop_old(&self, place: &Place, frozen: &Frozen, generation: u64) -> Result<(), Error> {
        for number in closed_segments(place, frozen)? {
            let path = segment_path(&place.dir, number);
            place.disk.remove(&path).map_err(|source| Error::File { path, source })?;
        }
        let names = place.disk.list(&place.dir).map_err(|source| Error::File { path: place.dir.clone(), source })?;
        for other in base::generations(&names).into_iter().filter(|other| *other != generation) {
            let path = base::path(&place.dir, other);
            place.disk.remove(&path).map_err(|source| Error::File { path, source })?;
        }
        Ok(())
    }
}

fn closed_segments(place: &Place, frozen: &Frozen) -> Result<Vec<u64>, Error> {
    let log_dir = place.dir.join("log");
    let names = place.disk.list(&log_dir).map_err(|source| Error::File { path: log_dir, source })?;
    Ok(segment_numbers(&names).into_iter().filter(|number| *number <= frozen.segment).collect())
}

/// Gives a segment's attachments to the sink, a piece at a time.
fn hand_over(place: &Place, path: &Path, sink: &dyn crate::AttachmentSink) -> Result<(), Error> {
    let (mut offset, mut bytes) = (HEADER_BYTES as u64, Vec::new());
    loop {
        let more = place.disk.read_at(path, offset, PIECE_BYTES);
        let more = more.map_err(|source| Error::File { path: path.to_owned(), source })?;
        offset += more.len() as u64;
        bytes.extend_from_slice(&more);
        let given = give(&bytes, sink).map_err(Error::Attachments)?;
        bytes.drain(..given);
        if more.is_empty() {
            // The last record ends where the segment does.
            let whole = if bytes.is_empty() { sink.flush() } else { Err(unreadable()) };
            return whole.map_err(Error::Attachments);
        }
    }
}

/// Gives the attachments of the records that are whole to the sink, and tells how many bytes these were.
fn give(bytes: &[u8], sink: &dyn crate::AttachmentSink) -> std::io::Result<usize> {
    let mut given = 0;
    loop {
        let record = match decode(&bytes[given..]) {
            Ok(record) => record,
            Err(Bad::Cut) => return Ok(given),
            Err(Bad::Wrong(_)) => return Err(unreadable()),
        };
        if !record.attachment.is_empty() {
            sink.attachment(CommitSeq(record.seq), record.attachment)?;
        }
        given += record.length;
    }
}

fn unreadable() -> std::io::Error {
    let what = "a record of the log cannot be read any more";
    std::io::Error::new(std::io::ErrorKind::InvalidData, what)
}
