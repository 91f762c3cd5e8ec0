//! Policies that are embedded in users, groups and roles.

use crate::api::{
    DeleteGroupPolicyRequest, DeleteRolePolicyRequest, DeleteUserPolicyRequest, GetGroupPolicyRequest,
    GetGroupPolicyResponse, GetRolePolicyRequest, GetRolePolicyResponse, GetUserPolicyRequest, GetUserPolicyResponse,
    ListGroupPoliciesRequest, ListGroupPoliciesResponse, ListRolePoliciesRequest, ListRolePoliciesResponse,
    ListUserPoliciesRequest, ListUserPoliciesResponse, PutGroupPolicyRequest, PutRolePolicyRequest,
    PutUserPolicyRequest,
};
use crate::state::{GroupRow, RoleRow, UserRow};
use crate::{grants, paging};
use service::{Cx, Nothing, Result, View};

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html>
pub fn put_user_policy(cx: &mut Cx, input: PutUserPolicyRequest) -> Result<Nothing> {
    let PutUserPolicyRequest { user_name, policy_name, policy_document } = input;
    grants::put_inline::<UserRow>(cx, &user_name, policy_name, policy_document)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUserPolicy.html>
pub fn get_user_policy(view: &View, input: GetUserPolicyRequest) -> Result<GetUserPolicyResponse> {
    let GetUserPolicyRequest { user_name, policy_name } = input;
    let (user_name, policy_document) = grants::get_inline::<UserRow>(view, &user_name, &policy_name)?;
    Ok(GetUserPolicyResponse { user_name, policy_name, policy_document })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPolicy.html>
pub fn delete_user_policy(cx: &mut Cx, input: DeleteUserPolicyRequest) -> Result<Nothing> {
    let DeleteUserPolicyRequest { user_name, policy_name } = input;
    grants::delete_inline::<UserRow>(cx, &user_name, &policy_name)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserPolicies.html>
pub fn list_user_policies(view: &View, input: ListUserPoliciesRequest) -> Result<ListUserPoliciesResponse> {
    let ListUserPoliciesRequest { user_name, marker, max_items } = input;
    let page = paging::asked(marker, max_items)?;
    let (policy_names, next) = grants::list_inline::<UserRow>(view, &user_name, &page)?;
    let (is_truncated, marker) = paging::end(next);
    Ok(ListUserPoliciesResponse { policy_names, is_truncated, marker })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutGroupPolicy.html>
pub fn put_group_policy(cx: &mut Cx, input: PutGroupPolicyRequest) -> Result<Nothing> {
    let PutGroupPolicyRequest { group_name, policy_name, policy_document } = input;
    grants::put_inline::<GroupRow>(cx, &group_name, policy_name, policy_document)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroupPolicy.html>
pub fn get_group_policy(view: &View, input: GetGroupPolicyRequest) -> Result<GetGroupPolicyResponse> {
    let GetGroupPolicyRequest { group_name, policy_name } = input;
    let (group_name, policy_document) = grants::get_inline::<GroupRow>(view, &group_name, &policy_name)?;
    Ok(GetGroupPolicyResponse { group_name, policy_name, policy_document })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroupPolicy.html>
pub fn delete_group_policy(cx: &mut Cx, input: DeleteGroupPolicyRequest) -> Result<Nothing> {
    let DeleteGroupPolicyRequest { group_name, policy_name } = input;
    grants::delete_inline::<GroupRow>(cx, &group_name, &policy_name)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupPolicies.html>
pub fn list_group_policies(view: &View, input: ListGroupPoliciesRequest) -> Result<ListGroupPoliciesResponse> {
    let ListGroupPoliciesRequest { group_name, marker, max_items } = input;
    let page = paging::asked(marker, max_items)?;
    let (policy_names, next) = grants::list_inline::<GroupRow>(view, &group_name, &page)?;
    let (is_truncated, marker) = paging::end(next);
    Ok(ListGroupPoliciesResponse { policy_names, is_truncated, marker })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html>
pub fn put_role_policy(cx: &mut Cx, input: PutRolePolicyRequest) -> Result<Nothing> {
    let PutRolePolicyRequest { role_name, policy_name, policy_document } = input;
    grants::put_inline::<RoleRow>(cx, &role_name, policy_name, policy_document)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html>
pub fn get_role_policy(view: &View, input: GetRolePolicyRequest) -> Result<GetRolePolicyResponse> {
    let GetRolePolicyRequest { role_name, policy_name } = input;
    let (role_name, policy_document) = grants::get_inline::<RoleRow>(view, &role_name, &policy_name)?;
    Ok(GetRolePolicyResponse { role_name, policy_name, policy_document })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html>
pub fn delete_role_policy(cx: &mut Cx, input: DeleteRolePolicyRequest) -> Result<Nothing> {
    let DeleteRolePolicyRequest { role_name, policy_name } = input;
    grants::delete_inline::<RoleRow>(cx, &role_name, &policy_name)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRolePolicies.html>
pub fn list_role_policies(view: &View, input: ListRolePoliciesRequest) -> Result<ListRolePoliciesResponse> {
    let ListRolePoliciesRequest { role_name, marker, max_items } = input;
    let page = paging::asked(marker, max_items)?;
    let (policy_names, next) = grants::list_inline::<RoleRow>(view, &role_name, &page)?;
    let (is_truncated, marker) = paging::end(next);
    Ok(ListRolePoliciesResponse { policy_names, is_truncated, marker })
}
