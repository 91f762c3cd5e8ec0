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

pub fn bad_client_token() -> Error {
    Error::new("InvalidClientTokenException", "The specified client token isn't valid.")
}

pub fn other_parameters() -> Error {
    let text = "The client token was used with a previous call to the operation, and at least one of the other parameters is \
                different from that call.";
    Error::new("IdempotentParameterMismatchException", text)
}

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_AssociateResourceShare.html>
pub fn too_many_at_once(most: usize) -> Error {
    let text = format!("You can associate up to {most} resources per call.");
    Error::new("ResourceShareLimitExceededException", text)
}

pub fn deprecated(arn: &str) -> Error {
    not_permitted(format!("The permission {arn} is deprecated and can't be associated with a resource share."))
}

pub fn too_many_tags() -> Error {
    Error::new("TagLimitExceededException", "A resource share can have at most 50 tags.")
}

/// A source that no request can be held against.
pub fn not_implemented_source(source: &str) -> Error {
    let text = format!("ram: the source {source} is not implemented by Terrella: sources are accounts and ARNs");
    Error::new("NotImplemented", text).status(400)
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
