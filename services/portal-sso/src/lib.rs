//! The access portal of IAM Identity Center: what somebody who has signed in may be, and the credentials to be it.
//!
//! It keeps nothing of its own: users' sessions, assignments and roles are the service `sso`'s, of which this is a further endpoint.
//! Credentials come from STS, to which Identity Center vouches for the user by a signed SAML assertion, as on AWS: so they may do
//! what the role's policies allow, and no more.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/Welcome.html>

mod access;
mod api;
mod errors;
mod ops;
mod peers;
mod prepare;

use service::Service;

/// The access portal.
pub static SERVICE: Service = Service::new(api::FACTS, &api::MODEL, api::OPERATIONS, Vec::new);
