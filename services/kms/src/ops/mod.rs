//! The operations, one file for each noun.

pub mod agreement;
pub mod aliases;
pub mod data_keys;
pub mod deletion;
pub mod encryption;
pub mod grants;
pub mod imports;
pub mod keys;
pub mod last_usage;
pub mod macs;
pub mod policies;
pub mod random;
pub mod replicas;
pub mod rotations;
pub mod signatures;
pub mod states;
pub mod tags;
