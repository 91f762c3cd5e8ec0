//! The operations, one file for each noun.

pub mod records;
pub mod streams;
