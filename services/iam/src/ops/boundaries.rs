//! Permissions boundaries of users and roles.

use crate::api::{
    DeleteRolePermissionsBoundaryRequest, DeleteUserPermissionsBoundaryRequest, PutRolePermissionsBoundaryRequest,
    PutUserPermissionsBoundaryRequest,
};
use crate::grants;
use crate::state::{RoleRow, UserRow};
use service::{Cx, Nothing, Result};

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPermissionsBoundary.html>
pub fn put_user_permissions_boundary(cx: &mut Cx, input: PutUserPermissionsBoundaryRequest) -> Result<Nothing> {
    let PutUserPermissionsBoundaryRequest { user_name, permissions_boundary } = input;
    grants::put_boundary::<UserRow>(cx, &user_name, permissions_boundary)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPermissionsBoundary.html>
pub fn delete_user_permissions_boundary(cx: &mut Cx, input: DeleteUserPermissionsBoundaryRequest) -> Result<Nothing> {
    let DeleteUserPermissionsBoundaryRequest { user_name } = input;
    grants::delete_boundary::<UserRow>(cx, &user_name)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html>
pub fn put_role_permissions_boundary(cx: &mut Cx, input: PutRolePermissionsBoundaryRequest) -> Result<Nothing> {
    let PutRolePermissionsBoundaryRequest { role_name, permissions_boundary } = input;
    grants::put_boundary::<RoleRow>(cx, &role_name, permissions_boundary)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePermissionsBoundary.html>
pub fn delete_role_permissions_boundary(cx: &mut Cx, input: DeleteRolePermissionsBoundaryRequest) -> Result<Nothing> {
    let DeleteRolePermissionsBoundaryRequest { role_name } = input;
    grants::delete_boundary::<RoleRow>(cx, &role_name)?;
    Ok(Nothing {})
}
