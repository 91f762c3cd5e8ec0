//! CloudFormation's language: templates are read, checked, evaluated and compared here. Pure: nothing is known of
//! stacks, of services, or of what a resource type does beyond its schema.
//!
//! - [`Template::parse`] reads JSON or YAML and checks what can be checked without values.
//! - [`Template::check_rules`] holds parameters to what a template asserts of them.
//! - [`parameters::resolve`] puts a caller's parameters and the defaults together.
//! - [`Evaluator`] evaluates intrinsic functions over [`Facts`] that the caller of this crate has.
//! - [`Graph`] says what must exist before what.
//! - [`Schema`] checks a resource's properties and says what a change of them means.
//!
//! Texts of errors are AWS's, as its users have quoted them.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-reference.html>

mod check;
mod cidr;
mod diff;
mod drift;
mod dynamic;
mod error;
mod evaluate;
mod functions;
mod graph;
pub mod json;
pub mod parameters;
pub mod pseudo;
mod read;
mod references;
mod rules;
mod schema;
mod sections;
mod substitute;
mod template;
mod yaml;

pub use diff::{Effect, PropertyChange};
pub use drift::Drift;
pub use dynamic::{DynamicReference, resolve_dynamic};
pub use error::{Error, Result};
pub use evaluate::{Evaluator, Facts};
pub use graph::Graph;
pub use read::read as read_document;
pub use references::{Reference, of as references_of};
pub use rules::{Assertion, Rule};
pub use schema::{Schema, Schemas};
pub use template::{DeletionPolicy, Output, Parameter, Resource, Template};

/// The longest template that stands in a request, in bytes.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
pub const LONGEST_BODY: usize = 51_200;
/// The longest template that is read from a bucket, in bytes.
pub const LONGEST_FILE: usize = 1_048_576;
/// How deep a template may be nested. AWS names no such limit; rows keep trees of up to 64 levels.
pub(crate) const DEEPEST: usize = 48;
