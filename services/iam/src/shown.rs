//! Rows as replies show them.

use crate::entity::{self, Kind};
use crate::policies::{self, Policy};
use crate::state::{GroupRow, PolicyRow, ProfileRow, ROLES, RoleRow, UserRow, VersionRow};
use crate::{api, documents, tags};
use service::{Result, View};

/// Whether a reply tells of one thing in full, or lists it among others, where AWS leaves some members out.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// With tags and boundary.
    Full,
    /// Without.
    Listed,
}

/// A permissions boundary.
pub fn boundary(arn: &Option<String>) -> Option<api::AttachedPermissionsBoundary> {
    arn.as_ref().map(|arn| api::AttachedPermissionsBoundary {
        permissions_boundary_type: Some("PermissionsBoundaryPolicy".to_owned()),
        permissions_boundary_arn: Some(arn.clone()),
    })
}

/// A user.
pub fn user(view: &View, row: &UserRow, detail: Detail) -> api::User {
    let full = detail == Detail::Full;
    api::User {
        path: Some(row.core.path.clone()),
        user_name: Some(row.core.name.clone()),
        user_id: row.core.id.clone(),
        arn: entity::arn(view, Kind::User, &row.core),
        create_date: row.core.created,
        password_last_used: None,
        permissions_boundary: boundary(&row.grants.boundary).filter(|_| full),
        tags: tags::some(&row.core.tags).filter(|_| full),
    }
}

/// A group.
pub fn group(view: &View, row: &GroupRow) -> api::Group {
    api::Group {
        path: row.core.path.clone(),
        group_name: row.core.name.clone(),
        group_id: row.core.id.clone(),
        arn: entity::arn(view, Kind::Group, &row.core),
        create_date: row.core.created,
    }
}

/// A role.
pub fn role(view: &View, row: &RoleRow, detail: Detail) -> api::Role {
    let full = detail == Detail::Full;
    api::Role {
        path: row.core.path.clone(),
        role_name: row.core.name.clone(),
        role_id: row.core.id.clone(),
        arn: entity::arn(view, Kind::Role, &row.core),
        create_date: row.core.created,
        assume_role_policy_document: Some(documents::shown(&row.trust)),
        description: row.description.clone(),
        max_session_duration: Some(row.max_session_duration),
        permissions_boundary: boundary(&row.grants.boundary).filter(|_| full),
        tags: tags::some(&row.core.tags).filter(|_| full),
        role_last_used: None,
        source_role_template: None,
    }
}

/// An instance profile with its role.
pub fn profile(view: &View, row: &ProfileRow, detail: Detail) -> Result<api::InstanceProfile> {
    let role = match &row.role {
        Some(name) => view.get(&ROLES, name.as_str())?,
        None => None,
    };
    Ok(api::InstanceProfile {
        path: row.core.path.clone(),
        instance_profile_name: row.core.name.clone(),
        instance_profile_id: row.core.id.clone(),
        arn: entity::arn(view, Kind::InstanceProfile, &row.core),
        create_date: row.core.created,
        roles: role.iter().map(|row| self::role(view, row, Detail::Listed)).collect(),
        tags: (detail == Detail::Full).then(|| tags::shown(&row.core.tags)),
    })
}

/// A managed policy.
pub fn policy(view: &View, policy: &Policy, detail: Detail) -> Result<api::Policy> {
    let full = detail == Detail::Full;
    let mut shown = match policy {
        Policy::Own(row) => api::Policy {
            policy_name: Some(row.core.name.clone()),
            policy_id: Some(row.core.id.clone()),
            arn: Some(entity::arn(view, Kind::Policy, &row.core)),
            path: Some(row.core.path.clone()),
            default_version_id: Some(version_id(row.default)),
            description: row.description.clone().filter(|_| full),
            create_date: Some(row.core.created),
            update_date: Some(row.updated),
            tags: full.then(|| tags::shown(&row.core.tags)),
            ..api::Policy::default()
        },
        Policy::Aws(managed) => api::Policy {
            policy_name: Some(managed.name.to_owned()),
            policy_id: Some(managed.id()),
            arn: Some(managed.arn()),
            path: Some(managed.path.to_owned()),
            default_version_id: Some(managed.version.to_owned()),
            create_date: Some(managed.created),
            update_date: Some(managed.updated),
            tags: full.then(Vec::new),
            ..api::Policy::default()
        },
    };
    let (attached, boundaries) = policies::uses(view, shown.arn.as_deref().unwrap_or_default())?;
    shown.attachment_count = Some(attached);
    shown.permissions_boundary_usage_count = Some(boundaries);
    shown.is_attachable = Some(true);
    Ok(shown)
}

/// `v3`.
pub fn version_id(number: i64) -> String {
    format!("v{number}")
}

/// A version of a policy of the account's, with its document or without.
pub fn version(policy: &PolicyRow, version: &VersionRow, with_document: bool) -> api::PolicyVersion {
    api::PolicyVersion {
        document: with_document.then(|| documents::shown(&version.document)),
        version_id: Some(version_id(version.number)),
        is_default_version: Some(version.number == policy.default),
        create_date: Some(version.created),
    }
}
