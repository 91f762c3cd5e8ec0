//! Amazon EventBridge: buses, rules, targets, archives and replays.
//!
//! Read `state.rs` first, then the way of an event: `ops/events.rs` takes it in, `bus.rs` carries it past archives and
//! rules, `input.rs` says what a target gets of it, `peers.rs` how each kind of target is called, `delivery.rs` what
//! becomes of what did not arrive. `schedule.rs` is the calendar of scheduled rules.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/APIReference/Welcome.html>

mod access;
mod address;
mod api;
mod archive;
mod bus;
mod delivery;
mod errors;
mod event;
mod input;
mod ops;
mod paging;
mod path;
mod peers;
mod permissions;
mod resources;
mod schedule;
mod state;
mod tags;
mod targets;
mod timers;

use service::Service;

/// EventBridge.
pub static SERVICE: Service = Service::new(api::FACTS, &api::MODEL, api::OPERATIONS, state::tables)
    .measuring_in("AWS/Events")
    .on_timer(timers::fire)
    .on_delivery(delivery::told)
    .resources(resources::TYPES);
