//! Amazon Cognito user pools: users, how they sign in, and the tokens they get.
//!
//! Read `state.rs` first, then `sign_in.rs`, the way from a password to tokens. `srp.rs`, `totp.rs` and `token.rs` are the
//! cryptography and know nothing of any of it; what takes long is done before the writer's lock (`prepare.rs`).
//! `trigger.rs` asks users' functions, `codes.rs` and `messages.rs` send codes, `fronts.rs` publishes the keys.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/Welcome.html>

mod access;
mod access_token;
mod api;
mod attributes;
mod claims;
mod client;
mod codes;
mod errors;
mod filter;
mod fronts;
mod groups;
mod lockout;
mod messages;
mod ops;
mod paging;
mod password;
mod peers;
mod places;
mod pool;
mod prepare;
mod refresh;
mod resources;
mod schema;
mod session;
mod settings;
mod sign_in;
mod srp;
mod state;
mod tags;
mod token;
mod totp;
mod trigger;
mod user;

use service::Service;

/// Cognito user pools.
pub static SERVICE: Service = Service::new(api::FACTS, &api::MODEL, api::OPERATIONS, state::tables)
    .measuring_in("AWS/Cognito")
    .fronts(fronts::FRONTS)
    .resources(resources::TYPES);
