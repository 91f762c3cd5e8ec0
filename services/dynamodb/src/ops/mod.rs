//! The operations, one file for each kind of thing.

pub mod backups;
pub mod batches;
pub mod expiry;
pub mod items;
pub mod limits;
pub mod policies;
pub mod queries;
pub mod recovery;
pub mod restores;
pub mod tables;
pub mod tags;
pub mod transactions;
pub mod updates;
