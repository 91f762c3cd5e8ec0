//! Who reads bodies keeps them from going.

use std::io::ErrorKind;
use std::ops::Range;
use std::path::PathBuf;

use bytes::Bytes;

use super::{BlobId, Blobs, State, missing};
use crate::error::Error;

impl Blobs {
    /// Keeps a body readable until the pin is dropped, whoever releases it meanwhile. An error if it has gone already.
    pub fn pin(&self, id: BlobId) -> Result<Pin, Error> {
        let mut state = self.inner.state.lock();
        if !self.holds(&state, id.place) {
            return Err(missing(PathBuf::from("blobs"), ErrorKind::NotFound));
        }
        *state.pinned.entry(id.place).or_default() += 1;
        Ok(Pin { blobs: self.clone(), id })
    }

    pub(super) fn unpin(&self, place: u64) {
        let mut state = self.inner.state.lock();
        let left = state.pinned.get_mut(&place).map_or(0, |count| {
            *count = count.saturating_sub(1);
            *count
        });
        if left == 0 {
            state.pinned.remove(&place);
            self.retry_in_memory(&mut state);
        }
    }

    fn holds(&self, state: &State, place: u64) -> bool {
        match (&self.inner.files, &self.inner.below) {
            (Some(files), _) => files.disk.length(&files.path(place)).is_ok(),
            (None, Some(Hold(below))) => {
                state.memory.contains_key(&place) || below.holds(&below.inner.state.lock(), place)
            }
            (None, None) => state.memory.contains_key(&place),
        }
    }

    pub(crate) fn hold(&self) -> Hold {
        self.inner.state.lock().holds += 1;
        Hold(self.clone())
    }
}

/// Holds a body; see [`Blobs::pin`].
pub struct Pin {
    pub(super) blobs: Blobs,
    pub(super) id: BlobId,
}

impl Pin {
    /// The body.
    pub fn id(&self) -> BlobId {
        self.id
    }

    /// A part of it, as [`Blobs::get`] reads it.
    pub fn get(&self, range: Range<u64>) -> Result<Bytes, Error> {
        self.blobs.get(self.id, range)
    }
}

impl std::fmt::Debug for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Pin").field(&self.id).finish()
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        self.blobs.unpin(self.id.place);
    }
}

/// While it is there, no body goes: a fork's hold on those below it, or a snapshot's.
pub(crate) struct Hold(pub(super) Blobs);

impl Drop for Hold {
    fn drop(&mut self) {
        let mut state = self.0.inner.state.lock();
        state.holds -= 1;
        self.0.retry_in_memory(&mut state);
    }
}
