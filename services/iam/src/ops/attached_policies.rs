//! Managed policies on users, groups and roles.

use crate::api::{
    AttachGroupPolicyRequest, AttachRolePolicyRequest, AttachUserPolicyRequest, DetachGroupPolicyRequest,
    DetachRolePolicyRequest, DetachUserPolicyRequest, ListAttachedGroupPoliciesRequest,
    ListAttachedGroupPoliciesResponse, ListAttachedRolePoliciesRequest, ListAttachedRolePoliciesResponse,
    ListAttachedUserPoliciesRequest, ListAttachedUserPoliciesResponse,
};
use crate::state::{GroupRow, RoleRow, UserRow};
use crate::{grants, paging};
use service::{Cx, Nothing, Result, View};

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachUserPolicy.html>
pub fn attach_user_policy(cx: &mut Cx, input: AttachUserPolicyRequest) -> Result<Nothing> {
    let AttachUserPolicyRequest { user_name, policy_arn } = input;
    grants::attach::<UserRow>(cx, &user_name, policy_arn)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachUserPolicy.html>
pub fn detach_user_policy(cx: &mut Cx, input: DetachUserPolicyRequest) -> Result<Nothing> {
    let DetachUserPolicyRequest { user_name, policy_arn } = input;
    grants::detach::<UserRow>(cx, &user_name, &policy_arn)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedUserPolicies.html>
pub fn list_attached_user_policies(
    view: &View,
    input: ListAttachedUserPoliciesRequest,
) -> Result<ListAttachedUserPoliciesResponse> {
    let ListAttachedUserPoliciesRequest { user_name, path_prefix, marker, max_items } = input;
    let page = paging::asked(marker, max_items)?;
    let (attached, next) = grants::list_attached::<UserRow>(view, &user_name, path_prefix, &page)?;
    let (is_truncated, marker) = paging::end(next);
    Ok(ListAttachedUserPoliciesResponse { attached_policies: Some(attached), is_truncated, marker })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachGroupPolicy.html>
pub fn attach_group_policy(cx: &mut Cx, input: AttachGroupPolicyRequest) -> Result<Nothing> {
    let AttachGroupPolicyRequest { group_name, policy_arn } = input;
    grants::attach::<GroupRow>(cx, &group_name, policy_arn)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachGroupPolicy.html>
pub fn detach_group_policy(cx: &mut Cx, input: DetachGroupPolicyRequest) -> Result<Nothing> {
    let DetachGroupPolicyRequest { group_name, policy_arn } = input;
    grants::detach::<GroupRow>(cx, &group_name, &policy_arn)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedGroupPolicies.html>
pub fn list_attached_group_policies(
    view: &View,
    input: ListAttachedGroupPoliciesRequest,
) -> Result<ListAttachedGroupPoliciesResponse> {
    let ListAttachedGroupPoliciesRequest { group_name, path_prefix, marker, max_items } = input;
    let page = paging::asked(marker, max_items)?;
    let (attached, next) = grants::list_attached::<GroupRow>(view, &group_name, path_prefix, &page)?;
    let (is_truncated, marker) = paging::end(next);
    Ok(ListAttachedGroupPoliciesResponse { attached_policies: Some(attached), is_truncated, marker })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html>
pub fn attach_role_policy(cx: &mut Cx, input: AttachRolePolicyRequest) -> Result<Nothing> {
    let AttachRolePolicyRequest { role_name, policy_arn } = input;
    grants::attach::<RoleRow>(cx, &role_name, policy_arn)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachRolePolicy.html>
pub fn detach_role_policy(cx: &mut Cx, input: DetachRolePolicyRequest) -> Result<Nothing> {
    let DetachRolePolicyRequest { role_name, policy_arn } = input;
    grants::detach::<RoleRow>(cx, &role_name, &policy_arn)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedRolePolicies.html>
pub fn list_attached_role_policies(
    view: &View,
    input: ListAttachedRolePoliciesRequest,
) -> Result<ListAttachedRolePoliciesResponse> {
    let ListAttachedRolePoliciesRequest { role_name, path_prefix, marker, max_items } = input;
    let page = paging::asked(marker, max_items)?;
    let (attached, next) = grants::list_attached::<RoleRow>(view, &role_name, path_prefix, &page)?;
    let (is_truncated, marker) = paging::end(next);
    Ok(ListAttachedRolePoliciesResponse { attached_policies: Some(attached), is_truncated, marker })
}
