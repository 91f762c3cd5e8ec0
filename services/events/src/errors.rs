//! The errors of EventBridge, in AWS's words where they are known: none is documented but by what AWS was seen to answer.

use service::Error;
use service::pattern;

pub fn validation(text: impl Into<String>) -> Error {
    Error::new("ValidationException", text.into()).status(400)
}

pub fn not_found(text: impl Into<String>) -> Error {
    Error::new("ResourceNotFoundException", text.into())
}

pub fn bus_not_found(name: &str) -> Error {
    not_found(format!("Event bus {name} does not exist."))
}

pub fn rule_not_found(rule: &str, bus: &str) -> Error {
    not_found(format!("Rule {rule} does not exist on EventBus {bus}."))
}

pub fn exists(text: impl Into<String>) -> Error {
    Error::new("ResourceAlreadyExistsException", text.into())
}

pub fn limit_exceeded() -> Error {
    Error::new("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
}

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html>
pub fn invalid_pattern(error: &pattern::Error, text: &str) -> Error {
    let reason = match error.fault {
        pattern::Fault::TooComplex => "Rule is too complex - try using fewer combinations of $or".to_owned(),
        _ => error.located(text),
    };
    Error::new("InvalidEventPatternException", format!("Event pattern is not valid. Reason: {reason}"))
}

pub fn not_implemented(what: &str) -> Error {
    let text = format!("events: {what} is not implemented here; trying again will not help.");
    Error::new("NotImplemented", text).status(400)
}
