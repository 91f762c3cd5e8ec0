//! The bodies that the log's tail names: after a power cut, a row may have reached the disk and its body not, since the
//! kernel writes back in any order.
//!
//! A body that is not there either never reached the disk, or was given up and has been removed since. It is removed only
//! when the record that gives it up is on the disk with all records before it. So one that no later record gives up never
//! arrived, and the record that names it is torn. What follows a torn record goes with it; should that be a record that
//! gives another missing body up, the one that names that body is torn as well. Hence the log ends at the last record
//! after which nothing is missing. That is never before the end of a sync that has succeeded, whatever the mark knows of
//! it: there, each body that was named and not given up had been brought to the disk before.

use std::collections::BTreeSet;

use super::record::{Op, Record};
use crate::blobs::{BlobId, Blobs};
use crate::error::OpenError;

/// The records behind the mark, as far as they have been read.
pub(crate) struct Tail<'a> {
    blobs: &'a Blobs,
    /// Bodies that have been named and not been given up, and are not there.
    missing: BTreeSet<BlobId>,
    /// The first record since the last one after which nothing was missing.
    since: Option<u64>,
}

impl<'a> Tail<'a> {
    pub(crate) fn of(blobs: &'a Blobs) -> Tail<'a> {
        Tail { blobs, missing: BTreeSet::new(), since: None }
    }

    /// Reads the next record. Operations that do not parse are for who applies them to report.
    pub(crate) fn record(&mut self, record: &Record<'_>) -> Result<(), OpenError> {
        for op in record.ops() {
            match op {
                Ok(Op::Names { body }) if !self.blobs.is_whole(body)? => drop(self.missing.insert(body)),
                Ok(Op::Releases { body }) => drop(self.missing.remove(&body)),
                Ok(Op::Wipe) => self.missing.clear(),
                _ => {}
            }
        }
        match self.missing.is_empty() {
            true => self.since = None,
            false => drop(self.since.get_or_insert(record.seq)),
        }
        Ok(())
    }

    /// The number of the first record that counts as torn.
    pub(crate) fn torn(&self) -> Option<u64> {
        self.since
    }
}
