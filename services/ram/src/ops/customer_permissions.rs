//! Permissions that an account makes, and their replacing.
//! <https://docs.aws.amazon.com/ram/latest/userguide/create-customer-managed-permissions.html>

use super::listings::check_type;
use super::shares::refuse;
use crate::api::{
    CreatePermissionRequest, CreatePermissionResponse, CreatePermissionVersionRequest, CreatePermissionVersionResponse,
    DeletePermissionRequest, DeletePermissionResponse, DeletePermissionVersionRequest, DeletePermissionVersionResponse,
    ListReplacePermissionAssociationsWorkRequest, ListReplacePermissionAssociationsWorkResponse,
    ReplacePermissionAssociationsRequest, ReplacePermissionAssociationsResponse, ReplacePermissionAssociationsWork,
    SetDefaultPermissionVersionRequest, SetDefaultPermissionVersionResponse, UpdatePermissionRequest,
    UpdatePermissionResponse,
};
use crate::permission::{self, ATTACHABLE, DEPRECATED, Permission};
use crate::state::{PERMISSIONS, PermissionRow, REPLACEMENTS, ReplacementRow, VersionRow};
use crate::token::Once;
use crate::{errors, paging, share, tags, template};
use service::{Cx, Result, View};

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_CreatePermissionVersion.html>
const MOST_VERSIONS: usize = 5;
/// A bound of this cloud's own: AWS's is told by Service Quotas alone.
const MOST_PERMISSIONS: usize = 500;

const DELETED: &str = "DELETED";
const COMPLETED: &str = "COMPLETED";

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_CreatePermission.html>
pub fn create_permission(cx: &mut Cx, input: CreatePermissionRequest) -> Result<CreatePermissionResponse> {
    let CreatePermissionRequest {
        name,
        resource_type,
        policy_template,
        permission_template_parameters,
        client_token,
        tags: given,
    } = input;
    refuse("permissionTemplateParameters", "CreatePermission", permission_template_parameters.is_some())?;
    let once = Once::of(cx, client_token.as_deref(), &(&name, &resource_type, &policy_template, &given))?;
    if let Some(first) = once.answer()? {
        return Ok(first);
    }
    let invalid = || errors::invalid_parameter(format!("Invalid resource type: {resource_type}"));
    let kind = check_type(Some(resource_type.as_str()))?.ok_or_else(invalid)?;
    template::read(kind, &policy_template)?;
    if cx.has(&PERMISSIONS, name.as_str())? {
        return Err(errors::permission_exists(&name));
    }
    if cx.rows(&PERMISSIONS, ()).count() >= MOST_PERMISSIONS {
        return Err(errors::too_many_permissions());
    }
    let now = cx.now();
    let mut row = PermissionRow {
        name,
        kind: kind.name.to_owned(),
        versions: vec![VersionRow { number: 1, template: policy_template, created: now }],
        default: 1,
        next: 2,
        created: now,
        ..PermissionRow::default()
    };
    tags::add(cx, &mut row.tags, given.unwrap_or_default())?;
    permission::save(cx, &mut row)?;
    let shown = Permission::Own(kind, row).summary(cx, 1);
    once.keep(cx, CreatePermissionResponse { permission: Some(shown), client_token })
}

