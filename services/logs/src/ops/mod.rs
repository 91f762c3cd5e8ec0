//! The operations, one file for each noun.

pub mod events;
pub mod groups;
pub mod keys;
pub mod metric_filters;
pub mod policies;
pub mod retention;
pub mod streams;
pub mod subscriptions;
pub mod tags;
