//! Why a function does not do what it was asked.

use crate::aws::AwsError;
use crate::http::Problem;
use serde_json::{Value, json};
use std::fmt;

/// What an invocation fails with.
#[derive(Debug)]
pub enum Failure {
    /// What the caller did wrong: he is told, and the function did its work.
    Problem(Problem),
    /// A rule of the business that a workflow decides by: its name and why.
    Refused(&'static str, String),
    /// An event that is not what this function takes.
    Malformed(String),
    /// A setting that is missing, or is not what it must be.
    Misconfigured(String),
    /// What AWS answered.
    Aws(AwsError),
    /// The Runtime API or another server could not be understood.
    Transport(String),
}

impl Failure {
    /// The name that Lambda, logs and workflows know it by.
    pub fn kind(&self) -> &str {
        match self {
            Failure::Problem(problem) => problem.code,
            Failure::Refused(name, _) => name,
            Failure::Malformed(_) => "MalformedEvent",
            Failure::Misconfigured(_) => "Misconfigured",
            Failure::Aws(error) => &error.code,
            Failure::Transport(_) => "Transport",
        }
    }

    /// What a log line says of it.
    pub fn described(&self) -> Value {
        match self {
            Failure::Aws(error) => json!({
                "errorType": error.code,
                "error": error.message,
                "service": error.service,
                "operation": error.operation,
                "awsRequestId": error.request_id,
            }),
            other => json!({"errorType": other.kind(), "error": other.to_string()}),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Problem(problem) => f.write_str(&problem.message),
            Failure::Refused(_, text)
            | Failure::Malformed(text)
            | Failure::Misconfigured(text)
            | Failure::Transport(text) => f.write_str(text),
            Failure::Aws(error) => error.fmt(f),
        }
    }
}

impl From<AwsError> for Failure {
    fn from(error: AwsError) -> Failure {
        Failure::Aws(error)
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Failure {
        Failure::Problem(problem)
    }
}
