//! The errors of CloudFormation, in AWS's words. Codes are the names of the model's error shapes; what is wrong with a request
//! or a template is a `ValidationError`.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html>

use service::{Error, template};

pub fn validation(text: impl Into<String>) -> Error {
    Error::new("ValidationError", text.into()).status(400)
}

/// What is wrong with a template.
pub fn template(error: template::Error) -> Error {
    validation(error.message())
}

pub fn no_stack(name: &str) -> Error {
    validation(format!("Stack with id {name} does not exist"))
}

/// The words of the operations that act on a stack's parts.
pub fn no_stack_named(name: &str) -> Error {
    validation(format!("Stack [{name}] does not exist"))
}

pub fn already_exists(name: &str) -> Error {
    Error::new("AlreadyExistsException", format!("Stack [{name}] already exists"))
}

pub fn change_set_exists(name: &str) -> Error {
    Error::new("AlreadyExistsException", format!("ChangeSet {name} already exists"))
}

pub fn no_change_set(name: &str) -> Error {
    Error::new("ChangeSetNotFoundException", format!("ChangeSet [{name}] does not exist"))
}

pub fn change_set_status(text: String) -> Error {
    Error::new("InvalidChangeSetStatusException", text)
}

pub fn no_resource(logical: &str, stack: &str) -> Error {
    validation(format!("Resource {logical} does not exist for stack {stack}"))
}

pub fn insufficient_capabilities(missing: &[&str]) -> Error {
    let text = format!("Requires capabilities : [{}]", missing.join(", "));
    Error::new("InsufficientCapabilitiesException", text)
}

/// A stack that is in no state for what is asked of it.
pub fn wrong_state(arn: &str, status: &str, verb: &str) -> Error {
    validation(format!("Stack:{arn} is in {status} state and can not be {verb}."))
}

pub fn no_updates() -> Error {
    validation("No updates are to be performed.")
}

/// A member that would have an effect that cannot be given here.
pub fn refuse(member: &str) -> Error {
    validation(format!("{member} is not implemented."))
}

pub fn token() -> Error {
    validation("Invalid token.")
}
