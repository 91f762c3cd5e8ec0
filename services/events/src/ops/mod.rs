//! The operations, one file for each kind of thing.

pub mod archives;
pub mod buses;
pub mod events;
pub mod patterns;
pub mod permissions;
pub mod replays;
pub mod rules;
pub mod tags;
pub mod targets;
