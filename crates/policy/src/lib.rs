//! The IAM policy language: read, check, evaluate, explain.
//!
//! The crate is pure. It reads no clock, no file and no network, and it knows no service: actions, ARNs, context keys and
//! partitions are data that the caller brings. One function decides ([`evaluate`]); one tells why ([`explain`]); they
//! share every step, so they cannot disagree.
//!
//! ```text
//! text --Document::parse / valid::check--> Document --+
//! Principal, Context, action, ARN -----> Request -----+--> evaluate --> Decision
//! identity, boundary, SCP, ... --------> Policies ----+--> explain  --> Decision and Proof
//! ```
//!
//! Invariants: a document is compiled once and never changes; a matching `Deny` in any policy that applies wins; the
//! order of policies and statements never matters; no input makes the crate panic or take more than
//! `pattern * text` steps.

pub mod analysis;
mod cache;
mod condition;
mod context;
mod decision;
mod document;
mod error;
mod evaluate;
mod explain;
mod grant;
mod json;
pub mod least;
mod pattern;
mod position;
mod principal;
mod request;
pub mod valid;

pub use cache::Cache;
pub use condition::{Condition, Operator, Order, SetOperator, Test, is_moment};
pub use context::{Context, Lookup};
pub use decision::{Decision, PolicyKind, Reason, StatementRef};
pub use document::{Document, Effect, Limits, Statement, Targets, Version};
pub use error::{Error, Fault};
pub use evaluate::evaluate;
pub use explain::{ConditionProof, Explanation, KeyProof, Miss, Proof, StatementProof, Verdict, explain};
pub use grant::{Grant, GrantConstraint};
pub use pattern::Pattern;
pub use position::{Position, Span, statement_spans};
pub use principal::{Named, Naming, Principal, PrincipalKind, Principals};
pub use request::{Level, Policies, Request, ResourcePolicy, ResourcePolicyMode, Source};
