//! Roles.

use super::check::{self, bounded, on};
use super::{attaching, one_check, tagging, untagging};
use crate::api::{
    AttachRolePolicyRequest, CreateRoleRequest, CreateServiceLinkedRoleRequest, DeleteRolePermissionsBoundaryRequest,
    DeleteRolePolicyRequest, DeleteRoleRequest, DeleteServiceLinkedRoleRequest, DetachRolePolicyRequest,
    GetRolePolicyRequest, GetRoleRequest, GetServiceLinkedRoleDeletionStatusRequest, ListAttachedRolePoliciesRequest,
    ListInstanceProfilesForRoleRequest, ListRolePoliciesRequest, ListRoleTagsRequest, ListRolesRequest,
    PutRolePermissionsBoundaryRequest, PutRolePolicyRequest, TagRoleRequest, UntagRoleRequest,
    UpdateAssumeRolePolicyRequest, UpdateRoleDescriptionRequest, UpdateRoleRequest,
};
use crate::entity::Kind;
use crate::linked_services;
use crate::state::{DELETIONS, RoleRow};
use service::{Access, CallerKind, Check, Result, View};

one_check! {
    delete_role(DeleteRoleRequest.role_name) "iam:DeleteRole", bounded::<RoleRow>;
    delete_role_permissions_boundary(DeleteRolePermissionsBoundaryRequest.role_name)
        "iam:DeleteRolePermissionsBoundary", bounded::<RoleRow>;
    delete_role_policy(DeleteRolePolicyRequest.role_name) "iam:DeleteRolePolicy", bounded::<RoleRow>;
    delete_service_linked_role(DeleteServiceLinkedRoleRequest.role_name) "iam:DeleteServiceLinkedRole", on::<RoleRow>;
    get_role(GetRoleRequest.role_name) "iam:GetRole", bounded::<RoleRow>;
    get_role_policy(GetRolePolicyRequest.role_name) "iam:GetRolePolicy", on::<RoleRow>;
    list_attached_role_policies(ListAttachedRolePoliciesRequest.role_name) "iam:ListAttachedRolePolicies",
        on::<RoleRow>;
    list_instance_profiles_for_role(ListInstanceProfilesForRoleRequest.role_name) "iam:ListInstanceProfilesForRole",
        on::<RoleRow>;
    list_role_policies(ListRolePoliciesRequest.role_name) "iam:ListRolePolicies", on::<RoleRow>;
    list_role_tags(ListRoleTagsRequest.role_name) "iam:ListRoleTags", on::<RoleRow>;
    put_role_policy(PutRolePolicyRequest.role_name) "iam:PutRolePolicy", bounded::<RoleRow>;
    update_assume_role_policy(UpdateAssumeRolePolicyRequest.role_name) "iam:UpdateAssumeRolePolicy", bounded::<RoleRow>;
    update_role(UpdateRoleRequest.role_name) "iam:UpdateRole", bounded::<RoleRow>;
    update_role_description(UpdateRoleDescriptionRequest.role_name) "iam:UpdateRoleDescription", bounded::<RoleRow>;
}

attaching! {
    attach_role_policy(AttachRolePolicyRequest.role_name) "iam:AttachRolePolicy", bounded::<RoleRow>;
    detach_role_policy(DetachRolePolicyRequest.role_name) "iam:DetachRolePolicy", bounded::<RoleRow>;
}

tagging! {
    tag_role(TagRoleRequest.role_name) "iam:TagRole", on::<RoleRow>;
}

untagging! {
    untag_role(UntagRoleRequest.role_name) "iam:UntagRole", on::<RoleRow>;
}

pub fn create_role(view: &View, input: &CreateRoleRequest) -> Result<Access> {
    let check = check::fresh(view, "iam:CreateRole", Kind::Role, (&input.path, &input.role_name));
    let boundary = input.permissions_boundary.as_deref();
    let check = boundary.into_iter().fold(check, |check, arn| check.key("iam:PermissionsBoundary", arn));
    Ok(check::created(check, "iam:TagRole", &input.tags))
}

pub fn list_roles(view: &View, input: &ListRolesRequest) -> Result<Access> {
    Ok(Access::to(check::below(view, "iam:ListRoles", Kind::Role, &input.path_prefix)))
}

/// The key is the boundary that is set, not the one that was.
pub fn put_role_permissions_boundary(view: &View, input: &PutRolePermissionsBoundaryRequest) -> Result<Access> {
    let check = check::on::<RoleRow>(view, "iam:PutRolePermissionsBoundary", &input.role_name)?;
    Ok(Access::to(check.key("iam:PermissionsBoundary", input.permissions_boundary.as_str())))
}

/// A service makes its own for itself where an organisation trusts it.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services.html>
pub fn create_service_linked_role(view: &View, input: &CreateServiceLinkedRoleRequest) -> Result<Access> {
    let service = &input.aws_service_name;
    if view.caller().kind == CallerKind::Service && view.caller().arn == *service {
        return Ok(Access::Signed);
    }
    let role = linked_services::find(service).map(|linked| linked.role).unwrap_or_default();
    let suffix = input.custom_suffix.iter().map(|suffix| format!("_{suffix}")).collect::<String>();
    let resource = format!("role/aws-service-role/{service}/AWSServiceRoleFor{role}{suffix}");
    let check = Check::new("iam:CreateServiceLinkedRole", view.arn("iam", resource).to_string());
    Ok(Access::to(check.key("iam:AWSServiceName", service.as_str())))
}

pub fn get_service_linked_role_deletion_status(
    view: &View,
    input: &GetServiceLinkedRoleDeletionStatusRequest,
) -> Result<Access> {
    let deletion = view.get(&DELETIONS, input.deletion_task_id.as_str())?;
    let role = deletion.map_or_else(|| "*".to_owned(), |deletion| deletion.role);
    Ok(Access::to(Check::new("iam:GetServiceLinkedRoleDeletionStatus", role)))
}
