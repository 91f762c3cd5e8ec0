//! AWS Resource Access Manager: resources that an account lets others use.
//!
//! Read `state.rs` first, then `kinds.rs`: which resources can be shared here, and `policy.rs`: what a share allows. The service that owns
//! a resource asks for that policy (`GetResourcePolicies`) when somebody of another account turns to it, and the door decides by it: so a share
//! allows what its permission says, and no more.
//!
//! <https://docs.aws.amazon.com/ram/latest/APIReference/Welcome.html>

mod access;
mod api;
mod errors;
mod invitation;
mod kinds;
mod membership;
mod ops;
mod paging;
mod peers;
mod permission;
mod policy;
mod principal;
mod resources;
mod share;
mod shareable;
mod source;
mod state;
mod tags;
mod template;
mod token;

use service::Service;

/// Resource Access Manager.
pub static SERVICE: Service = Service::new(api::FACTS, &api::MODEL, api::OPERATIONS, state::tables)
    .on_timer(token::forget)
    .resources(resources::TYPES);
