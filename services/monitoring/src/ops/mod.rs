//! The operations, one file for each noun.

pub mod actions;
pub mod alarms;
pub mod composites;
pub mod dashboards;
pub mod data;
pub mod history;
pub mod metrics;
pub mod statistics;
pub mod tags;
