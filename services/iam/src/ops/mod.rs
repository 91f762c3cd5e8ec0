//! The operations, a file for each kind of thing.

pub mod access_keys;
pub mod account;
pub mod attached_policies;
pub mod authorization_details;
pub mod boundaries;
pub mod context_keys;
pub mod credential_reports;
pub mod groups;
pub mod inline_policies;
pub mod instance_profiles;
pub mod login_profiles;
pub mod managed_policies;
pub mod mfa_devices;
pub mod oidc_providers;
pub mod outbound_federation;
pub mod policy_versions;
pub mod roles;
pub mod saml_providers;
pub mod server_certificates;
pub mod service_linked_roles;
pub mod signing_certificates;
pub mod ssh_public_keys;
pub mod tagging;
pub mod users;
