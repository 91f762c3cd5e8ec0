//! What the access portal answers when it refuses.

use service::Error;

/// <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_ListAccounts.html#API_ListAccounts_Errors>
pub fn unauthorized() -> Error {
    Error::new("UnauthorizedException", "Session token not found or invalid")
}

/// What is not assigned: an error that the model does not have, as AWS was seen to answer it.
/// <https://repost.aws/knowledge-center/iam-identity-center-get-role-credentials>
pub fn forbidden() -> Error {
    Error::new("ForbiddenException", "No access").status(403)
}

/// 400.
pub fn invalid(message: impl Into<String>) -> Error {
    Error::new("InvalidRequestException", message.into())
}
