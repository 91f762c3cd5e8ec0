//! AWS Step Functions.
//!
//! Read `state.rs` first, then the way of an execution: `language/` is the Amazon States Language, pure; `run/` steps through it;
//! `integration.rs` makes tasks calls of other services, `peers.rs` sends them, `delivery.rs` takes what came of them,
//! `timers.rs` what falls due.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/apireference/Welcome.html>

mod access;
mod address;
mod api;
mod cache;
mod definitions;
mod delivery;
mod errors;
mod history;
mod integration;
mod language;
mod logs;
mod meters;
mod modelled;
mod ops;
mod paging;
mod peers;
mod redrive;
mod resource;
mod resources;
mod run;
mod state;
mod tags;
mod timers;
mod token;
mod tracing;

use service::Service;

/// Step Functions.
pub static SERVICE: Service = Service::new(api::FACTS, &api::MODEL, api::OPERATIONS, state::tables)
    .measuring_in("AWS/States")
    .on_timer(timers::fire)
    .on_delivery(delivery::told)
    .resources(resources::TYPES);
