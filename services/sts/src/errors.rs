//! The errors of STS, in AWS's words. Texts are those that AWS was seen to answer (users' reports); none is documented.

use service::{Caller, Error};
use std::fmt::Display;

/// <https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html>
pub fn validation(text: impl Into<String>) -> Error {
    Error::new("ValidationError", text.into()).status(400)
}

/// One constraint of the model's kind that the model does not have.
pub fn constraint(value: &str, member: &str, constraint: &str) -> Error {
    validation(format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {constraint}"
    ))
}

pub fn invalid_parameter(text: impl Into<String>) -> Error {
    Error::new("InvalidParameterValue", text.into()).status(400)
}

pub fn access_denied(text: impl Into<String>) -> Error {
    Error::new("AccessDenied", text.into()).status(403)
}

/// A denial without a word about why: so AWS answers for roles that do not exist.
pub fn not_authorized(caller: &Caller, action: &str, resource: impl Display) -> Error {
    access_denied(format!("User: {} is not authorized to perform: {action} on resource: {resource}", caller.arn))
}

/// The same for callers who show a token of an identity provider.
pub fn provider_not_authorized(action: &str) -> Error {
    access_denied(format!("Not authorized to perform {action}"))
}

pub fn session_credentials(operation: &str) -> Error {
    access_denied(format!("Cannot call {operation} with session credentials"))
}

pub fn malformed_policy(text: impl Into<String>) -> Error {
    Error::new("MalformedPolicyDocumentException", text.into())
}

pub fn packed_policy_too_large(percent: i64) -> Error {
    let text = format!("Packed policy consumes {percent}% of allotted space, please use smaller policy.");
    Error::new("PackedPolicyTooLargeException", text)
}

pub fn invalid_identity_token(text: impl Into<String>) -> Error {
    Error::new("InvalidIdentityTokenException", text.into())
}

pub fn expired_token(now: i64, expires: i64) -> Error {
    let text = format!("Token expired: current date/time {now} must be before the expiration date/time {expires}");
    Error::new("ExpiredTokenException", text)
}

/// SAML responses are old after five minutes, whatever they say themselves.
pub fn unredeemed_token() -> Error {
    Error::new("ExpiredTokenException", "Token must be redeemed within 5 minutes of issuance")
}

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html#API_AssumeRoleWithSAML_Errors>
pub fn rejected_claim() -> Error {
    Error::new("IDPRejectedClaimException", "The identity provider (IdP) reported that authentication failed")
}

pub fn outbound_federation_disabled() -> Error {
    let text = "Outbound web identity federation is not enabled for this account";
    Error::new("OutboundWebIdentityFederationDisabledException", text)
}

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html#API_GetWebIdentityToken_Errors>
pub fn session_duration_escalation() -> Error {
    let text = "The requested token duration would extend the session beyond its original expiration time";
    Error::new("SessionDurationEscalationException", text)
}

/// Not one of ours, or another provider's: which, is not told.
pub fn invalid_trade_in_token() -> Error {
    access_denied("The trade-in token is not valid for this account.")
}

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetDelegatedAccessToken.html#API_GetDelegatedAccessToken_Errors>
pub fn expired_trade_in_token() -> Error {
    let text = "The trade-in token provided in the request has expired and can no longer be exchanged for credentials. \
                Request a new token and retry the operation.";
    Error::new("ExpiredTradeInTokenException", text)
}

pub fn invalid_authorization_message() -> Error {
    Error::new("InvalidAuthorizationMessageException", "Message is not valid")
}

/// A member that has a meaning on AWS which it has not here.
pub fn not_implemented(operation: &str, member: &str) -> Error {
    Error::new("NotImplemented", format!("sts:{operation} member {member} is not implemented by Terrella")).status(400)
}
