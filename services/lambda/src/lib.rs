//! AWS Lambda: functions, their versions and aliases, invocations, and event source mappings.
//!
//! Read `state.rs` first, then the way of an invocation: `ops/invocations.rs` takes it in, `invoking.rs` makes of it what the
//! engine runs and says what becomes of its end, `asynchronous.rs` has the retries and destinations of events, `polling.rs` the
//! mappings from queues to functions. `package.rs` and `config.rs` say what functions are let in.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/welcome.html>

mod access;
mod address;
mod api;
mod asynchronous;
mod config;
mod delivery;
mod errors;
mod invoking;
mod logs;
mod mapping;
mod ops;
mod package;
mod paging;
mod peers;
mod permissions;
mod polling;
mod prepare;
mod records;
mod resolve;
mod resources;
mod shown;
mod state;
mod tags;
mod timers;
mod tracing;

use service::Service;

/// AWS Lambda.
pub static SERVICE: Service = Service::new(api::FACTS, &api::MODEL, api::OPERATIONS, state::tables)
    .on_timer(timers::fire)
    .on_delivery(delivery::told)
    .events(api::EVENTS)
    .resources(resources::TYPES);
