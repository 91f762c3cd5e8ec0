//! IAM Access Analyzer: what policies say, what they allow, and to whom.
//!
//! Read `state.rs` first; then `validate/mod.rs`, which goes through a policy's text, `checks.rs`, which puts questions to the
//! analysis of `service::policy::analysis`, and `scan/mod.rs`, which looks at what is there and keeps findings of it.
//!
//! <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/Welcome.html>

mod access;
mod api;
mod checks;
mod errors;
mod facts;
mod filter;
mod names;
mod ops;
mod peers;
mod resources;
mod scan;
mod state;
mod tags;
mod timers;
mod validate;

use service::Service;

/// IAM Access Analyzer.
pub static SERVICE: Service = Service::new(api::FACTS, &api::MODEL, api::OPERATIONS, state::tables)
    .on_prepared_timer(timers::TIMERS)
    .on_activity(timers::follow)
    .resources(resources::TYPES);
