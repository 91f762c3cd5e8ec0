//! What Identity Center answers when it refuses.
//! <https://docs.aws.amazon.com/singlesignon/latest/APIReference/CommonErrors.html>

use service::Error;

/// 400.
pub fn validation(message: impl Into<String>) -> Error {
    Error::new("ValidationException", message.into())
}

/// 404 in words, 400 on the wire.
pub fn not_found(message: impl Into<String>) -> Error {
    Error::new("ResourceNotFoundException", message.into())
}

/// Something stands in the way.
pub fn conflict(message: impl Into<String>) -> Error {
    Error::new("ConflictException", message.into())
}

/// A quota is reached.
pub fn quota(message: impl Into<String>) -> Error {
    Error::new("ServiceQuotaExceededException", message.into())
}

/// An instance is not there, or not this account's to manage.
pub fn no_instance(id: &str) -> Error {
    not_found(format!("Could not find Instance with id {id}"))
}

/// A permission set is not there.
pub fn no_set(id: &str) -> Error {
    not_found(format!("Could not find PermissionSet with id {id}"))
}

/// An account instance whose permission sets were not enabled.
pub fn sets_disabled() -> Error {
    validation("Permission sets are not enabled for this instance of IAM Identity Center.")
}

/// A member that has a meaning on AWS which it has not here.
pub fn not_implemented(operation: &str, member: &str) -> Error {
    let text = format!("sso:{operation} member {member} is not implemented by Terrella");
    Error::new("NotImplemented", text).status(400)
}
