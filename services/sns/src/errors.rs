//! The errors of SNS, by the names of the model's shapes and in AWS's words where they are known: most are not documented.

use service::Error;
use std::fmt::Display;

pub fn invalid(what: impl Display) -> Error {
    Error::new("InvalidParameterException", format!("Invalid parameter: {what}"))
}

pub fn topic_not_found() -> Error {
    Error::new("NotFoundException", "Topic does not exist")
}

pub fn subscription_not_found() -> Error {
    Error::new("NotFoundException", "Subscription does not exist")
}

pub fn resource_not_found() -> Error {
    Error::new("ResourceNotFoundException", "Resource does not exist")
}

pub fn not_implemented(what: &str) -> Error {
    let text = format!("sns: {what} is not implemented here; trying again will not help.");
    Error::new("NotImplemented", text).status(400)
}
