//! Shares.

use crate::api::{
    CreateResourceShareRequest, CreateResourceShareResponse, DeleteResourceShareRequest, DeleteResourceShareResponse,
    EnableSharingWithAwsOrganizationRequest, EnableSharingWithAwsOrganizationResponse, GetResourceSharesRequest,
    GetResourceSharesResponse, ResourceShare, UpdateResourceShareRequest, UpdateResourceShareResponse,
};
use crate::share::{self, ACTIVE, DELETED, Seen};
use crate::shareable::Shareable;
use crate::state::{AssociationRow, ENABLED, EnabledRow, ShareRow};
use crate::token::Once;
use crate::{errors, membership, paging, permission, tags};
use service::{Cx, Result, View};

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_CreateResourceShare.html>
pub fn create_resource_share(cx: &mut Cx, input: CreateResourceShareRequest) -> Result<CreateResourceShareResponse> {
    let CreateResourceShareRequest {
        name,
        resource_arns,
        principals,
        tags: given,
        allow_external_principals,
        client_token,
        permission_arns,
        sources,
        resource_share_configuration,
        permission_template_parameters,
    } = input;
    refuse("permissionTemplateParameters", "CreateResourceShare", permission_template_parameters.is_some())?;
    refuse("resourceShareConfiguration", "CreateResourceShare", resource_share_configuration.is_some())?;
    let asked = (&name, &resource_arns, &principals, &given, allow_external_principals, &permission_arns, &sources);
    let once = Once::of(cx, client_token.as_deref(), &asked)?;
    if let Some(first) = once.answer()? {
        return Ok(first);
    }
    let resources = Shareable::read_all(resource_arns)?;
    let now = cx.now();
    let mut row = ShareRow {
        id: cx.entropy().uuid(),
        name,
        status: ACTIVE.to_owned(),
        allows_external: allow_external_principals.unwrap_or(true),
        created: now,
        updated: now,
        ..ShareRow::default()
    };
    tags::add(cx, &mut row.tags, given.unwrap_or_default())?;
    for arn in permission_arns.unwrap_or_default() {
        let permission = permission::attachable(cx, &arn)?;
        let given = (arn, permission.default_version());
        share::attach(&mut row, permission.kind().name, given);
    }
    share::add_principals(cx, &mut row, principals.unwrap_or_default())?;
    share::add_resources(cx, &mut row, resources)?;
    share::add_sources(cx, &mut row, sources.unwrap_or_default())?;
    cx.put(&crate::state::SHARES, row.id.as_str(), &row)?;
    let shown = shown(cx, &row);
    once.keep(cx, CreateResourceShareResponse { resource_share: Some(shown), client_token })
}

pub(super) fn refuse(member: &str, operation: &str, asked: bool) -> Result<()> {
    if asked { Err(errors::not_implemented(operation, member)) } else { Ok(()) }
}

/// Who makes or changes one is not told of its features, as on AWS.
fn shown(view: &View, row: &ShareRow) -> ResourceShare {
    ResourceShare { feature_set: None, ..share::shown(view, view.scope(), row) }
}

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_UpdateResourceShare.html>
pub fn update_resource_share(cx: &mut Cx, input: UpdateResourceShareRequest) -> Result<UpdateResourceShareResponse> {
    let UpdateResourceShareRequest { resource_share_arn, name, allow_external_principals, client_token } = input;
    let asked = (&resource_share_arn, &name, allow_external_principals);
    let once = Once::of(cx, client_token.as_deref(), &asked)?;
    if let Some(first) = once.answer()? {
        return Ok(first);
    }
    let mut row = share::live(cx, &resource_share_arn)?;
    if let Some(name) = name {
        row.name = name;
    }
    if let Some(allows) = allow_external_principals {
        if !allows && row.principals.iter().any(|one| one.external && !one.gone) {
            return Err(errors::not_permitted(
                "The resource share has principals outside of your organization: disassociate them first.",
            ));
        }
        row.allows_external = allows;
    }
    share::save(cx, &mut row)?;
    let shown = shown(cx, &row);
    once.keep(cx, UpdateResourceShareResponse { resource_share: Some(shown), client_token })
}