/// The new version becomes the default. Shares keep the one that they have.
/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_CreatePermissionVersion.html>
pub fn create_permission_version(
    cx: &mut Cx,
    input: CreatePermissionVersionRequest,
) -> Result<CreatePermissionVersionResponse> {
    let CreatePermissionVersionRequest {
        permission_arn,
        policy_template,
        permission_template_parameters,
        client_token,
    } = input;
    refuse("permissionTemplateParameters", "CreatePermissionVersion", permission_template_parameters.is_some())?;
    let once = Once::of(cx, client_token.as_deref(), &(&permission_arn, &policy_template))?;
    if let Some(first) = once.answer()? {
        return Ok(first);
    }
    let (kind, mut row) = permission::find_own(cx, &permission_arn)?;
    template::read(kind, &policy_template)?;
    if row.versions.len() >= MOST_VERSIONS {
        return Err(errors::too_many_versions());
    }
    let number = row.next;
    row.versions.push(VersionRow { number, template: policy_template, created: cx.now() });
    (row.default, row.next) = (number, number.saturating_add(1));
    permission::save(cx, &mut row)?;
    let shown = Permission::Own(kind, row).detail(cx, number);
    once.keep(cx, CreatePermissionVersionResponse { permission: Some(shown), client_token })
}

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_SetDefaultPermissionVersion.html>
pub fn set_default_permission_version(
    cx: &mut Cx,
    input: SetDefaultPermissionVersionRequest,
) -> Result<SetDefaultPermissionVersionResponse> {
    let SetDefaultPermissionVersionRequest { permission_arn, permission_version, client_token } = input;
    let once = Once::of(cx, client_token.as_deref(), &(&permission_arn, permission_version))?;
    if let Some(first) = once.answer()? {
        return Ok(first);
    }
    let (_, mut row) = permission::find_own(cx, &permission_arn)?;
    row.default = permission::own_version(&row, &permission_arn, permission_version)?;
    permission::save(cx, &mut row)?;
    once.keep(cx, SetDefaultPermissionVersionResponse { return_value: Some(true), client_token })
}

/// One that is deprecated stays with the shares that have it, and no more can get it.
/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_UpdatePermission.html>
pub fn update_permission(cx: &mut Cx, input: UpdatePermissionRequest) -> Result<UpdatePermissionResponse> {
    let UpdatePermissionRequest { permission_arn, status, client_token } = input;
    let once = Once::of(cx, client_token.as_deref(), &(&permission_arn, &status))?;
    if let Some(first) = once.answer()? {
        return Ok(first);
    }
    if ![ATTACHABLE, DEPRECATED].contains(&status.as_str()) {
        let text = format!("{status} is not a valid permission status. Specify either ATTACHABLE or DEPRECATED.");
        return Err(errors::invalid_parameter(text));
    }
    let (_, mut row) = permission::find_own(cx, &permission_arn)?;
    row.deprecated = Some(status == DEPRECATED);
    permission::save(cx, &mut row)?;
    once.keep(cx, UpdatePermissionResponse { client_token, permission_status: Some(status) })
}

/// It goes with all its versions, if no share has it.
/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_DeletePermission.html>
pub fn delete_permission(cx: &mut Cx, input: DeletePermissionRequest) -> Result<DeletePermissionResponse> {
    let DeletePermissionRequest { permission_arn, client_token } = input;
    let once = Once::of(cx, client_token.as_deref(), &permission_arn)?;
    if let Some(first) = once.answer()? {
        return Ok(first);
    }
    let (_, row) = permission::find_own(cx, &permission_arn)?;
    if permission::is_attached(cx, &permission_arn, None)? {
        return Err(errors::not_permitted(format!(
            "The permission {permission_arn} is associated with a resource share."
        )));
    }
    cx.delete(&PERMISSIONS, row.name.as_str())?;
    let permission_status = Some(DELETED.to_owned());
    once.keep(cx, DeletePermissionResponse { return_value: Some(true), client_token, permission_status })
}

/// Neither the default nor the only one, nor one that a share has.
/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_DeletePermissionVersion.html>
pub fn delete_permission_version(
    cx: &mut Cx,
    input: DeletePermissionVersionRequest,
) -> Result<DeletePermissionVersionResponse> {
    let DeletePermissionVersionRequest { permission_arn, permission_version, client_token } = input;
    let once = Once::of(cx, client_token.as_deref(), &(&permission_arn, permission_version))?;
    if let Some(first) = once.answer()? {
        return Ok(first);
    }
    let (_, mut row) = permission::find_own(cx, &permission_arn)?;
    let version = permission::own_version(&row, &permission_arn, permission_version)?;
    if version == row.default {
        return Err(errors::not_permitted("You can't delete the default version of a customer managed permission."));
    }
    if permission::is_attached(cx, &permission_arn, Some(version))? {
        return Err(errors::not_permitted(format!(
            "The version {version} of the permission {permission_arn} is associated with a resource share."
        )));
    }
    row.versions.retain(|own| own.number != version);
    permission::save(cx, &mut row)?;
    let permission_status = Some(DELETED.to_owned());
    once.keep(cx, DeletePermissionVersionResponse { return_value: Some(true), client_token, permission_status })
}

