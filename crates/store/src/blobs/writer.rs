//! Bodies that come in pieces.

use std::sync::Arc;

use crc_fast::{CrcAlgorithm, Digest};

use super::{BlobId, Blobs, Pin, SMALL_BLOB_BYTES};
use crate::disk::LogFile;
use crate::error::Error;

impl Blobs {
    /// Begins a body that comes in pieces.
    pub fn writer(&self) -> BlobWriter {
        let crc = Digest::new(CrcAlgorithm::Crc32Iscsi);
        BlobWriter { blobs: self.clone(), held: Vec::new(), own: None, length: 0, crc }
    }
}

/// A body on its way in. Dropped without [`BlobWriter::finish`], it leaves nothing.
pub struct BlobWriter {
    blobs: Blobs,
    held: Vec<u8>,
    own: Option<(u64, Arc<dyn LogFile>)>,
    length: u64,
    crc: Digest,
}

impl BlobWriter {
    /// Takes the next piece.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.crc.update(bytes);
        self.length += bytes.len() as u64;
        let inner = self.blobs.inner.clone();
        let Some(files) = &inner.files else {
            self.held.extend_from_slice(bytes);
            return Ok(());
        };
        if self.own.is_none() {
            if self.held.len() + bytes.len() <= SMALL_BLOB_BYTES {
                self.held.extend_from_slice(bytes);
                return Ok(());
            }
            let place = {
                let mut state = inner.state.lock();
                let place = state.new_place(true);
                // Nobody's yet, and not to be taken for an orphan.
                state.pinned.insert(place, 1);
                place
            };
            self.own = Some((place, files.make(place).inspect_err(|_| self.blobs.unpin(place))?));
        }
        if let Some((place, file)) = &self.own {
            let held = std::mem::take(&mut self.held);
            let pieces = [&held[..], bytes].into_iter().filter(|piece| !piece.is_empty());
            let written = pieces.into_iter().try_for_each(|piece| file.append(piece));
            written.map_err(|source| Error::File { path: files.path(*place), source })?;
        }
        Ok(())
    }

    /// The end of the body, which is held until the pin is dropped.
    pub fn finish(mut self) -> Result<Pin, Error> {
        let crc = self.crc.finalize() as u32;
        let blobs = self.blobs.clone();
        let Some((place, _)) = self.own.take() else {
            let id = blobs.keep_small(&self.held, crc)?;
            return Ok(Pin { blobs, id });
        };
        let mut state = blobs.inner.state.lock();
        state.unsynced.insert(place);
        state.made = true;
        state.wanted.insert(place, 1);
        drop(state);
        Ok(Pin { blobs, id: BlobId { place, offset: 0, length: self.length, crc } })
    }
}

impl Drop for BlobWriter {
    fn drop(&mut self) {
        if let (Some((place, _)), Some(files)) = (&self.own, &self.blobs.inner.files) {
            let _ = files.disk.remove(&files.path(*place));
            self.blobs.unpin(*place);
        }
    }
}
