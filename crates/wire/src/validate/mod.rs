//! The constraints of a model, checked on what a request carries: presence, length, range, pattern and enumeration.
//!
//! The model is not AWS: [`Rules`] say which constraints a service holds its callers to, and how it words a refusal.

mod check;
mod constraint;
mod doubt;
mod java;
mod pattern;
mod rules;
#[cfg(test)]
mod tests;
mod text;

pub use check::{MOST_VIOLATIONS, check};
pub use constraint::{Violation, members, message};
pub use doubt::doubtful;
pub use pattern::{Pattern, PatternError};
pub use rules::{Exception, Rules, Scope, Style};
