//! Groups.

use super::users::unique_attribute;
use crate::api::{
    CreateGroupRequest, CreateGroupResponse, DeleteGroupRequest, DeleteGroupResponse, DescribeGroupRequest,
    DescribeGroupResponse, GetGroupIdRequest, GetGroupIdResponse, Group, ListGroupsRequest, ListGroupsResponse,
    UpdateGroupRequest, UpdateGroupResponse,
};
use crate::state::GROUPS;
use crate::{attributes, errors, groups, paging, store, users};
use service::{Cx, Result, View};

/// <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateGroup.html>
pub fn create_group(cx: &mut Cx, input: CreateGroupRequest) -> Result<CreateGroupResponse> {
    let CreateGroupRequest { identity_store_id, display_name, description } = input;
    let store = store::written(cx, &identity_store_id)?;
    let (id, now, by) = (cx.entropy().uuid(), cx.now().whole_secs(), cx.caller().arn.clone());
    let group = Group {
        identity_store_id: store.clone(),
        group_arn: groups::arn(cx, &id),
        group_id: id,
        revision: "1".to_owned(),
        display_name,
        description,
        created_at: Some(now),
        created_by: Some(by.clone()),
        updated_at: Some(now),
        updated_by: Some(by),
        ..Group::default()
    };
    check(&group)?;
    groups::save(cx, &store, &group, None)?;
    let Group { group_id, group_arn, revision, .. } = group;
    Ok(CreateGroupResponse { identity_store_id: store, group_id, group_arn, revision })
}

fn check(group: &Group) -> Result<()> {
    match group.display_name.as_deref() {
        Some(name) if !name.is_empty() => Ok(()),
        _ => Err(errors::validation("displayName is a required attribute")),
    }
}

/// <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DescribeGroup.html>
pub fn describe_group(view: &View, input: DescribeGroupRequest) -> Result<DescribeGroupResponse> {
    let DescribeGroupRequest { identity_store_id, group_id } = input;
    let store = store::known(view, &identity_store_id)?;
    let group = groups::find(view, &store, &group_id)?;
    Ok(DescribeGroupResponse {
        identity_store_id: group.identity_store_id,
        group_id: group.group_id,
        group_arn: group.group_arn,
        revision: group.revision,
        display_name: group.display_name,
        external_ids: group.external_ids,
        description: group.description,
        created_at: group.created_at,
        updated_at: group.updated_at,
        created_by: group.created_by,
        updated_by: group.updated_by,
    })
}

/// <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_UpdateGroup.html>
pub fn update_group(cx: &mut Cx, input: UpdateGroupRequest) -> Result<UpdateGroupResponse> {
    let UpdateGroupRequest { identity_store_id, group_id, operations, revision } = input;
    let store = store::written(cx, &identity_store_id)?;
    let before = groups::find(cx, &store, &group_id)?;
    attributes::check_revision(revision.as_deref(), &before.revision)?;
    let mut group: Group = attributes::change(&before, operations, attributes::OF_GROUPS)?;
    check(&group)?;
    group.revision = attributes::next_revision(&before.revision);
    group.updated_at = Some(cx.now().whole_secs());
    group.updated_by = Some(cx.caller().arn.clone());
    groups::save(cx, &store, &group, Some(&before))?;
    let Group { group_id, group_arn, revision, .. } = group;
    Ok(UpdateGroupResponse { identity_store_id: store, group_id, group_arn, revision })
}

/// One that is not there is deleted already.
/// <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DeleteGroup.html>
pub fn delete_group(cx: &mut Cx, input: DeleteGroupRequest) -> Result<DeleteGroupResponse> {
    let DeleteGroupRequest { identity_store_id, group_id, revision } = input;
    let store = store::written(cx, &identity_store_id)?;
    if let Some(group) = cx.get(&GROUPS, &(store.clone(), users::id(&group_id).to_owned()))? {
        attributes::check_revision(revision.as_deref(), &group.revision)?;
        groups::remove(cx, &store, &group)?;
    }
    Ok(DeleteGroupResponse {})
}

/// <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ListGroups.html>
pub fn list_groups(view: &View, input: ListGroupsRequest) -> Result<ListGroupsResponse> {
    let ListGroupsRequest { identity_store_id, max_results, next_token, filters } = input;
    let store = store::known(view, &identity_store_id)?;
    let page = paging::page(max_results, next_token.as_deref())?;
    let filter = filters.unwrap_or_default().into_iter().next();
    if let Some(filter) = &filter {
        attributes::check_filter(&filter.attribute_path, &["DisplayName"])?;
    }
    let wanted = filter.map(|filter| filter.attribute_value.to_lowercase());
    let keep = |group: &Group| {
        let name = group.display_name.as_deref().unwrap_or_default().to_lowercase();
        wanted.as_ref().is_none_or(|wanted| *wanted == name)
    };
    let (groups, next) = view.page(&GROUPS, (store,), &page, keep)?;
    Ok(ListGroupsResponse { groups, next_token: next.map(|token| token.encode()) })
}

/// <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_GetGroupId.html>
pub fn get_group_id(view: &View, input: GetGroupIdRequest) -> Result<GetGroupIdResponse> {
    let GetGroupIdRequest { identity_store_id, alternate_identifier } = input;
    let store = store::known(view, &identity_store_id)?;
    let (path, value) = unique_attribute(alternate_identifier, "GROUP")?;
    if !path.eq_ignore_ascii_case("displayname") {
        return Err(errors::validation(format!("The attribute {path} is not a unique attribute")));
    }
    let id = groups::by_name(view, &store, &value)?.ok_or_else(|| errors::not_found("GROUP", &value))?;
    Ok(GetGroupIdResponse { identity_store_id: store, group_arn: groups::arn(view, &id), group_id: id })
}
