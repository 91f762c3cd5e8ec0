//! Roles.

use crate::api::{
    CreateRoleRequest, CreateRoleResponse, DeleteRoleRequest, GetRoleRequest, GetRoleResponse, ListRolesRequest,
    ListRolesResponse, UpdateAssumeRolePolicyRequest, UpdateRoleDescriptionRequest, UpdateRoleDescriptionResponse,
    UpdateRoleRequest, UpdateRoleResponse,
};
use crate::entity::{self, Identity, Kind, key};
use crate::shown::{self, Detail};
use crate::state::{ROLE_PROFILES, ROLES, RoleRow};
use crate::{documents, errors, grants, last_used, paging, principals};
use service::{Cx, Nothing, Result, View};

/// Seconds that a session lasts at most unless the role says otherwise.
pub(crate) const USUAL_SESSION: i64 = 3600;

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html>
pub fn create_role(cx: &mut Cx, input: CreateRoleRequest) -> Result<CreateRoleResponse> {
    let CreateRoleRequest {
        path,
        role_name,
        assume_role_policy_document,
        description,
        max_session_duration,
        permissions_boundary,
        tags,
    } = input;
    let core = entity::begin(cx, Kind::Role, role_name, path, tags)?;
    if core.path.starts_with("/aws-service-role/") {
        return Err(errors::validation("The path /aws-service-role/ is reserved for service-linked roles."));
    }
    if !entity::may_use_path(cx.request(), &core.path) {
        return Err(errors::validation("The path /aws-reserved/ is reserved for roles of AWS services."));
    }
    let document = documents::check_trust(cx.scope().partition(), &assume_role_policy_document)?;
    principals::check(cx, &document)?;
    let mut role = RoleRow {
        core,
        trust: assume_role_policy_document,
        description,
        max_session_duration: max_session_duration.unwrap_or(USUAL_SESSION),
        ..RoleRow::default()
    };
    if let Some(arn) = permissions_boundary {
        grants::check_boundary(cx, &arn)?;
        role.grants.boundary = Some(arn);
    }
    entity::create(cx, &role)?;
    Ok(CreateRoleResponse { role: shown::role(cx, &role, Detail::Full) })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html>
pub fn get_role(view: &View, input: GetRoleRequest) -> Result<GetRoleResponse> {
    let GetRoleRequest { role_name } = input;
    let row = entity::find(view, &role_name)?;
    let mut role = shown::role(view, &row, Detail::Full);
    role.role_last_used = Some(last_used::of_role(view, &row)?);
    Ok(GetRoleResponse { role })
}

/// What is not given stays as it is.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html>
pub fn update_role(cx: &mut Cx, input: UpdateRoleRequest) -> Result<UpdateRoleResponse> {
    let UpdateRoleRequest { role_name, description, max_session_duration } = input;
    let mut role: RoleRow = entity::find(cx, &role_name)?;
    role.modifiable(cx.request())?;
    if let Some(description) = description {
        role.description = Some(description).filter(|text| !text.is_empty());
    }
    role.max_session_duration = max_session_duration.unwrap_or(role.max_session_duration);
    entity::save(cx, &role)?;
    Ok(UpdateRoleResponse {})
}

/// The one change that a service-linked role takes.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRoleDescription.html>
pub fn update_role_description(
    cx: &mut Cx,
    input: UpdateRoleDescriptionRequest,
) -> Result<UpdateRoleDescriptionResponse> {
    let UpdateRoleDescriptionRequest { role_name, description } = input;
    let mut role: RoleRow = entity::find(cx, &role_name)?;
    role.description = Some(description).filter(|text| !text.is_empty());
    entity::save(cx, &role)?;
    Ok(UpdateRoleDescriptionResponse { role: Some(shown::role(cx, &role, Detail::Full)) })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html>
pub fn update_assume_role_policy(cx: &mut Cx, input: UpdateAssumeRolePolicyRequest) -> Result<Nothing> {
    let UpdateAssumeRolePolicyRequest { role_name, policy_document } = input;
    let mut role: RoleRow = entity::find(cx, &role_name)?;
    role.modifiable(cx.request())?;
    let document = documents::check_trust(cx.scope().partition(), &policy_document)?;
    principals::check(cx, &document)?;
    role.trust = policy_document;
    entity::save(cx, &role)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html>
pub fn delete_role(cx: &mut Cx, input: DeleteRoleRequest) -> Result<Nothing> {
    let DeleteRoleRequest { role_name } = input;
    let role: RoleRow = entity::find(cx, &role_name)?;
    role.modifiable(cx.request())?;
    let in_profile = cx.rows(&ROLE_PROFILES, (key(&role_name),)).next().transpose()?.is_some();
    if in_profile {
        return Err(errors::in_the_way("remove roles from instance profile"));
    }
    grants::check_empty(&role)?;
    entity::remove(cx, &role)?;
    principals::forget(cx, &role)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html>
pub fn list_roles(view: &View, input: ListRolesRequest) -> Result<ListRolesResponse> {
    let ListRolesRequest { path_prefix, marker, max_items } = input;
    let page = paging::asked(marker, max_items)?;
    let prefix = path_prefix.unwrap_or_default();
    let (roles, next) = view.page(&ROLES, (), &page, |role| role.core.path.starts_with(&prefix))?;
    let (is_truncated, marker) = paging::end(next);
    let roles = roles.iter().map(|role| shown::role(view, role, Detail::Listed)).collect();
    Ok(ListRolesResponse { roles, is_truncated, marker })
}