/// All shares that have one permission get another of the same type, in its default version. It is done when this answers.
/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_ReplacePermissionAssociations.html>
pub fn replace_permission_associations(
    cx: &mut Cx,
    input: ReplacePermissionAssociationsRequest,
) -> Result<ReplacePermissionAssociationsResponse> {
    let ReplacePermissionAssociationsRequest {
        from_permission_arn: from,
        from_permission_version: from_version,
        to_permission_arn: to,
        permission_template_parameters,
        client_token,
    } = input;
    refuse("permissionTemplateParameters", "ReplacePermissionAssociations", permission_template_parameters.is_some())?;
    let once = Once::of(cx, client_token.as_deref(), &(&from, from_version, &to))?;
    if let Some(first) = once.answer()? {
        return Ok(first);
    }
    let (old, new) = (permission::find(cx, &from)?, permission::find(cx, &to)?);
    let kind = old.kind();
    if new.kind() != kind {
        return Err(errors::invalid_parameter(format!(
            "The permissions {from} and {to} are not for the same resource type."
        )));
    }
    // With itself it has its own shares get the default version.
    if from != to {
        permission::attachable(cx, &to)?;
    }
    let to_version = new.default_version();
    for mut row in share::own(cx)? {
        let has = row.permissions.get(kind.name) == Some(&from)
            && from_version.is_none_or(|version| share::version(&row, kind.name) == version);
        if has && row.status == share::ACTIVE {
            share::attach(&mut row, kind.name, (to.clone(), to_version));
            share::save(cx, &mut row)?;
        }
    }
    let row = ReplacementRow { id: cx.entropy().uuid(), from, from_version, to, to_version, created: cx.now() };
    cx.put(&REPLACEMENTS, row.id.as_str(), &row)?;
    let work = Some(shown(row));
    once.keep(cx, ReplacePermissionAssociationsResponse { replace_permission_associations_work: work, client_token })
}

fn shown(row: ReplacementRow) -> ReplacePermissionAssociationsWork {
    ReplacePermissionAssociationsWork {
        id: Some(row.id),
        from_permission_arn: Some(row.from),
        from_permission_version: row.from_version.map(|version| version.to_string()),
        to_permission_arn: Some(row.to),
        to_permission_version: Some(row.to_version.to_string()),
        status: Some(COMPLETED.to_owned()),
        creation_time: Some(row.created),
        last_updated_time: Some(row.created),
        ..ReplacePermissionAssociationsWork::default()
    }
}

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_ListReplacePermissionAssociationsWork.html>
pub fn list_replace_permission_associations_work(
    view: &View,
    input: ListReplacePermissionAssociationsWorkRequest,
) -> Result<ListReplacePermissionAssociationsWorkResponse> {
    let ListReplacePermissionAssociationsWorkRequest { work_ids, status, next_token, max_results } = input;
    let mut all: Vec<ReplacementRow> = view.rows(&REPLACEMENTS, ()).collect::<Result<_>>()?;
    let done = status.is_none_or(|status| status == COMPLETED);
    all.retain(|row| done && work_ids.as_ref().is_none_or(|ids| ids.contains(&row.id)));
    all.sort_by(|one, other| (one.created, &one.id).cmp(&(other.created, &other.id)));
    let all = all.into_iter().map(shown).collect();
    let (page, next_token) = paging::page(all, max_results, next_token.as_deref())?;
    Ok(ListReplacePermissionAssociationsWorkResponse { replace_permission_associations_works: Some(page), next_token })
}
