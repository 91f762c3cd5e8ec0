//! Event patterns: what EventBridge's rules, SNS's filter policies, and filters of Lambda's event sources and of Pipes have
//! in common.
//!
//! The crate is pure and knows no service. A pattern is compiled once ([`Pattern::compile`]); an event is read once
//! ([`Json::parse`], which borrows from its text) and matched against any number of patterns without building a string.
//!
//! Invariants: no input makes the crate panic; nesting is bounded by [`DEEPEST`]; matching takes at most
//! `pattern * event` steps.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html>

mod address;
mod cache;
mod compile;
mod error;
mod expression;
mod json;
mod matching;
mod number;
mod reader;
mod test;
mod text;

pub use cache::Cache;
pub use compile::{Limits, Numbers, Pattern};
pub use error::{Error, Fault};
pub use json::Json;
pub use reader::DEEPEST;
