//! Who is in which group.

use crate::api::{
    CreateGroupMembershipRequest, CreateGroupMembershipResponse, DeleteGroupMembershipRequest,
    DeleteGroupMembershipResponse, DescribeGroupMembershipRequest, DescribeGroupMembershipResponse,
    GetGroupMembershipIdRequest, GetGroupMembershipIdResponse, GroupMembership, GroupMembershipExistenceResult,
    IsMemberInGroupsRequest, IsMemberInGroupsResponse, ListGroupMembershipsForMemberRequest,
    ListGroupMembershipsForMemberResponse, ListGroupMembershipsRequest, ListGroupMembershipsResponse, MemberId,
};
use crate::state::{MEMBER_OF, MEMBERS, MEMBERSHIPS};
use crate::{errors, groups, paging, store, users};
use service::{Cx, Key, Page, Result, Table, Token, View};

const KIND: &str = "GROUP_MEMBERSHIP";

/// <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateGroupMembership.html>
pub fn create_group_membership(
    cx: &mut Cx,
    input: CreateGroupMembershipRequest,
) -> Result<CreateGroupMembershipResponse> {
    let CreateGroupMembershipRequest { identity_store_id, group_id, member_id } = input;
    let store = store::written(cx, &identity_store_id)?;
    let group = groups::find(cx, &store, &group_id)?.group_id;
    let user = users::find(cx, &store, groups::member(&member_id))?.user_id;
    if groups::membership(cx, &store, &group, &user)?.is_some() {
        return Err(errors::duplicate("GroupMembership"));
    }
    let (id, now, by) = (cx.entropy().uuid(), cx.now().whole_secs(), cx.caller().arn.clone());
    let arn = groups::membership_arn(cx, &id);
    let membership = GroupMembership {
        identity_store_id: store.clone(),
        membership_id: id.clone(),
        membership_arn: arn.clone(),
        group_id: Some(group),
        member_id: Some(MemberId { user_id: Some(user) }),
        created_at: Some(now),
        updated_at: Some(now),
        created_by: Some(by.clone()),
        updated_by: Some(by),
    };
    groups::join(cx, &store, &membership)?;
    Ok(CreateGroupMembershipResponse { identity_store_id: store, membership_id: id, membership_arn: arn })
}

/// <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DeleteGroupMembership.html>
pub fn delete_group_membership(
    cx: &mut Cx,
    input: DeleteGroupMembershipRequest,
) -> Result<DeleteGroupMembershipResponse> {
    let DeleteGroupMembershipRequest { identity_store_id, membership_id } = input;
    let store = store::written(cx, &identity_store_id)?;
    if let Some(membership) = cx.get(&MEMBERSHIPS, &(store.clone(), users::id(&membership_id).to_owned()))? {
        groups::leave(cx, &store, &membership)?;
    }
    Ok(DeleteGroupMembershipResponse {})
}

/// <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DescribeGroupMembership.html>
pub fn describe_group_membership(
    view: &View,
    input: DescribeGroupMembershipRequest,
) -> Result<DescribeGroupMembershipResponse> {
    let DescribeGroupMembershipRequest { identity_store_id, membership_id } = input;
    let store = store::known(view, &identity_store_id)?;
    let id = users::id(&membership_id);
    let found = view.get(&MEMBERSHIPS, &(store, id.to_owned()))?.ok_or_else(|| errors::not_found(KIND, id))?;
    Ok(DescribeGroupMembershipResponse {
        identity_store_id: found.identity_store_id,
        membership_id: found.membership_id,
        membership_arn: found.membership_arn,
        group_id: found.group_id.unwrap_or_default(),
        member_id: found.member_id.unwrap_or_default(),
        created_at: found.created_at,
        updated_at: found.updated_at,
        created_by: found.created_by,
        updated_by: found.updated_by,
    })
}

/// <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_GetGroupMembershipId.html>
pub fn get_group_membership_id(
    view: &View,
    input: GetGroupMembershipIdRequest,
) -> Result<GetGroupMembershipIdResponse> {
    let GetGroupMembershipIdRequest { identity_store_id, group_id, member_id } = input;
    let store = store::known(view, &identity_store_id)?;
    let found = groups::membership(view, &store, &group_id, groups::member(&member_id))?;
    let found = found.ok_or_else(|| errors::not_found(KIND, groups::member(&member_id)))?;
    Ok(GetGroupMembershipIdResponse {
        identity_store_id: store,
        membership_id: found.membership_id,
        membership_arn: found.membership_arn,
    })
}

/// <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_IsMemberInGroups.html>
pub fn is_member_in_groups(view: &View, input: IsMemberInGroupsRequest) -> Result<IsMemberInGroupsResponse> {
    let IsMemberInGroupsRequest { identity_store_id, member_id, group_ids } = input;
    let store = store::known(view, &identity_store_id)?;
    let user = groups::member(&member_id);
    let result = |group: String| {
        let is_in = groups::membership(view, &store, &group, user)?.is_some();
        Ok(GroupMembershipExistenceResult {
            group_id: Some(group),
            member_id: Some(member_id.clone()),
            membership_exists: Some(is_in),
        })
    };
    Ok(IsMemberInGroupsResponse { results: group_ids.into_iter().map(result).collect::<Result<_>>()? })
}

/// <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ListGroupMemberships.html>
pub fn list_group_memberships(view: &View, input: ListGroupMembershipsRequest) -> Result<ListGroupMembershipsResponse> {
    let ListGroupMembershipsRequest { identity_store_id, group_id, max_results, next_token } = input;
    let store = store::known(view, &identity_store_id)?;
    let group = groups::find(view, &store, &group_id)?.group_id;
    let page = paging::page(max_results, next_token.as_deref())?;
    let (group_memberships, next) = linked(view, &MEMBERS, (store, group), &page)?;
    Ok(ListGroupMembershipsResponse { group_memberships, next_token: next.map(|token| token.encode()) })
}

/// <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ListGroupMembershipsForMember.html>
pub fn list_group_memberships_for_member(
    view: &View,
    input: ListGroupMembershipsForMemberRequest,
) -> Result<ListGroupMembershipsForMemberResponse> {
    let ListGroupMembershipsForMemberRequest { identity_store_id, member_id, max_results, next_token } = input;
    let store = store::known(view, &identity_store_id)?;
    let user = users::find(view, &store, groups::member(&member_id))?.user_id;
    let page = paging::page(max_results, next_token.as_deref())?;
    let (group_memberships, next) = linked(view, &MEMBER_OF, (store, user), &page)?;
    Ok(ListGroupMembershipsForMemberResponse { group_memberships, next_token: next.map(|token| token.encode()) })
}

/// The memberships to which an index leads.
fn linked<K: Key>(
    view: &View,
    index: &Table<K, crate::state::LinkRow>,
    (store, end): (String, String),
    page: &Page,
) -> Result<(Vec<GroupMembership>, Option<Token>)> {
    let (links, next) = view.page(index, (store.clone(), end), page, |_| true)?;
    let found = links.into_iter().map(|link| view.get(&MEMBERSHIPS, &(store.clone(), link.id)));
    Ok((found.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect(), next))
}
