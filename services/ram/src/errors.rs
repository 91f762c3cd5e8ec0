//! What Resource Access Manager answers when it refuses.
//! <https://docs.aws.amazon.com/ram/latest/APIReference/CommonErrors.html>

use service::Error;

pub fn invalid_parameter(message: impl Into<String>) -> Error {
    Error::new("InvalidParameterException", message.into())
}

pub fn malformed_arn(message: impl Into<String>) -> Error {
    Error::new("MalformedArnException", message.into())
}

pub fn not_permitted(message: impl Into<String>) -> Error {
    Error::new("OperationNotPermittedException", message.into())
}

pub fn unknown(message: impl Into<String>) -> Error {
    Error::new("UnknownResourceException", message.into())
}

pub fn no_share(arn: &str) -> Error {
    unknown(format!("ResourceShare {arn} could not be found."))
}

pub fn no_permission(arn: &str) -> Error {
    unknown(format!("The permission {arn} could not be found."))
}

pub fn no_invitation(arn: &str) -> Error {
    let text = format!("The resource share invitation {arn} could not be found.");
    Error::new("ResourceShareInvitationArnNotFoundException", text)
}

pub fn bad_token() -> Error {
    Error::new("InvalidNextTokenException", "The specified value for NextToken isn't valid.")
}

pub fn too_many_tags() -> Error {
    Error::new("TagLimitExceededException", "A resource share can have at most 50 tags.")
}

/// A type that AWS shares, and that no service here could let others use.
pub fn not_honoured(kind: &str) -> Error {
    let text = format!("ram: sharing of {kind} is not implemented by Terrella: no service that is built honours it");
    Error::new("NotImplemented", text).status(400)
}

/// A member that has a meaning on AWS which it has not here.
pub fn not_implemented(operation: &str, member: &str) -> Error {
    let text = format!("ram:{operation} member {member} is not implemented by Terrella");
    Error::new("NotImplemented", text).status(400)
}
