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

pub fn no_version(arn: &str, version: i64) -> Error {
    unknown(format!("The version {version} of the permission {arn} could not be found."))
}

pub fn permission_exists(name: &str) -> Error {
    Error::new("PermissionAlreadyExistsException", format!("A permission with the name {name} already exists."))
}

pub fn too_many_permissions() -> Error {
    Error::new("PermissionLimitExceededException", "The quota of customer managed permissions is reached.")
}

pub fn too_many_versions() -> Error {
    let text = "The permission has as many versions as it can have. Delete one before you create another.";
    Error::new("PermissionVersionsLimitExceededException", text)
}

pub fn malformed_template() -> Error {
    let text = "The policy template must be JSON with an Effect of Allow, an Action and optionally a Condition.";
    Error::new("MalformedPolicyTemplateException", text)
}

pub fn invalid_policy(message: impl Into<String>) -> Error {
    Error::new("InvalidPolicyException", message.into())
}

/// <https://github.com/hashicorp/terraform-provider-aws/issues/7769>
pub fn only_within() -> Error {
    not_permitted(
        "The resource you are attempting to share can only be shared within your AWS Organization. This error may also occur if \
         you have not enabled sharing with your AWS organization, or that onboarding process is still in progress.",
    )
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
