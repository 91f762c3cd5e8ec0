//! The operations, one file for each kind of thing.

pub mod groups;
pub mod memberships;
pub mod stores;
pub mod users;
