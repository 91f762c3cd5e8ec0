//! The operations, one file for each kind of thing.

pub mod accounts;
pub mod credentials;
