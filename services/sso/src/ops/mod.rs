//! The operations, one file for each kind of thing.

pub mod assignments;
pub mod attributes;
pub mod instances;
pub mod permission_sets;
pub mod policies;
pub mod provisioning;
pub mod tags;
