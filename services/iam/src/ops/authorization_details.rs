//! All users, groups, roles and policies of an account in one listing.

use crate::api::{
    GetAccountAuthorizationDetailsRequest, GetAccountAuthorizationDetailsResponse, GroupDetail, ManagedPolicyDetail,
    PolicyVersion, RoleDetail, UserDetail,
};
use crate::entity::{self, Identity, Kind, key};
use crate::grants;
use crate::ops::instance_profiles;
use crate::policies::Policy;
use crate::shown::{self, Detail};
use crate::state::{ATTACHMENTS, GROUPS, GroupRow, POLICIES, ROLES, RoleRow, USERS, UserRow};
use crate::{api, documents, last_used, managed, paging, tags};
use service::{Result, View};
use std::collections::BTreeSet;

enum Item {
    User(UserRow),
    Group(GroupRow),
    Role(RoleRow),
    Policy(Policy),
}

impl Item {
    /// Users come first, AWS's policies last.
    fn place(&self) -> String {
        match self {
            Item::User(row) => format!("1{}", key(&row.core.name)),
            Item::Group(row) => format!("2{}", key(&row.core.name)),
            Item::Role(row) => format!("3{}", key(&row.core.name)),
            Item::Policy(Policy::Own(row)) => format!("4{}", key(&row.core.name)),
            Item::Policy(Policy::Aws(managed)) => format!("5{}", managed.name),
        }
    }
}

/// Of AWS's policies those that somebody uses.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html>
pub fn get_account_authorization_details(
    view: &View,
    input: GetAccountAuthorizationDetailsRequest,
) -> Result<GetAccountAuthorizationDetailsResponse> {
    let GetAccountAuthorizationDetailsRequest { filter, max_items, marker } = input;
    let page = paging::asked(marker, max_items)?;
    let filter = filter.unwrap_or_default();
    let wanted = |kind: &str| filter.is_empty() || filter.iter().any(|known| known == kind);
    let items = items(view, &wanted)?;
    let (items, next) = paging::cut(items, &page, Item::place);
    let (is_truncated, marker) = paging::end(next);
    let (mut users, mut groups, mut roles, mut policies) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for item in &items {
        match item {
            Item::User(row) => users.push(user(view, row)?),
            Item::Group(row) => groups.push(group(view, row)),
            Item::Role(row) => roles.push(role(view, row)?),
            Item::Policy(row) => policies.push(policy(view, row)?),
        }
    }
    Ok(GetAccountAuthorizationDetailsResponse {
        user_detail_list: Some(users),
        group_detail_list: Some(groups),
        role_detail_list: Some(roles),
        policies: Some(policies),
        is_truncated,
        marker,
    })
}

fn items(view: &View, wanted: &dyn Fn(&str) -> bool) -> Result<Vec<Item>> {
    let mut items = Vec::new();
    if wanted("User") {
        items.extend(view.rows(&USERS, ()).map(|row| row.map(Item::User)).collect::<Result<Vec<_>>>()?);
    }
    if wanted("Group") {
        items.extend(view.rows(&GROUPS, ()).map(|row| row.map(Item::Group)).collect::<Result<Vec<_>>>()?);
    }
    if wanted("Role") {
        items.extend(view.rows(&ROLES, ()).map(|row| row.map(Item::Role)).collect::<Result<Vec<_>>>()?);
    }
    if wanted("LocalManagedPolicy") {
        let own = view.rows(&POLICIES, ()).map(|row| row.map(|row| Item::Policy(Policy::Own(row))));
        items.extend(own.collect::<Result<Vec<_>>>()?);
    }
    if wanted("AWSManagedPolicy") {
        let used = view.rows(&ATTACHMENTS, ()).map(|row| row.map(|row| row.policy));
        for arn in used.collect::<Result<BTreeSet<String>>>()? {
            items.extend(
                managed::find(view.scope().partition(), &arn)?.map(|managed| Item::Policy(Policy::Aws(managed))),
            );
        }
    }
    Ok(items)
}

fn attached<I: Identity>(identity: &I) -> Option<Vec<api::AttachedPolicy>> {
    Some(identity.grants().attached.iter().cloned().map(grants::attached_policy).collect())
}

fn user(view: &View, row: &UserRow) -> Result<UserDetail> {
    let groups = row.groups.iter().map(|group| Ok(entity::find::<GroupRow>(view, group)?.core.name));
    Ok(UserDetail {
        path: Some(row.core.path.clone()),
        user_name: Some(row.core.name.clone()),
        user_id: Some(row.core.id.clone()),
        arn: Some(entity::arn(view, Kind::User, &row.core)),
        create_date: Some(row.core.created),
        user_policy_list: grants::inline_details(row),
        group_list: Some(groups.collect::<Result<_>>()?),
        attached_managed_policies: attached(row),
        permissions_boundary: shown::boundary(&row.grants.boundary),
        tags: Some(tags::shown(&row.core.tags)),
    })
}

fn group(view: &View, row: &GroupRow) -> GroupDetail {
    GroupDetail {
        path: Some(row.core.path.clone()),
        group_name: Some(row.core.name.clone()),
        group_id: Some(row.core.id.clone()),
        arn: Some(entity::arn(view, Kind::Group, &row.core)),
        create_date: Some(row.core.created),
        group_policy_list: grants::inline_details(row),
        attached_managed_policies: attached(row),
    }
}

fn role(view: &View, row: &RoleRow) -> Result<RoleDetail> {
    Ok(RoleDetail {
        path: Some(row.core.path.clone()),
        role_name: Some(row.core.name.clone()),
        role_id: Some(row.core.id.clone()),
        arn: Some(entity::arn(view, Kind::Role, &row.core)),
        create_date: Some(row.core.created),
        assume_role_policy_document: Some(documents::shown(&row.trust)),
        instance_profile_list: Some(instance_profiles::of_role(view, row)?),
        role_policy_list: grants::inline_details(row),
        attached_managed_policies: attached(row),
        permissions_boundary: shown::boundary(&row.grants.boundary),
        tags: Some(tags::shown(&row.core.tags)),
        role_last_used: Some(last_used::of_role(view, row)?),
    })
}

fn policy(view: &View, policy: &Policy) -> Result<ManagedPolicyDetail> {
    let versions = match policy {
        Policy::Own(row) => row.versions.iter().rev().map(|version| shown::version(row, version, true)).collect(),
        Policy::Aws(managed) => vec![PolicyVersion {
            document: Some(documents::shown(&managed.document())),
            version_id: Some(managed.version.to_owned()),
            is_default_version: Some(true),
            create_date: Some(managed.updated),
        }],
    };
    let shown = shown::policy(view, policy, Detail::Full)?;
    Ok(ManagedPolicyDetail {
        policy_name: shown.policy_name,
        policy_id: shown.policy_id,
        arn: shown.arn,
        path: shown.path,
        default_version_id: shown.default_version_id,
        attachment_count: shown.attachment_count,
        permissions_boundary_usage_count: shown.permissions_boundary_usage_count,
        is_attachable: shown.is_attachable,
        description: shown.description,
        create_date: shown.create_date,
        update_date: shown.update_date,
        policy_version_list: Some(versions),
    })
}
