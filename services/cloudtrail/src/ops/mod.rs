//! The operations, one file for each kind of thing.

pub mod events;
pub mod keys;
pub mod listings;
pub mod logging;
pub mod selectors;
pub mod tags;
pub mod trails;
