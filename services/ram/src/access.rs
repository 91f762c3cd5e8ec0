//! What each operation asks of the policies.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsresourceaccessmanagerram.html>

use crate::api::*;
use crate::permission::{self, Permission};
use crate::shareable::Shareable;
use crate::state::SHARES;
use crate::{invitation, tags};
use service::{Access, ArnParts, Check, Result, View};

fn all(action: &'static str) -> Result<Access> {
    Ok(Access::to(Check::new(action, "*")))
}

/// On a share by the ARN that a request names.
fn on_share(view: &View, action: &'static str, arn: &str) -> Result<Check> {
    let check = Check::new(action, arn);
    let own = |parts: &ArnParts| parts.account.parse() == Ok(view.account());
    let id = ArnParts::parse(arn).ok().filter(own).and_then(|parts| parts.resource.strip_prefix("resource-share/"));
    let Some(row) = id.map(|id| view.get(&SHARES, id)).transpose()?.flatten() else { return Ok(check) };
    let check = check
        .key("ram:ResourceShareName", row.name.as_str())
        .key("ram:AllowsExternalPrincipals", row.allows_external.to_string());
    Ok(check.resource_tags(row.tags.iter().map(|(key, value)| (key.as_str(), value.as_str()))))
}

/// What is to be shared, and with whom.
fn about(check: Check, resources: &Option<Vec<String>>, principals: &Option<Vec<String>>) -> Check {
    let resources = resources.as_deref().unwrap_or_default();
    let principals = principals.as_deref().unwrap_or_default();
    let kinds = resources.iter().filter_map(|arn| Shareable::read(arn).ok()).map(|kind| kind.name().to_owned());
    let mut check = check;
    if !resources.is_empty() {
        check = check.keys("ram:ResourceArn", resources.iter().cloned()).keys("ram:RequestedResourceType", kinds);
    }
    if principals.is_empty() { check } else { check.keys("ram:Principal", principals.iter().cloned()) }
}

pub fn create_resource_share(_: &View, input: &CreateResourceShareRequest) -> Result<Access> {
    let external = input.allow_external_principals.unwrap_or(true).to_string();
    let check = Check::new("ram:CreateResourceShare", "*").key("ram:RequestedAllowsExternalPrincipals", external);
    let check = about(check, &input.resource_arns, &input.principals);
    Ok(Access::to(check.request_tags(tags::pairs(input.tags.as_deref().unwrap_or_default()))))
}

pub fn update_resource_share(view: &View, input: &UpdateResourceShareRequest) -> Result<Access> {
    let check = on_share(view, "ram:UpdateResourceShare", &input.resource_share_arn)?;
    let asked = input.allow_external_principals.map(|allows| allows.to_string());
    Ok(Access::to(
        asked.into_iter().fold(check, |check, allows| check.key("ram:RequestedAllowsExternalPrincipals", allows)),
    ))
}

pub fn delete_resource_share(view: &View, input: &DeleteResourceShareRequest) -> Result<Access> {
    on_share(view, "ram:DeleteResourceShare", &input.resource_share_arn).map(Access::to)
}

pub fn associate_resource_share(view: &View, input: &AssociateResourceShareRequest) -> Result<Access> {
    let check = on_share(view, "ram:AssociateResourceShare", &input.resource_share_arn)?;
    Ok(Access::to(about(check, &input.resource_arns, &input.principals)))
}

pub fn disassociate_resource_share(view: &View, input: &DisassociateResourceShareRequest) -> Result<Access> {
    let check = on_share(view, "ram:DisassociateResourceShare", &input.resource_share_arn)?;
    Ok(Access::to(about(check, &input.resource_arns, &input.principals)))
}

pub fn get_resource_shares(_: &View, _: &GetResourceSharesRequest) -> Result<Access> {
    all("ram:GetResourceShares")
}

pub fn get_resource_share_associations(_: &View, _: &GetResourceShareAssociationsRequest) -> Result<Access> {
    all("ram:GetResourceShareAssociations")
}

