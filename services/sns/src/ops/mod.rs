//! The operations, one file for each kind of thing.

pub mod permissions;
pub mod publishes;
pub mod subscriptions;
pub mod tags;
pub mod topics;
