//! The mark: how much of the log is known to be on the disk itself. The layout is in the parent module's text.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::record::{Fields, crc};
use crate::disk::{Disk, LogFile};

const SLOT_BYTES: usize = 20;

/// A place in the log: a segment, and a length of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    pub(crate) segment: u64,
    pub(crate) offset: u64,
}

fn path(dir: &Path) -> PathBuf {
    dir.join("log").join("synced")
}

/// Reads the mark; without one, or without a readable one, nothing is known.
pub(crate) fn read(disk: &dyn Disk, dir: &Path) -> io::Result<Position> {
    let bytes = match disk.read(&path(dir)) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Position::default()),
        Err(error) => return Err(error),
    };
    Ok(bytes.chunks(SLOT_BYTES).filter_map(slot).max().unwrap_or_default())
}

fn slot(bytes: &[u8]) -> Option<Position> {
    let mut fields = Fields(bytes);
    let (segment, offset, sum) = (fields.u64()?, fields.u64()?, fields.u32()?);
    (sum == crc(&bytes[..SLOT_BYTES - 4])).then_some(Position { segment, offset })
}

/// Moves the mark.
pub(crate) struct Marker {
    file: Arc<dyn LogFile>,
    turn: u64,
}

impl Marker {
    pub(crate) fn open(disk: &dyn Disk, dir: &Path) -> io::Result<Marker> {
        let path = path(dir);
        let file = match disk.append(&path, false) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => disk.append(&path, true)?,
            other => other?,
        };
        Ok(Marker { file, turn: 0 })
    }

    /// Notes that the log is safe up to `position`. One slot always holds an earlier note, whole.
    pub(crate) fn set(&mut self, position: Position) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(SLOT_BYTES);
        bytes.extend_from_slice(&position.segment.to_le_bytes());
        bytes.extend_from_slice(&position.offset.to_le_bytes());
        bytes.extend_from_slice(&crc(&bytes).to_le_bytes());
        let offset = (self.turn % 2) * SLOT_BYTES as u64;
        self.turn += 1;
        self.file.write_at(offset, &bytes)
    }

    /// Brings the note to the disk itself.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.file.sync()
    }
}
