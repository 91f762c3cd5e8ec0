//! What the identity store answers when it refuses.
//! <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/CommonErrors.html>

use service::Error;

/// 400.
pub fn validation(message: impl Into<String>) -> Error {
    Error::new("ValidationException", message.into())
}

/// Something is not there: `USER`, `GROUP`, `GROUP_MEMBERSHIP`, `IDENTITY_STORE`.
pub fn not_found(kind: &'static str, id: &str) -> Error {
    let error = Error::new("ResourceNotFoundException", format!("{kind} not found."));
    error.with("ResourceType", kind).with("ResourceId", id)
}

/// An attribute has a value that only one may have.
pub fn duplicate(attribute: &str) -> Error {
    let error = Error::new("ConflictException", format!("Duplicate {attribute}"));
    error.with("Reason", "UNIQUENESS_CONSTRAINT_VIOLATION")
}

/// Somebody changed it in between.
pub fn stale_revision() -> Error {
    let error = Error::new("ConflictException", "The revision that was given is not the latest one.");
    error.with("Reason", "CONCURRENT_MODIFICATION")
}

/// A quota is reached.
pub fn quota(message: impl Into<String>) -> Error {
    Error::new("ServiceQuotaExceededException", message.into())
}

/// A member that has a meaning on AWS which it has not here.
pub fn not_implemented(operation: &str, member: &str) -> Error {
    let text = format!("identitystore:{operation} member {member} is not implemented by Terrella");
    Error::new("NotImplemented", text).status(400)
}
