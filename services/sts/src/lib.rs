//! AWS Security Token Service: temporary credentials.
//!
//! Nothing is stored of a session. All that it is stands sealed in its token ([`session_token`]), as on AWS; the key that seals is
//! the one row that this service writes. What IAM knows (roles, devices, providers) is asked of it in [`peers`].
//!
//! Read [`session_token`] first, then `ops/roles.rs`. The rules lie beside them: [`session_policies`], [`session_tags`], [`durations`].
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html>

mod access;
mod api;
mod asked;
mod assumption;
mod authority;
mod authorization_message;
mod der;
mod durations;
mod errors;
mod issuers;
mod keys;
mod mfa;
mod moments;
mod ops;
mod outbound;
mod peers;
mod role_arn;
mod root_tasks;
mod saml;
mod sealing;
mod session_policies;
mod session_tags;
mod session_token;
mod state;
mod trust;
mod web_token;

#[cfg(test)]
mod tests;

pub use authorization_message::seal_authorization_message;

use service::Service;

/// STS.
pub static SERVICE: Service = Service::new(api::FACTS, &api::MODEL, api::OPERATIONS, state::tables)
    .authority(authority::AUTHORITY)
    .events(api::EVENTS);
