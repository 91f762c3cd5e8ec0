//! AWS Identity and Access Management: users, groups, roles, policies and their credentials.
//!
//! Read `state.rs` first: an identity's row holds all that binds it. Then [`entity`], which says what all named things
//! have in common, [`grants`], the rules for policies on identities, and one file of `ops/`. What the door asks, on
//! every call to any service, is answered in [`authority`].
//!
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/welcome.html>

mod access;
mod access_report;
mod api;
mod authority;
mod credential_report;
mod delegation;
mod documents;
mod entity;
mod errors;
mod granting;
mod grants;
mod holder;
mod hooks;
mod last_used;
mod linked_services;
mod managed;
mod mentioned;
mod names;
mod ops;
mod organization_report;
mod paging;
mod passwords;
mod peers;
mod policies;
mod principals;
mod qr;
mod resources;
mod root_login;
mod saml_metadata;
mod service_names;
mod services_known;
mod shown;
mod simulation;
mod ssh_key;
mod state;
mod subject;
mod tags;
mod totp;
mod x509;

#[cfg(test)]
mod tests;

use service::Service;

/// IAM.
pub static SERVICE: Service = Service::new(api::FACTS, &api::MODEL, api::OPERATIONS, state::tables)
    .authority(authority::AUTHORITY)
    .on_timer(delegation::fire)
    .registering(&[delegation::REGISTER])
    .resources(resources::TYPES);
