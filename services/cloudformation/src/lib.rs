//! AWS CloudFormation.
//!
//! Read `state.rs` first, then `deploy/mod.rs`, which says how a stack comes to be what its template says, then one file of
//! `ops/`. The language of templates is `crates/template`; what a resource type does is in the folder of its service.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/Welcome.html>

mod access;
mod api;
mod capabilities;
mod changes;
mod deploy;
mod drift;
mod errors;
mod events;
mod fronts;
mod ids;
mod kinds;
mod location;
mod ops;
mod paging;
mod peers;
mod resources;
mod secure;
mod source;
mod state;
mod timers;
mod words;

use service::Service;

/// CloudFormation.
pub static SERVICE: Service = Service::new(api::FACTS, &api::MODEL, api::OPERATIONS, state::tables)
    .on_timer(timers::fire)
    .on_delivery(deploy::told)
    .fronts(fronts::FRONTS)
    .resources(resources::TYPES);
