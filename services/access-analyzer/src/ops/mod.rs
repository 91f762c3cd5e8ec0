//! The operations, one file for each kind of thing.

pub mod access_previews;
pub mod analyzers;
pub mod archive_rules;
pub mod checks;
pub mod findings;
pub mod policy_generations;
pub mod recommendations;
pub mod resources;
pub mod statistics;
pub mod tags;
pub mod validation;
