//! Amazon CloudWatch Logs: log groups, their streams, and what is written into them.
//!
//! Read `state.rs` first, then the way of a log event: `ops/events.rs` takes it in, `batch.rs` says what of a batch is
//! accepted, `writing.rs` puts it into rows and hands it to the filters of its group (`metrics.rs`, `subscriptions.rs`) and
//! to what it says of itself (`embedded.rs`), `reading.rs` brings it out again in the order of time, `retention.rs` forgets it.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/Welcome.html>

mod access;
mod address;
mod api;
mod batch;
mod embedded;
mod errors;
mod filter;
mod metrics;
mod ops;
mod paging;
mod peers;
mod permissions;
mod position;
mod reading;
mod resources;
mod retention;
mod state;
mod subscriptions;
mod tags;
mod timers;
mod writing;

use service::Service;

/// CloudWatch Logs.
pub static SERVICE: Service = Service::new(api::FACTS, &api::MODEL, api::OPERATIONS, state::tables)
    .measuring_in("AWS/Logs")
    .on_timer(timers::fire)
    .on_delivery(subscriptions::told)
    .resources(resources::TYPES);
