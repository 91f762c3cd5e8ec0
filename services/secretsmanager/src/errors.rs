//! The errors of Secrets Manager, in AWS's words.

use service::Error;

pub fn not_found() -> Error {
    Error::new("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
}

pub fn value_not_found(what: &str, name: &str) -> Error {
    let text = format!("Secrets Manager can't find the specified secret value for {what}: {name}");
    Error::new("ResourceNotFoundException", text)
}

pub fn invalid(text: impl Into<String>) -> Error {
    Error::new("InvalidParameterException", text.into())
}

pub fn refused(text: impl Into<String>) -> Error {
    Error::new("InvalidRequestException", text.into())
}

pub fn marked_for_deletion() -> Error {
    refused("You can't perform this operation on the secret because it was marked for deletion.")
}

pub fn exists(text: impl Into<String>) -> Error {
    Error::new("ResourceExistsException", text.into())
}

pub fn limit(text: &'static str) -> Error {
    Error::new("LimitExceededException", text)
}

pub fn invalid_token() -> Error {
    Error::new("InvalidNextTokenException", "Invalid pagination token.")
}

pub fn malformed_policy(text: impl Into<String>) -> Error {
    Error::new("MalformedPolicyDocumentException", text.into())
}

pub fn public_policy() -> Error {
    let text =
        "This resource policy allows broad access to this secret. Please add a condition or choose other principals.";
    Error::new("PublicPolicyException", text)
}

/// What is left out is refused by name.
pub fn refuse(what: &str) -> Error {
    let text = format!("secretsmanager: {what} is not implemented here; trying again will not help.");
    Error::new("NotImplemented", text).status(400)
}
