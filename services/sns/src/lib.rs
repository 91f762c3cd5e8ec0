//! Amazon SNS: topics, subscriptions and what is published.
//!
//! Read `state.rs` first, then the way of a message: `prepare.rs` signs it, `ops/publishes.rs` takes it in, `fanout.rs` carries it to each
//! subscription whose filter policy (`filter.rs`) lets it through, `envelope.rs` says what the endpoint gets, `peers.rs`
//! how it is called, `delivery.rs` what becomes of what did not arrive.
//!
//! <https://docs.aws.amazon.com/sns/latest/api/welcome.html>

mod access;
mod address;
mod api;
mod attributes;
mod content;
mod delivery;
mod draft;
mod envelope;
mod errors;
mod fanout;
mod fifo;
mod filter;
mod ops;
mod paging;
mod peers;
mod permissions;
mod prepare;
mod resources;
mod signing;
mod state;
mod subscription;
mod tags;
mod timers;

use service::Service;

/// SNS.
pub static SERVICE: Service = Service::new(api::FACTS, &api::MODEL, api::OPERATIONS, state::tables)
    .measuring_in("AWS/SNS")
    .on_timer(timers::fire)
    .on_delivery(delivery::told)
    .resources(resources::TYPES);
