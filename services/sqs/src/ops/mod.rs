//! The operations, one file for each kind of thing.

pub mod attributes;
pub mod moves;
pub mod permissions;
pub mod queues;
pub mod receipts;
pub mod receives;
pub mod sends;
pub mod tags;
