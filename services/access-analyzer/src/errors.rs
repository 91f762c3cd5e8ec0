//! The errors of IAM Access Analyzer. Codes are the names of the model's error shapes.

use service::Error;
use std::fmt::Display;

pub fn validation(text: impl Into<String>) -> Error {
    Error::new("ValidationException", text.into()).with("reason", "other")
}

pub fn invalid_parameter(text: impl Into<String>) -> Error {
    Error::new("InvalidParameterException", text.into())
}

/// What could not be decided is not guessed.
pub fn unprocessable(text: impl Into<String>) -> Error {
    Error::new("UnprocessableEntityException", text.into())
}

pub fn token() -> Error {
    validation("The provided next token is invalid.")
}

pub fn no_analyzer(id: &str) -> Error {
    not_found("Analyzer", id)
}

pub fn not_found(kind: &str, id: &str) -> Error {
    let name = match kind {
        "ArchiveRule" => "archive rule".to_owned(),
        "AccessPreview" => "access preview".to_owned(),
        other => other.to_ascii_lowercase(),
    };
    let text = format!("The specified {name} does not exist.");
    Error::new("ResourceNotFoundException", text).with("resourceId", id).with("resourceType", kind)
}

pub fn conflict(kind: &str, id: &str, text: impl Into<String>) -> Error {
    Error::new("ConflictException", text.into()).with("resourceId", id).with("resourceType", kind)
}

pub fn quota(kind: &str, id: &str, text: impl Into<String>) -> Error {
    Error::new("ServiceQuotaExceededException", text.into()).with("resourceId", id).with("resourceType", kind)
}

pub fn not_implemented(what: impl Display) -> Error {
    let text = format!("access-analyzer: {what} is not implemented here; trying again will not help.");
    Error::new("NotImplemented", text).status(400)
}
