//! Permissions, and which of them shares have.

use super::listings::check_type;
use super::shares::{is_own, refuse};
use crate::api::{
    AssociateResourceSharePermissionRequest, AssociateResourceSharePermissionResponse, AssociatedPermission,
    DisassociateResourceSharePermissionRequest, DisassociateResourceSharePermissionResponse, GetPermissionRequest,
    GetPermissionResponse, ListPermissionAssociationsRequest, ListPermissionAssociationsResponse,
    ListPermissionVersionsRequest, ListPermissionVersionsResponse, ListPermissionsRequest, ListPermissionsResponse,
    ListResourceSharePermissionsRequest, ListResourceSharePermissionsResponse,
};
use crate::permission;
use crate::shareable::Shareable;
use crate::state::ShareRow;
use crate::token::Once;
use crate::{errors, paging, share};
use service::{Cx, Result, View};

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_ListPermissions.html>
pub fn list_permissions(view: &View, input: ListPermissionsRequest) -> Result<ListPermissionsResponse> {
    let ListPermissionsRequest {
        resource_type,
        resource_owner,
        next_token,
        max_results,
        permission_type,
        permission_status,
    } = input;
    refuse("resourceOwner", "ListPermissions", resource_owner.is_some_and(|owner| owner != "SELF"))?;
    let (aws, own) = match permission_type.as_deref().unwrap_or("ALL") {
        "ALL" => (true, true),
        "AWS" | "AWS_MANAGED" => (true, false),
        "LOCAL" | "CUSTOMER_MANAGED" => (false, true),
        other => {
            return Err(errors::invalid_parameter(format!(
                "{other} is not a valid scope. Must be one of: ALL, AWS, LOCAL."
            )));
        }
    };
    let kind = check_type(resource_type.as_deref())?;
    let mut all = permission::all(view)?;
    all.retain(|one| {
        permission_status.as_deref().is_none_or(|status| one.status() == status)
            && (if one.is_aws() { aws } else { own })
            && kind.is_none_or(|kind| one.kind() == kind)
    });
    let all = all.iter().map(|one| one.summary(view, one.default_version())).collect();
    let (page, next_token) = paging::page(all, max_results, next_token.as_deref())?;
    Ok(ListPermissionsResponse { permissions: Some(page), next_token })
}

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_GetPermission.html>
pub fn get_permission(view: &View, input: GetPermissionRequest) -> Result<GetPermissionResponse> {
    let GetPermissionRequest { permission_arn, permission_version, permission_template_parameters } = input;
    refuse("permissionTemplateParameters", "GetPermission", permission_template_parameters.is_some())?;
    let found = permission::find(view, &permission_arn)?;
    let version = found.version(view, permission_version)?;
    Ok(GetPermissionResponse { permission: Some(found.detail(view, version)) })
}

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_ListPermissionVersions.html>
pub fn list_permission_versions(
    view: &View,
    input: ListPermissionVersionsRequest,
) -> Result<ListPermissionVersionsResponse> {
    let ListPermissionVersionsRequest { permission_arn, next_token, max_results } = input;
    let found = permission::find(view, &permission_arn)?;
    let all = found.versions().into_iter().map(|version| found.summary(view, version)).collect();
    let (page, next_token) = paging::page(all, max_results, next_token.as_deref())?;
    Ok(ListPermissionVersionsResponse { permissions: Some(page), next_token })
}

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_ListResourceSharePermissions.html>
pub fn list_resource_share_permissions(
    view: &View,
    input: ListResourceSharePermissionsRequest,
) -> Result<ListResourceSharePermissionsResponse> {
    let ListResourceSharePermissionsRequest { resource_share_arn, next_token, max_results } = input;
    let row = share::live(view, &resource_share_arn)?;
    let mut all = Vec::new();
    for (kind, arn) in &row.permissions {
        all.push(permission::find(view, arn)?.summary(view, share::version(&row, kind)));
    }
    let (page, next_token) = paging::page(all, max_results, next_token.as_deref())?;
    Ok(ListResourceSharePermissionsResponse { permissions: Some(page), next_token })
}

