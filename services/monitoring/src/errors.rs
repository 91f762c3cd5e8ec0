//! The errors of CloudWatch, by the names of the model's shapes and in AWS's words where they are known.

use service::Error;
use std::fmt::Display;

pub fn invalid(text: impl Into<String>) -> Error {
    Error::new("InvalidParameterValueException", text.into())
}

/// A value that a parameter does not take.
pub fn value(value: impl Display, parameter: &str) -> Error {
    invalid(format!("The value {value} for parameter {parameter} is invalid."))
}

pub fn combination(text: impl Into<String>) -> Error {
    Error::new("InvalidParameterCombinationException", text.into())
}

pub fn missing(text: impl Into<String>) -> Error {
    Error::new("MissingRequiredParameterException", text.into())
}

pub fn validation(text: impl Into<String>) -> Error {
    Error::new("ValidationException", text.into())
}

pub fn invalid_token() -> Error {
    Error::new("InvalidNextToken", "Request parameter NextToken is invalid")
}

pub fn limit_exceeded(text: impl Into<String>) -> Error {
    Error::new("LimitExceededFault", text.into())
}

pub fn not_implemented(what: &str) -> Error {
    let text = format!("monitoring: {what} is not implemented here; trying again will not help.");
    Error::new("NotImplemented", text).status(400)
}

/// Refuses members that are set and would do nothing here.
pub fn refuse(operation: &str, members: &[(&str, bool)]) -> service::Result<()> {
    match members.iter().find(|(_, given)| *given) {
        Some((name, _)) => Err(not_implemented(&format!("{operation} with {name}"))),
        None => Ok(()),
    }
}
