//! The operations, one file for each kind of thing.

pub mod clients;
pub mod devices;
pub mod tokens;
