//! The operations, one file for each kind of thing.

pub mod associations;
pub mod customer_permissions;
pub mod invitations;
pub mod listings;
pub mod permissions;
pub mod shares;
pub mod tags;
