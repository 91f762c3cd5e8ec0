//! Amazon DynamoDB.
//!
//! Read `state.rs` first, then one file of `ops/`. Items are `item.rs` (as they are stored and answered) and `value.rs`
//! (as requests have them); `keys.rs` says where they lie, `writing.rs` and `pages.rs` how they are written and read,
//! `changes.rs` what a change entails, `expression/` what conditions and updates mean.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/Welcome.html>

mod access;
mod address;
mod api;
mod builds;
mod capacity;
mod changes;
mod describe;
mod errors;
mod expression;
pub mod item;
mod keys;
mod number;
mod ops;
mod pages;
mod reading;
mod recovery;
mod resources;
mod schema;
pub mod state;
pub mod streams;
mod tables;
mod timers;
mod value;
mod writing;

#[cfg(test)]
mod tests;

use service::Service;

/// DynamoDB.
pub static SERVICE: Service = Service::new(api::FACTS, &api::MODEL, api::OPERATIONS, state::tables)
    .measuring_in("AWS/DynamoDB")
    .on_timer(timers::fire)
    .resources(resources::TYPES);
