//! What makes bodies outlast crashes: whether one is whole, those that an earlier process wrote, and those that a crash has left
//! to nobody.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, ErrorKind};

use crc_fast::{CrcAlgorithm, Digest};

use super::{BlobId, Blobs, Files, places};
use crate::error::{Error, OpenError};
use crate::store::Store;

/// A body is checked in pieces of this size.
const PIECE_BYTES: u64 = 1 << 20;

impl Blobs {
    /// Whether all of a body can be read, and is what was written.
    pub(crate) fn is_whole(&self, id: BlobId) -> Result<bool, OpenError> {
        let Some(files) = &self.inner.files else { return Ok(true) };
        let path = files.path(id.place);
        let mut crc = Digest::new(CrcAlgorithm::Crc32Iscsi);
        let mut read = 0;
        loop {
            let most = (id.length - read).min(PIECE_BYTES);
            let Some(offset) = id.offset.checked_add(read) else { return Ok(false) };
            // Of an empty body too the file must be there: who reads it asks for it.
            match files.disk.read_at(&path, offset, most as usize) {
                Ok(piece) if piece.len() as u64 == most => crc.update(&piece),
                Ok(_) => return Ok(false),
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
                Err(error) => return Err(OpenError::io("read", path)(error)),
            }
            read += most;
            if read == id.length {
                return Ok(crc.finalize() as u32 == id.crc);
            }
        }
    }

    /// Takes over files that an earlier process wrote: they have yet to reach the disk.
    pub(crate) fn inherit(&self, places: BTreeSet<u64>) {
        self.inner.state.lock().inherited = places;
    }

    /// Removes what no row names: `live` is every id in every row. Bodies written since the store was opened stay. `safe` is
    /// asked, before anything goes, to bring to the disk that no row names it. Answers with how many files went.
    fn sweep(
        &self,
        live: impl IntoIterator<Item = BlobId>,
        safe: impl FnOnce() -> Result<(), Error>,
    ) -> Result<u64, Error> {
        let mut wanted = BTreeMap::new();
        live.into_iter().for_each(|id| *wanted.entry(id.place).or_insert(0_u64) += 1);
        let Some(files) = &self.inner.files else { return Ok(0) };
        let names = files.disk.list(&files.dir);
        let names = names.map_err(|source| Error::File { path: files.dir.clone(), source })?;
        let mut unwanted = places(&names);
        unwanted.retain(|place| !wanted.contains_key(place) && self.inner.state.lock().is_earlier(*place));
        if !unwanted.is_empty() {
            safe()?;
        }
        let mut gone = 0;
        for place in unwanted {
            // Under the lock, so that none is taken away that a load is bringing in.
            let state = self.inner.state.lock();
            if state.is_earlier(place) && !state.pinned.contains_key(&place) {
                let path = files.path(place);
                match files.disk.remove(&path) {
                    Ok(()) => gone += 1,
                    // It had been given up, and the sync has let go of it.
                    Err(error) if error.kind() == ErrorKind::NotFound => {}
                    Err(source) => return Err(Error::File { path, source }),
                }
            }
        }
        let mut state = self.inner.state.lock();
        wanted.retain(|place, _| state.is_earlier(*place));
        state.wanted.extend(wanted);
        Ok(gone)
    }
}

impl Files {
    /// Brings files to the disk, one after the other: nobody says how many of them may be open at once. What was given up
    /// meanwhile may be gone. Answers whether any was there.
    pub(super) fn sync(&self, places: BTreeSet<u64>) -> io::Result<bool> {
        let mut found = false;
        for place in places {
            match self.disk.append(&self.path(place), false) {
                Ok(file) => file.sync()?,
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            }
            found = true;
        }
        Ok(found)
    }
}

impl Store {
    /// Removes the bodies that no row names: `live` is every id in every row of a snapshot. Bodies written since the store was
    /// opened stay. Answers with how many files went. Not to be called while holding a transaction.
    pub fn sweep_bodies(&self, live: impl IntoIterator<Item = BlobId>) -> Result<u64, Error> {
        let inner = &self.handle.inner;
        self.blobs().sweep(live, || {
            // A row that named one may be gone in a record that a power cut can still take back.
            inner.sync_all()?;
            // And that record need not say which body it gave up: no recovery may miss it.
            inner.place.as_ref().map_or(Ok(()), |place| place.marker.lock().sync()).map_err(Error::Log)
        })
    }
}
