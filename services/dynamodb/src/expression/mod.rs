//! The expression language: conditions, updates, projections and key conditions.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html>
//!
//! An expression is read into tokens (`lexer.rs`), then into what it means (`parser.rs` and `update_parser.rs`), which
//! stands apart from any item; `condition.rs`, `update.rs` and `projection.rs` put that to one. The older parameters
//! (`Expected`, `KeyConditions`, `AttributeUpdates`) become the same (`legacy.rs`).

pub mod condition;
pub mod key_condition;
pub mod legacy;
mod lexer;
mod parameters;
mod parser;
mod path;
pub mod projection;
mod reserved;
#[cfg(test)]
mod tests;
pub mod update;
mod update_parser;

pub use parameters::Parameters;
pub use parser::condition;
pub use path::{Path, Step};
pub use update_parser::update;

use crate::errors;
use service::Error;

/// Which parameter an expression stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `ConditionExpression`
    Condition,
    /// `FilterExpression`
    Filter,
    /// `KeyConditionExpression`
    KeyCondition,
    /// `ProjectionExpression`
    Projection,
    /// `UpdateExpression`
    Update,
}

/// "The maximum length of any expression string is 4 KB."
const LONGEST: usize = 4096;
/// "The maximum number of operators or functions allowed in an UpdateExpression is 300"; it holds for the others too.
const MOST_OPERATORS: usize = 300;

impl Kind {
    /// The parameter's name.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Condition => "ConditionExpression",
            Kind::Filter => "FilterExpression",
            Kind::KeyCondition => "KeyConditionExpression",
            Kind::Projection => "ProjectionExpression",
            Kind::Update => "UpdateExpression",
        }
    }

    /// The error of an expression in this parameter.
    fn error(self, text: impl std::fmt::Display) -> Error {
        errors::validation(format!("Invalid {}: {text}", self.name()))
    }
}
