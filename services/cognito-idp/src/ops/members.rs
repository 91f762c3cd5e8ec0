//! Who is in which group.

use crate::api::*;
use crate::pool::Pool;
use crate::state::{MEMBERS, MEMBERSHIPS, MemberRow};
use crate::user::User;
use crate::{groups, paging};
use service::{Cx, Error, Nothing, Result, View};

/// The most groups of a user.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html>
const MOST: usize = 100;

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminAddUserToGroup.html>
pub fn admin_add_user_to_group(cx: &mut Cx, input: AdminAddUserToGroupRequest) -> Result<Nothing> {
    let AdminAddUserToGroupRequest { user_pool_id, username, group_name } = input;
    let pool = Pool::find(cx, &user_pool_id)?;
    groups::find(cx, &pool, &group_name)?;
    let user = User::find(cx, &pool, &username)?;
    let member = MemberRow { group: group_name.clone(), username: user.key.clone() };
    let place = (pool.row.id.clone(), user.key.clone(), group_name.clone());
    if !cx.has(&MEMBERSHIPS, &place)? && cx.rows(&MEMBERSHIPS, (pool.id(), user.key.as_str())).count() >= MOST {
        return Err(Error::new("LimitExceededException", "Maximum number of groups of a user exceeded."));
    }
    cx.put(&MEMBERSHIPS, &place, &member)?;
    cx.put(&MEMBERS, &(pool.row.id.clone(), group_name, user.key), &member)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminRemoveUserFromGroup.html>
pub fn admin_remove_user_from_group(cx: &mut Cx, input: AdminRemoveUserFromGroupRequest) -> Result<Nothing> {
    let AdminRemoveUserFromGroupRequest { user_pool_id, username, group_name } = input;
    let pool = Pool::find(cx, &user_pool_id)?;
    groups::find(cx, &pool, &group_name)?;
    let user = User::find(cx, &pool, &username)?;
    cx.delete(&MEMBERSHIPS, &(pool.row.id.clone(), user.key.clone(), group_name.clone()))?;
    cx.delete(&MEMBERS, &(pool.row.id.clone(), group_name, user.key))?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminListGroupsForUser.html>
pub fn admin_list_groups_for_user(
    view: &View,
    input: AdminListGroupsForUserRequest,
) -> Result<AdminListGroupsForUserResponse> {
    let AdminListGroupsForUserRequest { username, user_pool_id, limit, next_token } = input;
    let pool = Pool::find(view, &user_pool_id)?;
    let user = User::find(view, &pool, &username)?;
    let page = paging::page(limit, next_token.as_deref())?;
    let (rows, next) = view.page(&MEMBERSHIPS, (pool.id(), user.key.as_str()), &page, |_| true)?;
    let shown = |member: MemberRow| Ok(groups::shown(&pool, groups::find(view, &pool, &member.group)?));
    let groups = rows.into_iter().map(shown).collect::<Result<Vec<_>>>()?;
    Ok(AdminListGroupsForUserResponse { groups: Some(groups), next_token: next.map(|token| token.encode()) })
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsersInGroup.html>
pub fn list_users_in_group(view: &View, input: ListUsersInGroupRequest) -> Result<ListUsersInGroupResponse> {
    let ListUsersInGroupRequest { user_pool_id, group_name, limit, next_token } = input;
    let pool = Pool::find(view, &user_pool_id)?;
    groups::find(view, &pool, &group_name)?;
    let page = paging::page(limit, next_token.as_deref())?;
    let (rows, next) = view.page(&MEMBERS, (pool.id(), group_name.as_str()), &page, |_| true)?;
    let mut users = Vec::new();
    for member in rows {
        users.extend(User::by_key(view, &pool, &member.username)?.map(|user| user.shown()));
    }
    Ok(ListUsersInGroupResponse { users: Some(users), next_token: next.map(|token| token.encode()) })
}
