//! The operations, one file for each kind of thing.

pub mod analyzers;
pub mod archive_rules;
pub mod checks;
pub mod findings;
pub mod resources;
pub mod tags;
pub mod validation;