/// A share gets the default version: asked for again with `replace` it gets what has become the default since.
/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_AssociateResourceSharePermission.html>
pub fn associate_resource_share_permission(
    cx: &mut Cx,
    input: AssociateResourceSharePermissionRequest,
) -> Result<AssociateResourceSharePermissionResponse> {
    let AssociateResourceSharePermissionRequest {
        resource_share_arn,
        permission_arn,
        replace,
        client_token,
        permission_version,
        permission_template_parameters,
    } = input;
    let templated = permission_template_parameters.is_some();
    refuse("permissionTemplateParameters", "AssociateResourceSharePermission", templated)?;
    let asked = (&resource_share_arn, &permission_arn, replace, permission_version);
    let once = Once::of(cx, client_token.as_deref(), &asked)?;
    if let Some(first) = once.answer()? {
        return Ok(first);
    }
    let mut row = share::live(cx, &resource_share_arn)?;
    let found = match row.permissions.values().any(|own| *own == permission_arn) {
        true => permission::find(cx, &permission_arn)?,
        false => permission::attachable(cx, &permission_arn)?,
    };
    let version = found.version(cx, permission_version)?;
    if version != found.default_version() {
        return Err(errors::invalid_parameter(format!(
            "The version {version} is not the default version of the permission {permission_arn}."
        )));
    }
    let kind = found.kind().name;
    let other = row.permissions.get(kind).is_some_and(|own| *own != permission_arn);
    if other && replace != Some(true) {
        return Err(errors::invalid_parameter(format!(
            "The resource share has a permission for {kind} already. Set replace to true to have it replaced."
        )));
    }
    let known = row.permissions.contains_key(kind);
    if !known || replace == Some(true) {
        share::attach(&mut row, kind, (permission_arn, version));
    }
    share::save(cx, &mut row)?;
    once.keep(cx, AssociateResourceSharePermissionResponse { return_value: Some(true), client_token })
}

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_DisassociateResourceSharePermission.html>
pub fn disassociate_resource_share_permission(
    cx: &mut Cx,
    input: DisassociateResourceSharePermissionRequest,
) -> Result<DisassociateResourceSharePermissionResponse> {
    let DisassociateResourceSharePermissionRequest { resource_share_arn, permission_arn, client_token } = input;
    let once = Once::of(cx, client_token.as_deref(), &(&resource_share_arn, &permission_arn))?;
    if let Some(first) = once.answer()? {
        return Ok(first);
    }
    let mut row = share::live(cx, &resource_share_arn)?;
    let kind = permission::find(cx, &permission_arn)?.kind();
    let of_kind = |arn: &str| Shareable::read(arn).is_ok_and(|own| own.honoured() == Some(kind));
    if row.resources.iter().any(|one| !one.gone && of_kind(&one.entity)) {
        return Err(errors::not_permitted(format!(
            "The resource share has resources of the type {}: disassociate them first.",
            kind.name
        )));
    }
    if row.permissions.get(kind.name) != Some(&permission_arn) {
        return Err(errors::no_permission(&permission_arn));
    }
    row.permissions.shift_remove(kind.name);
    if let Some(versions) = &mut row.versions {
        versions.shift_remove(kind.name);
    }
    share::save(cx, &mut row)?;
    once.keep(cx, DisassociateResourceSharePermissionResponse { return_value: Some(true), client_token })
}

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_ListPermissionAssociations.html>
pub fn list_permission_associations(
    view: &View,
    input: ListPermissionAssociationsRequest,
) -> Result<ListPermissionAssociationsResponse> {
    let ListPermissionAssociationsRequest {
        permission_arn,
        permission_version,
        association_status,
        resource_type,
        feature_set,
        default_version,
        resource_owner,
        resource_share_arn,
        next_token,
        max_results,
    } = input;
    if let Some(owner) = resource_owner {
        refuse("resourceOwner", "ListPermissionAssociations", !is_own(&owner)?)?;
    }
    if permission_version.is_some() && permission_arn.is_none() {
        return Err(errors::invalid_parameter("Specify a permission ARN with the permission version and try again."));
    }
    let kind = check_type(resource_type.as_deref())?;
    let mut shares = share::own(view)?;
    shares.retain(|row| row.status == share::ACTIVE);
    shares.sort_by(|one, other| (one.created, &one.id).cmp(&(other.created, &other.id)));
    let mut all = Vec::new();
    for row in &shares {
        all.extend(associations(view, row)?);
    }
    let version = permission_version.map(|version| version.to_string());
    let is = |wanted: &Option<String>, found: &Option<String>| wanted.is_none() || wanted == found;
    all.retain(|one| {
        is(&permission_arn, &one.arn)
            && is(&version, &one.permission_version)
            && is(&association_status, &one.status)
            && is(&feature_set, &one.feature_set)
            && is(&resource_share_arn, &one.resource_share_arn)
            && kind.is_none_or(|kind| one.resource_type.as_deref() == Some(kind.name))
            && (default_version.is_none() || default_version == one.default_version)
    });
    let (page, next_token) = paging::page(all, max_results, next_token.as_deref())?;
    Ok(ListPermissionAssociationsResponse { permissions: Some(page), next_token })
}

/// The permissions of a share.
fn associations(view: &View, row: &ShareRow) -> Result<Vec<AssociatedPermission>> {
    let shown = |(kind, arn): (&String, &String)| {
        let version = share::version(row, kind);
        Ok(AssociatedPermission {
            arn: Some(arn.clone()),
            permission_version: Some(version.to_string()),
            default_version: Some(permission::find(view, arn)?.default_version() == version),
            resource_type: Some(kind.clone()),
            status: Some("ASSOCIATED".to_owned()),
            feature_set: Some("STANDARD".to_owned()),
            last_updated_time: Some(row.updated),
            resource_share_arn: Some(share::arn(view, view.scope(), &row.id)),
            ..AssociatedPermission::default()
        })
    };
    row.permissions.iter().map(shown).collect()
}