pub fn get_resource_share_invitations(_: &View, _: &GetResourceShareInvitationsRequest) -> Result<Access> {
    all("ram:GetResourceShareInvitations")
}

pub fn get_resource_policies(_: &View, _: &GetResourcePoliciesRequest) -> Result<Access> {
    all("ram:GetResourcePolicies")
}

pub fn list_resources(_: &View, _: &ListResourcesRequest) -> Result<Access> {
    all("ram:ListResources")
}

pub fn list_principals(_: &View, _: &ListPrincipalsRequest) -> Result<Access> {
    all("ram:ListPrincipals")
}

pub fn list_source_associations(_: &View, _: &ListSourceAssociationsRequest) -> Result<Access> {
    all("ram:ListSourceAssociations")
}

pub fn list_resource_types(_: &View, _: &ListResourceTypesRequest) -> Result<Access> {
    all("ram:ListResourceTypes")
}

pub fn list_permissions(_: &View, _: &ListPermissionsRequest) -> Result<Access> {
    all("ram:ListPermissions")
}

pub fn list_permission_versions(_: &View, _: &ListPermissionVersionsRequest) -> Result<Access> {
    all("ram:ListPermissionVersions")
}

pub fn get_permission(view: &View, input: &GetPermissionRequest) -> Result<Access> {
    Ok(Access::to(on_permission(view, "ram:GetPermission", &input.permission_arn)))
}

/// On a permission by its ARN, of AWS's or one's own.
fn on_permission(view: &View, action: &'static str, arn: &str) -> Check {
    let check = Check::new(action, arn).key("ram:PermissionArn", arn);
    let Ok(found) = permission::find(view, arn) else { return check };
    let check = check.key("ram:PermissionResourceType", found.kind().name);
    match found {
        Permission::Aws(..) => check,
        Permission::Own(_, row) => {
            check.resource_tags(row.tags.iter().map(|(key, value)| (key.as_str(), value.as_str())))
        }
    }
}

/// Who makes one with tags needs the right to tag, too.
pub fn create_permission(view: &View, input: &CreatePermissionRequest) -> Result<Access> {
    let arn = permission::arn_of(view, &input.name);
    let tags = input.tags.as_deref().unwrap_or_default();
    let check = Check::new("ram:CreatePermission", "*")
        .key("ram:PermissionArn", arn.as_str())
        .key("ram:PermissionResourceType", input.resource_type.as_str())
        .request_tags(tags::pairs(tags));
    let tagging = Check::new("ram:TagResource", arn).request_tags(tags::pairs(tags));
    Ok(Access::Checks([check].into_iter().chain((!tags.is_empty()).then_some(tagging)).collect()))
}

pub fn create_permission_version(view: &View, input: &CreatePermissionVersionRequest) -> Result<Access> {
    Ok(Access::to(on_permission(view, "ram:CreatePermissionVersion", &input.permission_arn)))
}

pub fn set_default_permission_version(view: &View, input: &SetDefaultPermissionVersionRequest) -> Result<Access> {
    Ok(Access::to(on_permission(view, "ram:SetDefaultPermissionVersion", &input.permission_arn)))
}

pub fn update_permission(view: &View, input: &UpdatePermissionRequest) -> Result<Access> {
    Ok(Access::to(on_permission(view, "ram:UpdatePermission", &input.permission_arn)))
}

pub fn delete_permission(view: &View, input: &DeletePermissionRequest) -> Result<Access> {
    Ok(Access::to(on_permission(view, "ram:DeletePermission", &input.permission_arn)))
}

pub fn delete_permission_version(view: &View, input: &DeletePermissionVersionRequest) -> Result<Access> {
    Ok(Access::to(on_permission(view, "ram:DeletePermissionVersion", &input.permission_arn)))
}

pub fn replace_permission_associations(view: &View, input: &ReplacePermissionAssociationsRequest) -> Result<Access> {
    let action = "ram:ReplacePermissionAssociations";
    let checks = [&input.from_permission_arn, &input.to_permission_arn].map(|arn| on_permission(view, action, arn));
    Ok(Access::Checks(checks.into()))
}

