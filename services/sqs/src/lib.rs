//! Amazon SQS: standard and FIFO queues.
//!
//! Read `state.rs` first, then one file of `ops/`. The rules lie beside them: `standard.rs` and `fifo.rs` say in which
//! order messages are received, `delivery.rs` what both have in common, `redrive.rs` what becomes of messages that
//! nobody manages to process.
//!
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/Welcome.html>

mod access;
mod address;
mod api;
mod attributes;
mod batch;
mod cipher;
mod content;
mod data_keys;
mod delivery;
mod errors;
mod fifo;
mod gauge;
mod moving;
mod ops;
mod peers;
mod permissions;
mod prepare;
mod receipt;
mod recent;
mod redrive;
mod resources;
mod standard;
mod state;
mod timers;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use service::Service;

/// SQS.
pub static SERVICE: Service = Service::new(api::FACTS, &api::MODEL, api::OPERATIONS, state::tables)
    .measuring_in("AWS/SQS")
    .showing(gauge::show)
    .on_timer(timers::fire)
    .resources(resources::TYPES);
