//! The log: every commit, in order, in files of some megabytes each. All numbers are little endian.
//!
//! # `log/<number>.log`, a segment
//!
//! | bytes | what |
//! |---|---|
//! | 8 | magic, `TERRALOG` |
//! | 4 | format version |
//! | 8 | the segment's number; numbers rise by one |
//! | 8 | sequence number of its first record |
//! | 4 | CRC-32C of the 28 bytes before |
//!
//! then records up to the end of the file:
//!
//! | bytes | what |
//! |---|---|
//! | 4 | length of the body |
//! | 8 | sequence number: one more than that of the record before |
//! | 4 | CRC-32C of the 12 bytes before, so that a flipped length cannot pass for a record cut short |
//! | 4 | CRC-32C of the body |
//! | n | the body: length of the attachment (4 bytes), the attachment, then operations to its end |
//!
//! An operation is a byte and what follows from it: `1` puts (length of the key, 4; of the value, 4; key; value),
//! `2` deletes (length of the key, 4; key), `3` wipes every row written before it, `4` ends an exported snapshot
//! (number of its rows, 8), `5` is a piece of a file of bodies, in a snapshot (its place, 8; offset, 8; length, 4; bytes),
//! `6` says that a row of the record names a body, `7` that from the record on no row names one any more (its place, 8;
//! offset, 8; length, 8; CRC-32C, 4). A key begins with its table's number, two bytes, big endian.
//!
//! A record is one transaction, whole or not at all. It reaches the operating system in one `write()`.
//!
//! # `log/synced`, the mark
//!
//! Two slots of 20 bytes, written in turn: segment number (8), length of that segment (8), CRC-32C (4). Up to there
//! the log is known to be on the disk itself. It is written after each sync and not synced itself: losing it only
//! loses strictness. When the log is opened, whatever cannot be read before the mark is damage, and stops the start.
//! Behind the mark it is a tail that a power cut may tear, and is cut off. A record there whose body did not reach the disk
//! counts as torn too (`tail.rs`).
//!
//! # Versions
//!
//! Version 2 added the operations `6` and `7`. A directory of version 1 becomes one of version 2 when it is opened, and its
//! last segment goes on under the header that it has: what counts for a directory is its file `format`.

pub(crate) mod append;
pub(crate) mod attachments;
pub(crate) mod mark;
pub(crate) mod record;
pub(crate) mod recover;
mod tail;

use std::path::{Path, PathBuf};

/// The format that this program writes, and the newest that it reads: of the log, the base and the blobs together.
pub const FORMAT_VERSION: u32 = 2;

const MAGIC: &[u8; 8] = b"TERRALOG";

/// Length of a segment's header in bytes.
pub(crate) const HEADER_BYTES: usize = 32;

pub(crate) fn segment_path(dir: &Path, number: u64) -> PathBuf {
    dir.join("log").join(format!("{number:010}.log"))
}

/// The numbers of the segments among the names of the log's directory, in order.
pub(crate) fn segment_numbers(names: &[String]) -> Vec<u64> {
    let mut numbers: Vec<u64> =
        names.iter().filter_map(|name| name.strip_suffix(".log")).filter_map(|digits| digits.parse().ok()).collect();
    numbers.sort_unstable();
    numbers
}

/// The first bytes of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) number: u64,
    pub(crate) first_seq: u64,
}

impl Header {
    pub(crate) fn encode(self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER_BYTES);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
        bytes.extend_from_slice(&self.number.to_le_bytes());
        bytes.extend_from_slice(&self.first_seq.to_le_bytes());
        bytes.extend_from_slice(&record::crc(&bytes).to_le_bytes());
        bytes
    }

    /// Reads a header; the text says what is wrong with it.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Header, &'static str> {
        let mut fields = record::Fields(bytes);
        let read = |fields: &mut record::Fields<'_>| {
            let magic = fields.take(8)?;
            Some((magic == MAGIC, fields.u32()?, fields.u64()?, fields.u64()?, fields.u32()?))
        };
        let Some((magic, version, number, first_seq, crc)) = read(&mut fields) else {
            return Err("the segment's header is cut short");
        };
        if !magic {
            return Err("this is not a segment of a log");
        }
        if crc != record::crc(&bytes[..HEADER_BYTES - 4]) {
            return Err("the segment's header does not match its checksum");
        }
        if !(1..=FORMAT_VERSION).contains(&version) {
            return Err("the segment has a format that this program does not know");
        }
        Ok(Header { number, first_seq })
    }
}
