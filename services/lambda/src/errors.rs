//! The errors of AWS Lambda, in AWS's words. Codes are the names of the model's error shapes.

use service::{Arn, Error, Result};

fn user(code: &'static str, text: impl Into<String>) -> Error {
    Error::new(code, text.into()).with("Type", "User")
}

pub fn invalid(text: impl Into<String>) -> Error {
    user("InvalidParameterValueException", text)
}

pub fn conflict(text: impl Into<String>) -> Error {
    user("ResourceConflictException", text)
}

pub fn not_found(text: impl Into<String>) -> Error {
    user("ResourceNotFoundException", text)
}

pub fn cross_account_role() -> Error {
    Error::new("AccessDeniedException", "Cross-account pass role is not allowed.").status(403)
}

pub fn function_not_found(arn: &Arn) -> Error {
    not_found(format!("Function not found: {arn}"))
}

pub fn alias_not_found(arn: &Arn) -> Error {
    not_found(format!("Cannot find alias arn: {arn}"))
}

/// What is answered for a policy, a mapping or the like that is not there.
pub fn no_such_resource() -> Error {
    not_found("The resource you requested does not exist.")
}

pub fn revision(kind: &str) -> Error {
    let text = format!(
        "The Revision Id provided does not match the latest Revision Id. Call the {kind} API to retrieve the latest Revision Id"
    );
    user("PreconditionFailedException", text)
}

/// A value that breaks a limit, in the model's words.
pub fn constraint(value: impl std::fmt::Display, member: &str, constraint: &str) -> Error {
    let text = format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {constraint}"
    );
    Error::new("ValidationException", text).status(400)
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors>
pub fn too_large(limit: usize, operation: &str) -> Error {
    user(
        "RequestTooLargeException",
        format!("Request must be smaller than {limit} bytes for the {operation} operation"),
    )
}

/// A package that does not fit into one request.
pub fn entity_too_large(limit: usize, operation: &str) -> Error {
    let text = format!("Request must be smaller than {limit} bytes for the {operation} operation");
    Error::new("RequestEntityTooLargeException", text).status(413)
}

/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html>
pub fn throttled(reason: &'static str) -> Error {
    user("TooManyRequestsException", "Rate Exceeded.").with("Reason", reason)
}

pub fn role_not_assumable() -> Error {
    invalid("The role defined for the function cannot be assumed by Lambda.")
}

/// An invocation whose role has gone, or does not let Lambda assume it any more.
pub fn role_refuses() -> Error {
    let text = "The role defined for the function cannot be assumed by Lambda.";
    Error::new("AccessDeniedException", text).status(403)
}

/// What the engine that runs functions cannot run here, in its words.
pub fn cannot_run(why: &str) -> Error {
    Error::new("NotImplemented", format!("lambda: {why}")).status(400)
}

/// A member of a request that asks for what is not built.
pub fn refuse(member: &str) -> Error {
    not_implemented(&format!("the parameter {member}"))
}

pub fn not_implemented(what: &str) -> Error {
    let text = format!("lambda: {what} is not implemented here; trying again will not help.");
    Error::new("NotImplemented", text).status(400)
}

/// The first error whose condition holds.
pub fn unless(all: impl IntoIterator<Item = (bool, Error)>) -> Result<()> {
    all.into_iter().find(|(asked, _)| *asked).map_or(Ok(()), |(_, error)| Err(error))
}
