//! What is answered in OAuth's words (RFC 6749, section 5.2; RFC 8628, section 3.5).

use service::Error;

fn oauth(code: &'static str, error: &'static str, description: &'static str) -> Error {
    Error::new(code, description).with("error", error).with("error_description", description)
}

pub fn invalid_request(description: &'static str) -> Error {
    oauth("InvalidRequestException", "invalid_request", description)
}

pub fn invalid_client() -> Error {
    oauth("InvalidClientException", "invalid_client", "The client or its secret is not valid.")
}

pub fn invalid_client_metadata(description: &'static str) -> Error {
    oauth("InvalidClientMetadataException", "invalid_client_metadata", description)
}

pub fn invalid_redirect_uri() -> Error {
    let text = "The redirect URI is not valid: it must be https, or http on a loopback address.";
    oauth("InvalidRedirectUriException", "invalid_redirect_uri", text)
}

pub fn invalid_grant() -> Error {
    oauth("InvalidGrantException", "invalid_grant", "Invalid grant provided")
}

pub fn unauthorized_client() -> Error {
    oauth("UnauthorizedClientException", "unauthorized_client", "The client may not use this grant.")
}

pub fn unsupported_grant_type() -> Error {
    oauth("UnsupportedGrantTypeException", "unsupported_grant_type", "The grant type is not supported.")
}

pub fn authorization_pending() -> Error {
    oauth("AuthorizationPendingException", "authorization_pending", "The user has not answered yet.")
}

pub fn access_denied() -> Error {
    oauth("AccessDeniedException", "access_denied", "The user has refused.").status(400)
}

pub fn expired_token() -> Error {
    oauth("ExpiredTokenException", "expired_token", "The device code has expired.")
}

/// A member that has a meaning on AWS which it has not here.
pub fn not_implemented(operation: &str, member: &str) -> Error {
    let text = format!("sso-oauth:{operation} member {member} is not implemented by Terrella");
    Error::new("NotImplemented", text).status(400)
}
