//! Users.

use crate::api::{
    CreateUserRequest, CreateUserResponse, DeleteUserRequest, GetUserRequest, GetUserResponse, ListUsersRequest,
    ListUsersResponse, UpdateUserRequest, User,
};
use crate::entity::{self, Kind};
use crate::shown::{self, Detail};
use crate::state::{USERS, UserRow};
use crate::subject::Subject;
use crate::{errors, grants, paging, principals};
use service::{Cx, Nothing, Result, View};

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html>
pub fn create_user(cx: &mut Cx, input: CreateUserRequest) -> Result<CreateUserResponse> {
    let CreateUserRequest { path, user_name, permissions_boundary, tags } = input;
    let core = entity::begin(cx, Kind::User, user_name, path, tags)?;
    let mut user = UserRow { core, ..UserRow::default() };
    if let Some(arn) = permissions_boundary {
        grants::check_boundary(cx, &arn)?;
        user.grants.boundary = Some(arn);
    }
    entity::create(cx, &user)?;
    Ok(CreateUserResponse { user: Some(shown::user(cx, &user, Detail::Full)) })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html>
pub fn get_user(view: &View, input: GetUserRequest) -> Result<GetUserResponse> {
    let GetUserRequest { user_name } = input;
    let user = match Subject::of(view, user_name.as_deref())? {
        Subject::User(name) => shown::user(view, &entity::find(view, &name)?, Detail::Full),
        Subject::Root => {
            User { user_id: view.account().to_string(), arn: view.arn("iam", "root").to_string(), ..User::default() }
        }
    };
    Ok(GetUserResponse { user })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateUser.html>
pub fn update_user(cx: &mut Cx, input: UpdateUserRequest) -> Result<Nothing> {
    let UpdateUserRequest { user_name, new_path, new_user_name } = input;
    let user: UserRow = entity::find(cx, &user_name)?;
    let old = entity::arn(cx, Kind::User, &user.core);
    let user = entity::rename(cx, user, new_user_name, new_path)?;
    let new = entity::arn(cx, Kind::User, &user.core);
    principals::replace(cx, &old, &new)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html>
pub fn delete_user(cx: &mut Cx, input: DeleteUserRequest) -> Result<Nothing> {
    let DeleteUserRequest { user_name } = input;
    let user: UserRow = entity::find(cx, &user_name)?;
    for (left, first) in [
        (!user.groups.is_empty(), "remove users from group"),
        (!user.access_keys.is_empty(), "delete access keys"),
        (!user.certificates.is_empty(), "delete certificates"),
        (user.login.is_some(), "delete login profile"),
        (!user.mfa.is_empty(), "delete MFA device"),
        (!user.ssh_keys.is_empty(), "remove referenced objects"),
        (user.service_credentials.iter().flatten().next().is_some(), "remove referenced objects"),
    ] {
        if left {
            return Err(errors::in_the_way(first));
        }
    }
    grants::check_empty(&user)?;
    entity::remove(cx, &user)?;
    principals::forget(cx, &user)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html>
pub fn list_users(view: &View, input: ListUsersRequest) -> Result<ListUsersResponse> {
    let ListUsersRequest { path_prefix, marker, max_items } = input;
    let page = paging::asked(marker, max_items)?;
    let prefix = path_prefix.unwrap_or_default();
    let (users, next) = view.page(&USERS, (), &page, |user| user.core.path.starts_with(&prefix))?;
    let (is_truncated, marker) = paging::end(next);
    let users = users.iter().map(|user| shown::user(view, user, Detail::Listed)).collect();
    Ok(ListUsersResponse { users, is_truncated, marker })
}
