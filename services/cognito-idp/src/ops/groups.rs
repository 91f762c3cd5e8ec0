//! Groups as such.

use crate::api::*;
use crate::pool::Pool;
use crate::state::{GROUPS, GroupRow, MEMBERS, MEMBERSHIPS, MemberRow};
use crate::{groups, paging};
use service::{Cx, Error, Nothing, Result, View};

/// The most groups of a pool.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html>
const MOST: usize = 10_000;

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateGroup.html>
pub fn create_group(cx: &mut Cx, input: CreateGroupRequest) -> Result<CreateGroupResponse> {
    let CreateGroupRequest { group_name, user_pool_id, description, role_arn, precedence } = input;
    let pool = Pool::find(cx, &user_pool_id)?;
    let key = (pool.row.id.clone(), group_name.clone());
    if cx.has(&GROUPS, &key)? {
        return Err(Error::new("GroupExistsException", "A group with the name already exists."));
    }
    if cx.rows(&GROUPS, (pool.id(),)).count() >= MOST {
        return Err(Error::new("LimitExceededException", "Maximum number of groups exceeded."));
    }
    let (created_at, modified_at) = (cx.now(), cx.now());
    let row = GroupRow { name: group_name, description, role_arn, precedence, created_at, modified_at };
    cx.put(&GROUPS, &key, &row)?;
    Ok(CreateGroupResponse { group: Some(groups::shown(&pool, row)) })
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetGroup.html>
pub fn get_group(view: &View, input: GetGroupRequest) -> Result<GetGroupResponse> {
    let GetGroupRequest { group_name, user_pool_id } = input;
    let pool = Pool::find(view, &user_pool_id)?;
    let row = groups::find(view, &pool, &group_name)?;
    Ok(GetGroupResponse { group: Some(groups::shown(&pool, row)) })
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateGroup.html>
pub fn update_group(cx: &mut Cx, input: UpdateGroupRequest) -> Result<UpdateGroupResponse> {
    let UpdateGroupRequest { group_name, user_pool_id, description, role_arn, precedence } = input;
    let pool = Pool::find(cx, &user_pool_id)?;
    let mut row = groups::find(cx, &pool, &group_name)?;
    row.description = description.or(row.description);
    row.role_arn = role_arn.or(row.role_arn);
    row.precedence = precedence.or(row.precedence);
    row.modified_at = cx.now();
    cx.put(&GROUPS, &(pool.row.id.clone(), group_name), &row)?;
    Ok(UpdateGroupResponse { group: Some(groups::shown(&pool, row)) })
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteGroup.html>
pub fn delete_group(cx: &mut Cx, input: DeleteGroupRequest) -> Result<Nothing> {
    let DeleteGroupRequest { group_name, user_pool_id } = input;
    let pool = Pool::find(cx, &user_pool_id)?;
    groups::find(cx, &pool, &group_name)?;
    let members: Vec<MemberRow> = cx.rows(&MEMBERS, (pool.id(), group_name.as_str())).collect::<Result<_>>()?;
    for member in members {
        cx.delete(&MEMBERSHIPS, &(pool.row.id.clone(), member.username, group_name.clone()))?;
    }
    cx.delete_all(&MEMBERS, (pool.id(), group_name.as_str()))?;
    cx.delete(&GROUPS, &(pool.row.id.clone(), group_name))?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListGroups.html>
pub fn list_groups(view: &View, input: ListGroupsRequest) -> Result<ListGroupsResponse> {
    let ListGroupsRequest { user_pool_id, limit, next_token } = input;
    let pool = Pool::find(view, &user_pool_id)?;
    let page = paging::page(limit, next_token.as_deref())?;
    let (rows, next) = view.page(&GROUPS, (pool.id(),), &page, |_| true)?;
    let shown = rows.into_iter().map(|row| groups::shown(&pool, row)).collect();
    Ok(ListGroupsResponse { groups: Some(shown), next_token: next.map(|token| token.encode()) })
}
