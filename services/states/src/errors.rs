//! The errors of Step Functions, in AWS's words. Codes are the names of the model's error shapes.

use service::{Error, Value};

pub fn validation(text: impl Into<String>, reason: &'static str) -> Error {
    Error::new("ValidationException", text.into()).with("reason", Value::from(reason))
}

pub fn invalid_arn(arn: &str) -> Error {
    Error::new("InvalidArn", format!("Invalid Arn: '{arn}'"))
}

/// An ARN of another kind of resource than the operation takes.
pub fn other_resource(kind: &str) -> Error {
    Error::new("InvalidArn", format!("Invalid Arn: 'Resource type not valid in this context: {kind}'"))
}

pub fn invalid_name(name: &str) -> Error {
    Error::new("InvalidName", format!("Invalid Name: '{name}'"))
}

pub fn invalid_definition(text: impl std::fmt::Display) -> Error {
    Error::new("InvalidDefinition", format!("Invalid State Machine Definition: '{text}'"))
}

pub fn invalid_input(text: impl std::fmt::Display) -> Error {
    Error::new("InvalidExecutionInput", format!("Invalid State Machine Execution Input: '{text}'"))
}

pub fn invalid_output(text: impl std::fmt::Display) -> Error {
    Error::new("InvalidOutput", format!("Invalid Output: '{text}'"))
}

pub fn invalid_token(text: &str) -> Error {
    Error::new("InvalidToken", format!("Invalid Token: '{text}'"))
}

pub fn invalid_logging(text: &str) -> Error {
    Error::new("InvalidLoggingConfiguration", format!("Invalid Logging Configuration: {text}"))
}

pub fn machine_missing(arn: &str) -> Error {
    Error::new("StateMachineDoesNotExist", format!("State Machine Does Not Exist: '{arn}'"))
}

pub fn machine_exists(arn: &str) -> Error {
    Error::new("StateMachineAlreadyExists", format!("State Machine Already Exists: '{arn}'"))
}

pub fn too_many_machines() -> Error {
    Error::new("StateMachineLimitExceeded", "Maximum number of state machines has been reached.")
}

pub fn execution_missing(arn: &str) -> Error {
    Error::new("ExecutionDoesNotExist", format!("Execution Does Not Exist: '{arn}'"))
}

pub fn execution_exists(arn: &str) -> Error {
    Error::new("ExecutionAlreadyExists", format!("Execution Already Exists: '{arn}'"))
}

pub fn resource_missing(arn: &str) -> Error {
    Error::new("ResourceNotFound", format!("Resource not found: '{arn}'"))
}

pub fn activity_missing(arn: &str) -> Error {
    Error::new("ActivityDoesNotExist", format!("Activity Does Not Exist: '{arn}'"))
}

pub fn too_many_activities() -> Error {
    Error::new("ActivityLimitExceeded", "Maximum number of activities has been reached.")
}

pub fn task_over() -> Error {
    Error::new("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")
}

pub fn too_many_tags(arn: &str) -> Error {
    Error::new("TooManyTags", "Maximum number of tags exceeded.").with("resourceName", Value::from(arn))
}

pub fn nothing_to_update() -> Error {
    let text =
        "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified";
    Error::new("MissingRequiredParameter", text)
}

pub fn conflict(text: impl Into<String>) -> Error {
    Error::new("ConflictException", text.into())
}

pub fn quota(text: &'static str) -> Error {
    Error::new("ServiceQuotaExceededException", text)
}

/// What is left out is refused by name.
pub fn refuse(what: &str) -> Error {
    let text = format!("states: {what} is not implemented here; trying again will not help.");
    Error::new("NotImplemented", text).status(400)
}
