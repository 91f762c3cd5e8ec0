//! The transactional store, at the level of bytes: ordered rows in tables, one writer, snapshots for any number of
//! readers. It knows nothing of services, shapes or clocks.
//!
//! A commit is one checksummed record appended to a log with one `write()`, and then visible in an ordered map in
//! memory. A background thread folds that map into a redb file and drops the log behind it. So a write costs
//! microseconds, survives `kill -9`, and needs no memory for what has been folded.
//!
//! Where to read: `log` (the file format), `fold` (how rows go down), `open` (how a directory is opened), `tree` (the
//! map whose clone is a snapshot), `history` (what rows were), `sync` (what a power cut leaves).
//!
//! *Invariants.* The base takes up all that a closed stretch of the log holds, or nothing; where it ends, the log that goes on
//! there is on the disk. A record is applied whole or not at all.
//! Only the holder of the writer's lock changes the active rows. A snapshot never changes.

mod base;
mod blobs;
mod disk;
mod error;
mod export;
mod fold;
mod history;
mod key;
mod layers;
mod log;
mod open;
mod os;
mod past;
mod read;
mod replace;
mod rows;
mod seen;
mod shipped;
mod store;
mod sync;
mod tables;
mod timers;
mod tree;
mod txn;

pub use blobs::{BlobId, BlobWriter, Blobs, Pin, SMALL_BLOB_BYTES};
pub use disk::{Disk, Lock, LogFile};
pub use error::{Error, OpenError};
pub use export::Progress;
pub use key::TableId;
pub use log::FORMAT_VERSION;
pub use log::attachments::{AttachmentSink, Attachments};
pub use log::recover::TornTail;
pub use os::OsDisk;
pub use past::{Past, PastRows};
pub use read::{Read, Snapshot};
pub use rows::{Direction, Rows};
pub use store::{CommitSeq, Durability, OpenReport, Options, Stats, Store};
pub use timers::{Timer, Timers};
pub use txn::{MAX_KEY_BYTES, MAX_TXN_BYTES, MAX_VALUE_BYTES, Savepoint, Txn};
