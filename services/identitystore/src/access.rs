//! What each operation asks of the policies: the store, and what in it is meant.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentitystore.html>

use crate::api::*;
use crate::state::MEMBERSHIPS;
use crate::{groups, store, users};
use service::{Access, Check, Result, View};

/// On a store alone, and on each thing in it.
fn on(view: &View, action: &'static str, given: &str, things: &[String]) -> Result<Access> {
    let store = Check::new(action, store::arn(view, store::id(given)));
    let things = things.iter().map(|arn| Check::new(action, arn.as_str()));
    Ok(Access::Checks([store].into_iter().chain(things).collect()))
}

fn user(view: &View, given: &str) -> String {
    users::arn(view, users::id(given))
}

fn group(view: &View, given: &str) -> String {
    groups::arn(view, users::id(given))
}

fn everyone(view: &View, kind: fn(&View, &str) -> String) -> String {
    kind(view, "*")
}

pub fn list_identity_stores(_: &View, _: &ListIdentityStoresRequest) -> Result<Access> {
    Ok(Access::to(Check::new("identitystore:ListIdentityStores", "*")))
}

pub fn describe_identity_store(view: &View, input: &DescribeIdentityStoreRequest) -> Result<Access> {
    on(view, "identitystore:DescribeIdentityStore", &input.identity_store_id, &[])
}

pub fn create_user(view: &View, input: &CreateUserRequest) -> Result<Access> {
    on(view, "identitystore:CreateUser", &input.identity_store_id, &[everyone(view, users::arn)])
}

pub fn describe_user(view: &View, input: &DescribeUserRequest) -> Result<Access> {
    on(view, "identitystore:DescribeUser", &input.identity_store_id, &[user(view, &input.user_id)])
}

pub fn update_user(view: &View, input: &UpdateUserRequest) -> Result<Access> {
    on(view, "identitystore:UpdateUser", &input.identity_store_id, &[user(view, &input.user_id)])
}

pub fn delete_user(view: &View, input: &DeleteUserRequest) -> Result<Access> {
    on(view, "identitystore:DeleteUser", &input.identity_store_id, &[user(view, &input.user_id)])
}

pub fn list_users(view: &View, input: &ListUsersRequest) -> Result<Access> {
    on(view, "identitystore:ListUsers", &input.identity_store_id, &[everyone(view, users::arn)])
}

pub fn get_user_id(view: &View, input: &GetUserIdRequest) -> Result<Access> {
    on(view, "identitystore:GetUserId", &input.identity_store_id, &[everyone(view, users::arn)])
}

pub fn create_group(view: &View, input: &CreateGroupRequest) -> Result<Access> {
    on(view, "identitystore:CreateGroup", &input.identity_store_id, &[everyone(view, groups::arn)])
}

pub fn describe_group(view: &View, input: &DescribeGroupRequest) -> Result<Access> {
    on(view, "identitystore:DescribeGroup", &input.identity_store_id, &[group(view, &input.group_id)])
}

pub fn update_group(view: &View, input: &UpdateGroupRequest) -> Result<Access> {
    on(view, "identitystore:UpdateGroup", &input.identity_store_id, &[group(view, &input.group_id)])
}

pub fn delete_group(view: &View, input: &DeleteGroupRequest) -> Result<Access> {
    on(view, "identitystore:DeleteGroup", &input.identity_store_id, &[group(view, &input.group_id)])
}

pub fn list_groups(view: &View, input: &ListGroupsRequest) -> Result<Access> {
    on(view, "identitystore:ListGroups", &input.identity_store_id, &[everyone(view, groups::arn)])
}

pub fn get_group_id(view: &View, input: &GetGroupIdRequest) -> Result<Access> {
    on(view, "identitystore:GetGroupId", &input.identity_store_id, &[everyone(view, groups::arn)])
}

pub fn create_group_membership(view: &View, input: &CreateGroupMembershipRequest) -> Result<Access> {
    let things = [
        group(view, &input.group_id),
        user(view, groups::member(&input.member_id)),
        everyone(view, groups::membership_arn),
    ];
    on(view, "identitystore:CreateGroupMembership", &input.identity_store_id, &things)
}

pub fn delete_group_membership(view: &View, input: &DeleteGroupMembershipRequest) -> Result<Access> {
    let things = ends(view, &input.identity_store_id, &input.membership_id)?;
    on(view, "identitystore:DeleteGroupMembership", &input.identity_store_id, &things)
}

pub fn describe_group_membership(view: &View, input: &DescribeGroupMembershipRequest) -> Result<Access> {
    let things = ends(view, &input.identity_store_id, &input.membership_id)?;
    on(view, "identitystore:DescribeGroupMembership", &input.identity_store_id, &things)
}

/// A membership with its group and its user, where it is there.
fn ends(view: &View, given: &str, membership: &str) -> Result<Vec<String>> {
    let id = users::id(membership).to_owned();
    let mut things = vec![groups::membership_arn(view, &id)];
    if let Some(found) = view.get(&MEMBERSHIPS, &(store::id(given).to_owned(), id))? {
        things.extend(found.group_id.iter().map(|id| group(view, id)));
        things.extend(found.member_id.iter().map(|member| user(view, groups::member(member))));
    }
    Ok(things)
}

pub fn get_group_membership_id(view: &View, input: &GetGroupMembershipIdRequest) -> Result<Access> {
    let things = [
        group(view, &input.group_id),
        user(view, groups::member(&input.member_id)),
        everyone(view, groups::membership_arn),
    ];
    on(view, "identitystore:GetGroupMembershipId", &input.identity_store_id, &things)
}

pub fn is_member_in_groups(view: &View, input: &IsMemberInGroupsRequest) -> Result<Access> {
    let mut things = vec![user(view, groups::member(&input.member_id)), everyone(view, groups::membership_arn)];
    things.extend(input.group_ids.iter().map(|id| group(view, id)));
    on(view, "identitystore:IsMemberInGroups", &input.identity_store_id, &things)
}

pub fn list_group_memberships(view: &View, input: &ListGroupMembershipsRequest) -> Result<Access> {
    let things = [group(view, &input.group_id), everyone(view, groups::membership_arn)];
    on(view, "identitystore:ListGroupMemberships", &input.identity_store_id, &things)
}

pub fn list_group_memberships_for_member(view: &View, input: &ListGroupMembershipsForMemberRequest) -> Result<Access> {
    let things = [user(view, groups::member(&input.member_id)), everyone(view, groups::membership_arn)];
    on(view, "identitystore:ListGroupMembershipsForMember", &input.identity_store_id, &things)
}
