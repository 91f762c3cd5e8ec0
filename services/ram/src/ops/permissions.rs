//! AWS's permissions, and which of them shares have.

use super::listings::check_type;
use super::shares::refuse;
use crate::api::{
    AssociateResourceSharePermissionRequest, AssociateResourceSharePermissionResponse,
    DisassociateResourceSharePermissionRequest, DisassociateResourceSharePermissionResponse, GetPermissionRequest,
    GetPermissionResponse, ListPermissionVersionsRequest, ListPermissionVersionsResponse, ListPermissionsRequest,
    ListPermissionsResponse, ListResourceSharePermissionsRequest, ListResourceSharePermissionsResponse,
    ResourceSharePermissionDetail, ResourceSharePermissionSummary,
};
use crate::kinds::{KINDS, Kind, Permission};
use crate::{errors, paging, share};
use serde_json::json;
use service::{Cx, Result, View};

/// Each of AWS's permissions here has this one version.
const VERSION: &str = "1";

fn summary(kind: &Kind, permission: &Permission) -> ResourceSharePermissionSummary {
    ResourceSharePermissionSummary {
        arn: Some(permission.arn()),
        version: Some(VERSION.to_owned()),
        default_version: Some(true),
        name: Some(permission.name.to_owned()),
        resource_type: Some(kind.name.to_owned()),
        status: Some("ATTACHABLE".to_owned()),
        is_resource_type_default: Some(permission.arn() == kind.default_permission()),
        permission_type: Some("AWS_MANAGED".to_owned()),
        feature_set: Some("STANDARD".to_owned()),
        ..ResourceSharePermissionSummary::default()
    }
}

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_ListPermissions.html>
pub fn list_permissions(_view: &View, input: ListPermissionsRequest) -> Result<ListPermissionsResponse> {
    let ListPermissionsRequest {
        resource_type,
        resource_owner,
        next_token,
        max_results,
        permission_type,
        permission_status,
    } = input;
    refuse("ListPermissions", "resourceOwner", resource_owner.is_some_and(|owner| owner != "SELF"))?;
    check_type(resource_type.as_deref())?;
    let managed = match permission_type.as_deref().unwrap_or("ALL") {
        "ALL" | "AWS" | "AWS_MANAGED" => true,
        "LOCAL" | "CUSTOMER_MANAGED" => false,
        other => {
            return Err(errors::invalid_parameter(format!(
                "{other} is not a valid scope. Must be one of: ALL, AWS, LOCAL."
            )));
        }
    };
    let attachable = permission_status.is_none_or(|status| status == "ATTACHABLE");
    let kinds = KINDS
        .iter()
        .filter(|kind| managed && attachable && resource_type.as_ref().is_none_or(|wanted| wanted == kind.name));
    let all = kinds.flat_map(|kind| kind.permissions.iter().map(|permission| summary(kind, permission))).collect();
    let (page, next_token) = paging::page(all, max_results, next_token.as_deref())?;
    Ok(ListPermissionsResponse { permissions: Some(page), next_token })
}

fn find(arn: &str, version: Option<i64>) -> Result<(&'static Kind, &'static Permission)> {
    let found = Kind::permission(arn).filter(|_| version.is_none_or(|version| version == 1));
    found.ok_or_else(|| errors::no_permission(arn))
}

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_GetPermission.html>
pub fn get_permission(_view: &View, input: GetPermissionRequest) -> Result<GetPermissionResponse> {
    let GetPermissionRequest { permission_arn, permission_version, permission_template_parameters } = input;
    refuse("GetPermission", "permissionTemplateParameters", permission_template_parameters.is_some())?;
    let (kind, permission) = find(&permission_arn, permission_version)?;
    let shown = summary(kind, permission);
    let detail = ResourceSharePermissionDetail {
        arn: shown.arn,
        version: shown.version,
        default_version: shown.default_version,
        name: shown.name,
        resource_type: shown.resource_type,
        permission: Some(json!({"Effect": "Allow", "Action": permission.actions}).to_string()),
        is_resource_type_default: shown.is_resource_type_default,
        permission_type: shown.permission_type,
        feature_set: shown.feature_set,
        status: shown.status,
        ..ResourceSharePermissionDetail::default()
    };
    Ok(GetPermissionResponse { permission: Some(detail) })
}

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_ListPermissionVersions.html>
pub fn list_permission_versions(
    _view: &View,
    input: ListPermissionVersionsRequest,
) -> Result<ListPermissionVersionsResponse> {
    let ListPermissionVersionsRequest { permission_arn, next_token, max_results } = input;
    let (kind, permission) = find(&permission_arn, None)?;
    let all = vec![summary(kind, permission)];
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
    let found = row.permissions.values().filter_map(|arn| Kind::permission(arn));
    let all = found.map(|(kind, permission)| summary(kind, permission)).collect();
    let (page, next_token) = paging::page(all, max_results, next_token.as_deref())?;
    Ok(ListResourceSharePermissionsResponse { permissions: Some(page), next_token })
}

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
    refuse("AssociateResourceSharePermission", "permissionTemplateParameters", templated)?;
    let mut row = share::live(cx, &resource_share_arn)?;
    let (kind, permission) = find(&permission_arn, permission_version)?;
    let other = row.permissions.get(kind.name).is_some_and(|own| *own != permission.arn());
    if other && replace != Some(true) {
        return Err(errors::invalid_parameter(format!(
            "The resource share has a permission for {} already. Set replace to true to have it replaced.",
            kind.name
        )));
    }
    row.permissions.insert(kind.name.to_owned(), permission.arn());
    share::save(cx, &mut row)?;
    Ok(AssociateResourceSharePermissionResponse { return_value: Some(true), client_token })
}

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_DisassociateResourceSharePermission.html>
pub fn disassociate_resource_share_permission(
    cx: &mut Cx,
    input: DisassociateResourceSharePermissionRequest,
) -> Result<DisassociateResourceSharePermissionResponse> {
    let DisassociateResourceSharePermissionRequest { resource_share_arn, permission_arn, client_token } = input;
    let mut row = share::live(cx, &resource_share_arn)?;
    let (kind, permission) = find(&permission_arn, None)?;
    let of_kind = |arn: &str| Kind::of_arn(arn).is_ok_and(|own| own == kind);
    if row.resources.iter().any(|one| !one.gone && of_kind(&one.entity)) {
        return Err(errors::not_permitted(format!(
            "The resource share has resources of the type {}: disassociate them first.",
            kind.name
        )));
    }
    if row.permissions.get(kind.name) != Some(&permission.arn()) {
        return Err(errors::no_permission(&permission_arn));
    }
    row.permissions.shift_remove(kind.name);
    share::save(cx, &mut row)?;
    Ok(DisassociateResourceSharePermissionResponse { return_value: Some(true), client_token })
}
