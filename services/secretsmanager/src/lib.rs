//! AWS Secrets Manager.
//!
//! Read `state.rs` first, then `ops/secrets.rs` and `ops/values.rs`. `address.rs` says how secrets are called, `stages.rs` how labels move,
//! `peers.rs` and `sealing.rs` how values are encrypted with keys of KMS.
//!
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/Welcome.html>

mod access;
mod address;
mod api;
mod errors;
mod filters;
mod ops;
mod paging;
mod password;
mod peers;
mod policies;
mod resources;
mod sealing;
mod stages;
mod state;
mod tags;
mod timers;

use service::Service;

/// Secrets Manager.
pub static SERVICE: Service = Service::new(api::FACTS, &api::MODEL, api::OPERATIONS, state::tables)
    .on_timer(timers::fire)
    .resources(resources::TYPES);
