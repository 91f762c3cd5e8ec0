//! The operations, one file for each noun.

pub mod activities;
pub mod aliases;
pub mod executions;
pub mod histories;
pub mod machines;
pub mod tags;
pub mod tasks;
pub mod validations;
pub mod versions;
