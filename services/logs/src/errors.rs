//! The errors of CloudWatch Logs, in AWS's words where they are known: most are not documented.

use service::Error;

pub fn invalid(text: impl Into<String>) -> Error {
    Error::new("InvalidParameterException", text.into())
}

/// A value that the model would refuse if it knew the rule.
pub fn constraint(value: &str, member: &str, rule: &str) -> Error {
    invalid(format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must {rule}"
    ))
}

pub fn not_found(what: &str) -> Error {
    Error::new("ResourceNotFoundException", format!("The specified {what} does not exist."))
}

pub fn group_not_found() -> Error {
    not_found("log group")
}

pub fn stream_not_found() -> Error {
    not_found("log stream")
}

pub fn exists(what: &str) -> Error {
    Error::new("ResourceAlreadyExistsException", format!("The specified {what} already exists"))
}

pub fn limit_exceeded() -> Error {
    Error::new("LimitExceededException", "Resource limit exceeded.")
}

pub fn invalid_pattern() -> Error {
    invalid("Invalid filter pattern")
}

pub fn invalid_token() -> Error {
    invalid("The specified nextToken is invalid.")
}

pub fn not_implemented(what: &str) -> Error {
    let text = format!("logs: {what} is not implemented here; trying again will not help.");
    Error::new("NotImplemented", text).status(400)
}
