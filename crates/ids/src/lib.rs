//! The names by which everything is addressed: accounts, regions, ARNs and request ids.
//!
//! Invariant: this crate depends on nothing, and an id that exists is well formed: every constructor checks.

mod account;
mod arn;
pub mod key_id;
mod region;
mod request;

pub use account::AccountId;
pub use arn::{Arn, ArnError, ArnParts};
pub use region::{Partition, Region};
pub use request::RequestId;

/// The text given is not a well-formed id of this kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// What was expected, for example `12 digits`.
    pub expected: &'static str,
}

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "expected {}", self.expected)
    }
}

impl std::error::Error for Malformed {}
