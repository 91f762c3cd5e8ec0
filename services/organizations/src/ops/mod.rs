//! The operations, one file for each noun.

pub mod accounts;
pub mod attachments;
pub mod children;
pub mod creations;
pub mod delegated_administrators;
pub mod effective_policies;
pub mod features;
pub mod handshakes;
pub mod invitations;
pub mod membership;
pub mod organizational_units;
pub mod organizations;
pub mod policies;
pub mod policy_types;
pub mod resource_policies;
pub mod roots;
pub mod service_access;
pub mod tags;
