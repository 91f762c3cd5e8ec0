//! Whether an execution can be redriven.
//! <https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html>

use crate::state::Execution;

/// `redriveStatus` and its reason. Redriving is not built, so that no execution is said to allow it.
pub fn status(execution: &Execution) -> (&'static str, &'static str) {
    let reason = match execution.status.as_str() {
        "RUNNING" => "Execution is RUNNING and cannot be redriven",
        "SUCCEEDED" => "Execution is SUCCEEDED and cannot be redriven",
        _ => "RedriveExecution is not implemented here",
    };
    ("NOT_REDRIVABLE", reason)
}
