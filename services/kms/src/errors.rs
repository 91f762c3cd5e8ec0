//! The errors of KMS, in AWS's words. Codes are the names of the model's error shapes.
//!
//! AWS documents few of its texts. They are those that it was seen to answer, in users' reports and in tests that were
//! run against it; several errors (wrong ciphertexts, signatures and MACs, unsupported operations) come without one.

use service::{Error, View};
use std::fmt::Display;

pub fn validation(text: impl Into<String>) -> Error {
    Error::new("ValidationException", text.into()).status(400)
}

/// A member that AWS takes and that has no equal here.
pub fn refuse(member: &str, view: &View) -> Error {
    let operation = view.request().operation;
    let text = format!("kms:{operation} member {member} is not implemented by Terrella");
    Error::new("NotImplemented", text).status(400)
}

/// A value that AWS takes and that has no equal here.
pub fn not_built(what: &str, view: &View) -> Error {
    let text = format!("kms:{} with {what} is not implemented by Terrella", view.request().operation);
    Error::new("NotImplemented", text).status(400)
}

pub fn access_denied(text: impl Into<String>) -> Error {
    Error::new("AccessDeniedException", text.into()).status(400)
}

/// <https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html>
pub fn not_yours(caller: &str, action: &str, resource: &str) -> Error {
    access_denied(format!(
        "User: {caller} is not authorized to perform: {action} on resource: {resource} because the resource does not \
         exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies \
         access"
    ))
}

pub fn no_such_key(arn: impl Display) -> Error {
    Error::new("NotFoundException", format!("Key '{arn}' does not exist"))
}

pub fn no_such_alias(arn: impl Display) -> Error {
    Error::new("NotFoundException", format!("Alias {arn} is not found."))
}

pub fn invalid_key_id(text: &str) -> Error {
    Error::new("NotFoundException", format!("Invalid keyId {text}"))
}

/// A key of another region.
pub fn invalid_arn_region(region: &str) -> Error {
    Error::new("NotFoundException", format!("Invalid arn {region}"))
}

pub fn invalid_arn(text: &str) -> Error {
    Error::new("InvalidArnException", format!("Invalid arn {text}"))
}

pub fn no_such_policy() -> Error {
    Error::new("NotFoundException", "No such policy exists")
}

pub fn no_such_grant(id: &str) -> Error {
    Error::new("NotFoundException", format!("Grant ID {id} not found"))
}

pub fn disabled(arn: &str) -> Error {
    Error::new("DisabledException", format!("{arn} is disabled."))
}

pub fn invalid_state(text: impl Into<String>) -> Error {
    Error::new("KMSInvalidStateException", text.into())
}

pub fn unsupported(text: impl Into<String>) -> Error {
    Error::new("UnsupportedOperationException", text.into())
}

pub fn invalid_usage(text: impl Into<String>) -> Error {
    Error::new("InvalidKeyUsageException", text.into())
}

pub fn incompatible_algorithm(algorithm: &str, spec: &str) -> Error {
    invalid_usage(format!("Algorithm {algorithm} is incompatible with key spec {spec}."))
}

/// What is wrong with a ciphertext or its encryption context is not told.
pub fn invalid_ciphertext() -> Error {
    Error::new("InvalidCiphertextException", "")
}

pub fn incorrect_key() -> Error {
    let text = "The key ID in the request does not identify a CMK that can perform this operation.";
    Error::new("IncorrectKeyException", text)
}

/// A ciphertext whose key is gone, is elsewhere, or is none of the caller's business.
pub fn unknown_ciphertext_key() -> Error {
    access_denied(
        "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are \
         not allowed to access.",
    )
}

pub fn invalid_signature() -> Error {
    Error::new("KMSInvalidSignatureException", "")
}

pub fn invalid_mac() -> Error {
    Error::new("KMSInvalidMacException", "")
}

/// <https://docs.aws.amazon.com/kms/latest/developerguide/testing-permissions.html>
pub fn dry_run() -> Error {
    Error::new("DryRunOperationException", "The request would have succeeded, but the DryRun option is set.")
}

pub fn limit_exceeded(text: impl Into<String>) -> Error {
    Error::new("LimitExceededException", text.into())
}

pub fn already_exists(text: impl Into<String>) -> Error {
    Error::new("AlreadyExistsException", text.into())
}

/// An alias of AWS's own.
pub fn reserved_alias() -> Error {
    Error::new("NotAuthorizedException", "").status(400)
}

pub fn malformed_policy(text: impl Into<String>) -> Error {
    Error::new("MalformedPolicyDocumentException", text.into())
}

pub fn tag(text: impl Into<String>) -> Error {
    Error::new("TagException", text.into())
}

pub fn invalid_marker() -> Error {
    Error::new("InvalidMarkerException", "The marker is not valid.")
}

pub fn invalid_grant_token() -> Error {
    Error::new("InvalidGrantTokenException", "Invalid token")
}

pub fn invalid_grant_id() -> Error {
    Error::new("InvalidGrantIdException", "Invalid grant ID")
}

pub fn invalid_import_token() -> Error {
    Error::new("InvalidImportTokenException", "")
}

pub fn expired_import_token() -> Error {
    Error::new("ExpiredImportTokenException", "")
}

pub fn incorrect_material(text: impl Into<String>) -> Error {
    Error::new("IncorrectKeyMaterialException", text.into())
}
