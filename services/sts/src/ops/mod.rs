//! The operations, one file for each kind of thing.

pub mod delegation;
pub mod federation;
pub mod identity;
pub mod messages;
pub mod outbound;
pub mod roles;
pub mod root;
pub mod saml;
pub mod sessions;
pub mod web_identity;
