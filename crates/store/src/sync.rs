//! Bringing the log and the bodies to the disk. One thread does it at a time, and all who wait share what it did.

use std::sync::atomic::Ordering;

use crate::blobs::BlobId;
use crate::error::Error;
use crate::log::mark::Position;
use crate::store::{Inner, Place};

#[derive(Default)]
pub(crate) struct Syncing {
    pub(crate) synced: u64,
    pub(crate) busy: bool,
}

/// How far the log has been brought to the disk.
pub(crate) struct Behind {
    pub(crate) end: Position,
    pub(crate) seq: u64,
    /// Bodies that were given up before.
    pub(crate) released: Vec<BlobId>,
}

impl Inner {
    /// Returns when every commit up to `seq` is on the disk. Waiters share a sync.
    pub(crate) fn sync_to(&self, seq: u64) -> Result<(), Error> {
        self.sync_unless(|synced| synced >= seq)
    }

    /// Brings everything to the disk, the names of new segments too, even if no commit waits for it.
    pub(crate) fn sync_all(&self) -> Result<(), Error> {
        self.sync_unless(|_| false)
    }

    fn sync_unless(&self, enough: impl Fn(u64) -> bool) -> Result<(), Error> {
        let Some(place) = &self.place else { return Ok(()) };
        let mut syncing = self.syncing.lock();
        while syncing.busy && !enough(syncing.synced) {
            self.synced.wait(&mut syncing);
        }
        if enough(syncing.synced) {
            return Ok(());
        }
        syncing.busy = true;
        drop(syncing);
        let done = self.sync_now(place, 0).map(|behind| {
            let seq = behind.seq;
            self.count_on(place, behind);
            seq
        });
        let mut syncing = self.syncing.lock();
        syncing.busy = false;
        if let Ok(seq) = done {
            syncing.synced = seq;
        }
        self.synced.notify_all();
        done.map(drop)
    }

    /// Brings to the disk what is in the log behind a segment, and all bodies. What it answers with is for
    /// [`Inner::count_on`], when nothing needs the segments up to that one any more.
    pub(crate) fn sync_behind(&self, place: &Place, segment: u64) -> Result<Behind, Error> {
        let mut syncing = self.syncing.lock();
        while syncing.busy {
            self.synced.wait(&mut syncing);
        }
        syncing.busy = true;
        drop(syncing);
        let done = self.sync_now(place, segment);
        self.syncing.lock().busy = false;
        self.synced.notify_all();
        done
    }

    fn sync_now(&self, place: &Place, segment: u64) -> Result<Behind, Error> {
        // Released before the records below were written, so gone for good once these are on the disk.
        let released = self.blobs.take_released();
        let unsynced = self.writer.lock().log.as_mut().map(|log| log.unsynced_behind(segment)).transpose()?;
        let Some(unsynced) = unsynced else { return Ok(Behind { released, seq: 0, end: Position::default() }) };
        // Bodies first: a row that outlasts a power cut must find its own.
        let bodies = self.blobs.sync();
        let files = bodies.and_then(|()| unsynced.files.iter().try_for_each(|file| file.sync()));
        let synced =
            files.and_then(|()| if unsynced.made { place.disk.sync_dir(&place.dir.join("log")) } else { Ok(()) });
        let synced = synced.and_then(|()| match place.named.swap(true, Ordering::Relaxed) {
            true => Ok(()),
            false => place.disk.sync_dir(&place.dir),
        });
        if let Err(error) = synced {
            // A failed sync may have thrown away what it was to write, so trying again would prove nothing.
            let why = format!("a sync failed: {error}");
            if let Some(log) = &mut self.writer.lock().log {
                log.poison(why.clone());
            }
            return Err(Error::Poisoned(why));
        }
        Ok(Behind { released, seq: unsynced.seq, end: unsynced.end })
    }

    /// All up to there outlasts a power cut now: in the log, or in the base.
    pub(crate) fn count_on(&self, place: &Place, behind: Behind) {
        self.blobs.forget(behind.released);
        // Without the mark, a later opening is only less strict.
        let _ = place.marker.lock().set(behind.end);
    }
}
