//! Signing in to IAM Identity Center: OAuth's device grant, authorisation codes and refresh tokens, and the pages on which people
//! sign in.
//!
//! Read `state.rs` first, then `ops/tokens.rs`: how a token is asked for and what for it is given. `fronts.rs` says which page does
//! what; `pages.rs` writes them, and `passwords.rs` has the rules of passwords and of the codes by which they are set. Instances,
//! users' sessions and what they may be are the service `sso`'s, of which this is a further endpoint.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/Welcome.html>

mod access;
mod api;
mod clients;
mod devices;
mod directory;
mod errors;
mod expiry;
mod form;
mod fronts;
mod ops;
mod pages;
mod passwords;
mod reply;
mod sign_in;
mod state;

use service::Service;

/// Identity Center's OpenID Connect endpoint.
pub static SERVICE: Service =
    Service::new(api::FACTS, &api::MODEL, api::OPERATIONS, state::tables).on_timer(expiry::fire).fronts(fronts::FRONTS);
