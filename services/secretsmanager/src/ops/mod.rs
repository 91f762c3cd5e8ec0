//! The operations, one file for each noun.

pub mod batches;
pub mod deletion;
pub mod listings;
pub mod passwords;
pub mod policies;
pub mod secrets;
pub mod tags;
pub mod values;
pub mod versions;
