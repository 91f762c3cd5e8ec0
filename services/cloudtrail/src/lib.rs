//! AWS CloudTrail: who did what, from the ledger of all calls.
//!
//! Read `state.rs` first, then `ops/events.rs`, which looks events up, and `ops/trails.rs`. A trail's destinations are tried
//! (`trying.rs`) before it is taken; while it logs, `delivery.rs` reads what it wants (`selectors.rs`) and hands files over, `digests.rs`
//! signs and chains what was delivered, and `told.rs` hears how that went.
//!
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/Welcome.html>

mod about;
mod access;
mod address;
mod api;
mod delivery;
mod digests;
mod errors;
mod files;
mod names;
mod ops;
mod peers;
mod resources;
mod selectors;
mod signing;
mod state;
mod tags;
mod timers;
mod told;
mod trying;

use service::Service;

/// AWS CloudTrail.
pub static SERVICE: Service = Service::new(api::FACTS, &api::MODEL, api::OPERATIONS, state::tables)
    .on_prepared_timer(timers::TIMERS)
    .on_activity(delivery::follow)
    .on_delivery(told::told)
    .resources(resources::TYPES);
