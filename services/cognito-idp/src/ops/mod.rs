//! The operations, one file for each noun.

pub mod attributes;
pub mod authentication;
pub mod clients;
pub mod groups;
pub mod members;
pub mod mfa;
pub mod passwords;
pub mod pools;
pub mod sign_up;
pub mod signing_out;
pub mod software_tokens;
pub mod tags;
pub mod users;