pub fn list_replace_permission_associations_work(
    _: &View,
    _: &ListReplacePermissionAssociationsWorkRequest,
) -> Result<Access> {
    all("ram:ListReplacePermissionAssociationsWork")
}

pub fn list_permission_associations(view: &View, input: &ListPermissionAssociationsRequest) -> Result<Access> {
    let action = "ram:ListPermissionAssociations";
    match &input.permission_arn {
        Some(arn) => Ok(Access::to(on_permission(view, action, arn))),
        None => all(action),
    }
}

pub fn list_resource_share_permissions(view: &View, input: &ListResourceSharePermissionsRequest) -> Result<Access> {
    on_share(view, "ram:ListResourceSharePermissions", &input.resource_share_arn).map(Access::to)
}

pub fn associate_resource_share_permission(
    view: &View,
    input: &AssociateResourceSharePermissionRequest,
) -> Result<Access> {
    let action = "ram:AssociateResourceSharePermission";
    let share = on_share(view, action, &input.resource_share_arn)?;
    Ok(Access::Checks(vec![share, on_permission(view, action, &input.permission_arn)]))
}

pub fn disassociate_resource_share_permission(
    view: &View,
    input: &DisassociateResourceSharePermissionRequest,
) -> Result<Access> {
    let action = "ram:DisassociateResourceSharePermission";
    let share = on_share(view, action, &input.resource_share_arn)?;
    Ok(Access::Checks(vec![share, on_permission(view, action, &input.permission_arn)]))
}

/// The invitation lies with who sent it, and is its receiver's to answer.
fn on_invitation(view: &View, action: &'static str, arn: &str) -> Result<Access> {
    let check = Check::new(action, arn);
    let Ok(row) = invitation::received(view, arn) else { return Ok(Access::to(check)) };
    Ok(Access::to(check.key("ram:ShareOwnerAccountId", row.sender).key("ram:ResourceShareName", row.name)))
}

pub fn accept_resource_share_invitation(view: &View, input: &AcceptResourceShareInvitationRequest) -> Result<Access> {
    on_invitation(view, "ram:AcceptResourceShareInvitation", &input.resource_share_invitation_arn)
}

pub fn reject_resource_share_invitation(view: &View, input: &RejectResourceShareInvitationRequest) -> Result<Access> {
    on_invitation(view, "ram:RejectResourceShareInvitation", &input.resource_share_invitation_arn)
}

pub fn list_pending_invitation_resources(view: &View, input: &ListPendingInvitationResourcesRequest) -> Result<Access> {
    on_invitation(view, "ram:ListPendingInvitationResources", &input.resource_share_invitation_arn)
}

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_EnableSharingWithAwsOrganization.html>
pub fn enable_sharing_with_aws_organization(_: &View, _: &EnableSharingWithAwsOrganizationRequest) -> Result<Access> {
    all("ram:EnableSharingWithAwsOrganization")
}

/// What tags are put on: a share or a permission.
fn on_tagged(view: &View, action: &'static str, arns: [&Option<String>; 2]) -> Result<Check> {
    let arn = arns.into_iter().flatten().next().map(String::as_str).unwrap_or("*");
    if permission::is_arn(arn) { Ok(on_permission(view, action, arn)) } else { on_share(view, action, arn) }
}

pub fn tag_resource(view: &View, input: &TagResourceRequest) -> Result<Access> {
    let check = on_tagged(view, "ram:TagResource", [&input.resource_share_arn, &input.resource_arn])?;
    Ok(Access::to(check.request_tags(tags::pairs(&input.tags))))
}

pub fn untag_resource(view: &View, input: &UntagResourceRequest) -> Result<Access> {
    let check = on_tagged(view, "ram:UntagResource", [&input.resource_share_arn, &input.resource_arn])?;
    Ok(Access::to(check.keys("aws:TagKeys", input.tag_keys.iter().cloned())))
}
