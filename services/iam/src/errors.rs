//! What IAM answers when it refuses, word for word.
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html>

use crate::entity::Kind;
use service::{Caller, Error};

/// Nothing goes by this name.
pub fn no_such(kind: Kind, name: &str) -> Error {
    not_found(match kind {
        Kind::User => format!("The user with name {name} cannot be found."),
        Kind::Group => format!("The group with name {name} cannot be found."),
        Kind::Role => format!("The role with name {name} cannot be found."),
        Kind::Policy => format!("Policy {name} was not found."),
        Kind::InstanceProfile => format!("Instance Profile {name} cannot be found."),
        Kind::ServerCertificate => format!("The Server Certificate with name {name} cannot be found."),
    })
}

/// Something goes by this name already.
pub fn exists(kind: Kind, name: &str) -> Error {
    already(match kind {
        Kind::User => format!("User with name {name} already exists."),
        Kind::Group => format!("Group with name {name} already exists."),
        Kind::Role => format!("Role with name {name} already exists."),
        Kind::Policy => format!("A policy called {name} already exists. Duplicate names are not allowed."),
        Kind::InstanceProfile => format!("Instance Profile {name} already exists."),
        Kind::ServerCertificate => format!("The Server Certificate with name {name} already exists."),
    })
}

/// The key is not there, or another account's: AWS does not tell which, and its page lists no error of the operation's own.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html>
pub fn unknown_key(caller: &Caller, access_key: &str) -> Error {
    let action = "iam:GetAccessKeyLastUsed";
    let text =
        format!("User: {} is not authorized to perform: {action} on resource: access key {access_key}", caller.arn);
    Error::new("AccessDenied", text).status(403)
}

/// 404.
pub fn not_found(message: impl Into<String>) -> Error {
    Error::new("NoSuchEntityException", message.into())
}

/// 409.
pub fn already(message: impl Into<String>) -> Error {
    Error::new("EntityAlreadyExistsException", message.into())
}

/// The policy is not there, or not one that identities can have.
pub fn not_attachable(arn: &str) -> Error {
    not_found(format!("Policy {arn} does not exist or is not attachable."))
}

/// The version is not there.
pub fn no_such_version(arn: &str, version: &str) -> Error {
    not_found(format!("Policy {arn} version {version} does not exist or is not attachable."))
}

/// The policy that should become a boundary is not there.
pub fn no_such_scope(arn: &str) -> Error {
    not_found(format!("Scope ARN: {arn} does not exist or is not attachable."))
}

/// An inline policy is not there.
pub fn no_such_inline(kind: Kind, policy: &str) -> Error {
    not_found(format!("The {} policy with name {policy} cannot be found.", kind.word()))
}

/// Something stands in the way of a deletion.
pub fn in_the_way(what: &str) -> Error {
    Error::new("DeleteConflictException", format!("Cannot delete entity, must {what} first."))
}

/// A deletion that is refused in other words.
pub fn delete_conflict(message: &'static str) -> Error {
    Error::new("DeleteConflictException", message)
}

/// A quota is reached.
pub fn quota(name: &str, most: usize) -> Error {
    limit(format!("Cannot exceed quota for {name}: {most}"))
}

/// A limit that is told in other words.
pub fn limit(message: impl Into<String>) -> Error {
    Error::new("LimitExceededException", message.into())
}

/// 403, for what no policy could allow.
pub fn denied(message: impl Into<String>) -> Error {
    Error::new("AccessDenied", message.into()).status(403)
}

/// 400.
pub fn invalid_input(message: impl Into<String>) -> Error {
    Error::new("InvalidInputException", message.into())
}

/// 400, as for what breaks the model's constraints.
pub fn validation(message: impl Into<String>) -> Error {
    Error::new("ValidationError", message.into()).status(400)
}

/// 400: a value breaks one of the model's constraints that the handlers check.
pub fn constraint(member: &str, value: &str, constraint: &str) -> Error {
    validation(format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {constraint}"
    ))
}

/// 400.
pub fn malformed_policy(message: impl Into<String>) -> Error {
    Error::new("MalformedPolicyDocumentException", message.into())
}

/// Service-linked roles are changed by their service alone.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html>
pub fn unmodifiable(role: &str) -> Error {
    Error::new(
        "UnmodifiableEntityException",
        format!("Cannot perform the operation on the protected role '{role}' - this role is only modifiable by AWS"),
    )
}
