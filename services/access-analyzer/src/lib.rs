//! IAM Access Analyzer: what policies say, what they allow, and to whom.
//!
//! Read `state.rs` first; then `validate/mod.rs`, which goes through a policy's text, `checks.rs`, which puts questions to the
//! analysis of `service::policy::analysis`, `scan/mod.rs`, which looks at what is there and keeps findings of it, and
//! `generation/mod.rs`, which writes policies of what was done.
//!
//! <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/Welcome.html>

mod access;
mod api;
mod checks;
mod errors;
mod exclusions;
mod facts;
mod filter;
mod generation;
mod names;
mod ops;
mod peers;
mod prepare;
mod preview;
mod recommendation;
mod resources;
mod scan;
mod state;
mod tags;
mod timers;
mod validate;
mod zone;

use service::Service;

/// IAM Access Analyzer.
pub static SERVICE: Service = Service::new(api::FACTS, &api::MODEL, api::OPERATIONS, state::tables)
    .on_prepared_timer(timers::TIMERS)
    .on_activity(timers::follow)
    .on_prepared_delivery(generation::ANSWERS)
    .resources(resources::TYPES);
