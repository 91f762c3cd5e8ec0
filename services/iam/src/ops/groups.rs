//! Groups and who is in them.

use crate::api::{
    AddUserToGroupRequest, CreateGroupRequest, CreateGroupResponse, DeleteGroupRequest, GetGroupRequest,
    GetGroupResponse, ListGroupsForUserRequest, ListGroupsForUserResponse, ListGroupsRequest, ListGroupsResponse,
    RemoveUserFromGroupRequest, UpdateGroupRequest,
};
use crate::entity::{self, Kind, key};
use crate::shown::{self, Detail};
use crate::state::{GROUPS, GroupRow, LinkRow, MEMBERS, UserRow};
use crate::{errors, grants, paging};
use service::{Cx, Nothing, Result, View};

/// How many groups a user may be in.
const GROUPS_PER_USER: usize = 10;

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateGroup.html>
pub fn create_group(cx: &mut Cx, input: CreateGroupRequest) -> Result<CreateGroupResponse> {
    let CreateGroupRequest { path, group_name } = input;
    let core = entity::begin(cx, Kind::Group, group_name, path, None)?;
    let group = GroupRow { core, ..GroupRow::default() };
    entity::create(cx, &group)?;
    Ok(CreateGroupResponse { group: shown::group(cx, &group) })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroup.html>
pub fn get_group(view: &View, input: GetGroupRequest) -> Result<GetGroupResponse> {
    let GetGroupRequest { group_name, marker, max_items } = input;
    let page = paging::asked(marker, max_items)?;
    let group: GroupRow = entity::find(view, &group_name)?;
    let (links, next) = view.page(&MEMBERS, (key(&group_name),), &page, |_| true)?;
    let users: Vec<UserRow> = links.iter().map(|link| entity::find(view, &link.to)).collect::<Result<_>>()?;
    let (is_truncated, marker) = paging::end(next);
    Ok(GetGroupResponse {
        group: shown::group(view, &group),
        users: users.iter().map(|user| shown::user(view, user, Detail::Listed)).collect(),
        is_truncated,
        marker,
    })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateGroup.html>
pub fn update_group(cx: &mut Cx, input: UpdateGroupRequest) -> Result<Nothing> {
    let UpdateGroupRequest { group_name, new_path, new_group_name } = input;
    let group: GroupRow = entity::find(cx, &group_name)?;
    let (old, members) = (key(&group_name), members(cx, &group_name)?);
    let group = entity::rename(cx, group, new_group_name, new_path)?;
    let new = key(&group.core.name);
    for member in members {
        let mut user: UserRow = entity::find(cx, &member.to)?;
        user.groups.iter_mut().filter(|name| **name == old).for_each(|name| name.clone_from(&new));
        entity::save(cx, &user)?;
    }
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroup.html>
pub fn delete_group(cx: &mut Cx, input: DeleteGroupRequest) -> Result<Nothing> {
    let DeleteGroupRequest { group_name } = input;
    let group: GroupRow = entity::find(cx, &group_name)?;
    if !members(cx, &group_name)?.is_empty() {
        return Err(errors::in_the_way("remove users from group"));
    }
    grants::check_empty(&group)?;
    entity::remove(cx, &group)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroups.html>
pub fn list_groups(view: &View, input: ListGroupsRequest) -> Result<ListGroupsResponse> {
    let ListGroupsRequest { path_prefix, marker, max_items } = input;
    let page = paging::asked(marker, max_items)?;
    let prefix = path_prefix.unwrap_or_default();
    let (groups, next) = view.page(&GROUPS, (), &page, |group| group.core.path.starts_with(&prefix))?;
    let (is_truncated, marker) = paging::end(next);
    Ok(ListGroupsResponse { groups: groups.iter().map(|g| shown::group(view, g)).collect(), is_truncated, marker })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddUserToGroup.html>
pub fn add_user_to_group(cx: &mut Cx, input: AddUserToGroupRequest) -> Result<Nothing> {
    let AddUserToGroupRequest { group_name, user_name } = input;
    let mut user: UserRow = entity::find(cx, &user_name)?;
    let _: GroupRow = entity::find(cx, &group_name)?;
    let group = key(&group_name);
    if user.groups.contains(&group) {
        return Ok(Nothing {});
    }
    if user.groups.len() >= GROUPS_PER_USER {
        return Err(errors::quota("GroupsPerUser", GROUPS_PER_USER));
    }
    user.groups.push(group);
    entity::save(cx, &user)?;
    Ok(Nothing {})
}

/// Somebody who is not in the group is none to remove.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveUserFromGroup.html>
pub fn remove_user_from_group(cx: &mut Cx, input: RemoveUserFromGroupRequest) -> Result<Nothing> {
    let RemoveUserFromGroupRequest { group_name, user_name } = input;
    let mut user: UserRow = entity::find(cx, &user_name)?;
    let _: GroupRow = entity::find(cx, &group_name)?;
    let group = key(&group_name);
    user.groups.retain(|name| *name != group);
    entity::save(cx, &user)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupsForUser.html>
pub fn list_groups_for_user(view: &View, input: ListGroupsForUserRequest) -> Result<ListGroupsForUserResponse> {
    let ListGroupsForUserRequest { user_name, marker, max_items } = input;
    let page = paging::asked(marker, max_items)?;
    let user: UserRow = entity::find(view, &user_name)?;
    let (names, next) = paging::cut(user.groups, &page, String::clone);
    let groups: Vec<GroupRow> = names.iter().map(|name| entity::find(view, name)).collect::<Result<_>>()?;
    let (is_truncated, marker) = paging::end(next);
    let groups = groups.iter().map(|group| shown::group(view, group)).collect();
    Ok(ListGroupsForUserResponse { groups, is_truncated, marker })
}

fn members(view: &View, group: &str) -> Result<Vec<LinkRow>> {
    view.rows(&MEMBERS, (key(group),)).collect()
}
