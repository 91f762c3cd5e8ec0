//! IAM Identity Center's directory: users, groups and who is in which.
//!
//! Read `state.rs` first. Which stores there are, `store.rs` says; `attributes.rs` reads and sets attributes by their paths.
//! How people sign in is no matter of this API: that is the service `oidc`'s.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/welcome.html>

mod access;
mod api;
mod attributes;
mod errors;
mod groups;
mod ops;
mod paging;
mod peers;
mod resources;
mod state;
mod store;
mod users;

use service::Service;

/// The identity store.
pub static SERVICE: Service =
    Service::new(api::FACTS, &api::MODEL, api::OPERATIONS, state::tables).resources(resources::TYPES);