/// It stays to be seen, as deleted.
/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_DeleteResourceShare.html>
pub fn delete_resource_share(cx: &mut Cx, input: DeleteResourceShareRequest) -> Result<DeleteResourceShareResponse> {
    let DeleteResourceShareRequest { resource_share_arn, client_token } = input;
    let once = Once::of(cx, client_token.as_deref(), &resource_share_arn)?;
    if let Some(first) = once.answer()? {
        return Ok(first);
    }
    let mut row = share::live(cx, &resource_share_arn)?;
    row.status = DELETED.to_owned();
    let named = |all: &[AssociationRow]| -> Vec<String> { all.iter().map(|one| one.entity.clone()).collect() };
    let (resources, principals) = (named(&row.resources), named(&row.principals));
    let sources = row.sources.as_deref_mut().unwrap_or_default();
    share::take_out(cx, sources, &named(sources));
    share::take_out(cx, &mut row.resources, &resources);
    share::take_out_principals(cx, &mut row, &principals)?;
    share::save(cx, &mut row)?;
    once.keep(cx, DeleteResourceShareResponse { return_value: Some(true), client_token })
}

/// Whose resources a request is about.
///
/// # Errors
/// `InvalidParameterException`
pub(super) fn is_own(owner: &str) -> Result<bool> {
    match owner {
        "SELF" => Ok(true),
        "OTHER-ACCOUNTS" => Ok(false),
        other => Err(errors::invalid_parameter(format!(
            "{other} is not a valid resource owner. Specify either SELF or OTHER-ACCOUNTS and try again."
        ))),
    }
}

/// The shares that are one's own, or that one received.
pub(super) fn shares_of(view: &View, own: bool) -> Result<Vec<Seen>> {
    if own {
        let scope = view.scope();
        return Ok(share::own(view)?.into_iter().map(|share| Seen { scope, share, external: false }).collect());
    }
    share::received(view)
}

/// Whether a share has a permission, in that version, as far as a request names them.
fn has_permission(row: &ShareRow, arn: Option<&str>, version: Option<i64>) -> bool {
    if arn.is_none() && version.is_none() {
        return true;
    }
    let mut own = row.permissions.iter();
    own.any(|(kind, own)| {
        arn.is_none_or(|arn| arn == own) && version.is_none_or(|version| version == share::version(row, kind))
    })
}

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_GetResourceShares.html>
pub fn get_resource_shares(view: &View, input: GetResourceSharesRequest) -> Result<GetResourceSharesResponse> {
    let GetResourceSharesRequest {
        resource_share_arns,
        resource_share_status,
        resource_owner,
        name,
        tag_filters,
        next_token,
        max_results,
        permission_arn,
        permission_version,
    } = input;
    let own = is_own(&resource_owner)?;
    if let Some(arns) = resource_share_arns.as_deref().filter(|_| own) {
        arns.iter().try_for_each(|arn| share::find(view, arn).map(drop))?;
    }
    let filters = tag_filters.unwrap_or_default();
    let mut all = shares_of(view, own)?;
    all.retain(|Seen { scope, share: row, .. }| {
        let arn = share::arn(view, *scope, &row.id);
        resource_share_arns.as_ref().is_none_or(|arns| arns.contains(&arn))
            && resource_share_status.as_ref().is_none_or(|status| *status == row.status)
            && name.as_ref().is_none_or(|name| *name == row.name)
            && has_permission(row, permission_arn.as_deref(), permission_version)
            && filters.iter().all(|filter| {
                // Whoever receives a share does not see its tags.
                let value = filter.tag_key.as_ref().filter(|_| own).and_then(|key| row.tags.get(key));
                value.is_some_and(|value| filter.tag_values.as_ref().is_none_or(|values| values.contains(value)))
            })
    });
    all.sort_by(|one, other| (one.share.created, &one.share.id).cmp(&(other.share.created, &other.share.id)));
    let all = all.iter().map(|seen| share::shown(view, seen.scope, &seen.share)).collect();
    let (shares, next_token) = paging::page(all, max_results, next_token.as_deref())?;
    Ok(GetResourceSharesResponse { resource_shares: Some(shares), next_token })
}

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_EnableSharingWithAwsOrganization.html>
pub fn enable_sharing_with_aws_organization(
    cx: &mut Cx,
    input: EnableSharingWithAwsOrganizationRequest,
) -> Result<EnableSharingWithAwsOrganizationResponse> {
    let EnableSharingWithAwsOrganizationRequest {} = input;
    let own = membership::of(cx, cx.account())?.filter(|own| own.management == cx.account());
    let own = own.ok_or_else(|| {
        errors::not_permitted(
            "Unable to enable sharing with AWS Organizations. Received AccessDeniedException from AWSOrganizations with the following \
             error message: You don't have permissions to access this resource.",
        )
    })?;
    let row = EnabledRow { since: cx.now().whole_secs() };
    cx.put(&ENABLED, own.organization.as_str(), &row)?;
    Ok(EnableSharingWithAwsOrganizationResponse { return_value: Some(true) })
}
