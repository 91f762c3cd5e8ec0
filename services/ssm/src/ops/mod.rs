//! The operations of Parameter Store, one file for each kind of work.

pub mod deletions;
pub mod gets;
pub mod labels;
pub mod listings;
pub mod puts;
pub mod tags;
