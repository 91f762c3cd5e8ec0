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
mod durations;
mod errors;
mod keys;
mod mfa;
mod ops;
mod peers;
mod role_arn;
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
pub use keys::set_issuer_keys;

use service::{Cx, Result, Service, Timer};

/// STS.
pub static SERVICE: Service = Service {
    facts: api::FACTS,
    model: &api::MODEL,
    operations: api::OPERATIONS,
    tables: state::tables,
    on_timer: nothing_falls_due,
    authority: Some(authority::AUTHORITY),
};

/// Sessions end by the time that stands in their tokens.
fn nothing_falls_due(_: &mut Cx, _: &Timer) -> Result<()> {
    Ok(())
}
