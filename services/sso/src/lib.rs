//! IAM Identity Center: instances, permission sets, and who has which of them in which account.
//!
//! Read `state.rs` first, then `provision.rs`: how a permission set becomes a role in an account. `signing.rs` and `assertion.rs`
//! make Identity Center a SAML provider, as which it vouches for its users at STS. The services `oidc` and `portal-sso` are further
//! endpoints of this one: [`session`], [`portal`] and [`place`] are theirs to call.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/APIReference/welcome.html>

mod access;
mod api;
mod assertion;
mod assignment;
mod control_attributes;
mod der;
mod errors;
mod instance;
mod iso_duration;
mod operation;
mod ops;
mod organization;
mod paging;
mod peers;
mod permission_set;
pub mod place;
pub mod portal;
mod prepare;
mod provision;
mod resources;
mod role;
pub mod session;
mod signing;
mod state;
mod tags;

use service::Service;

/// IAM Identity Center's administration.
pub static SERVICE: Service = Service::new(api::FACTS, &api::MODEL, api::OPERATIONS, state::tables)
    .on_delivery(provision::told)
    .resources(resources::TYPES);
