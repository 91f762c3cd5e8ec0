//! What is in shares, and with whom they are.

use crate::api::{
    AssociateResourceShareRequest, AssociateResourceShareResponse, AssociatedSource, DisassociateResourceShareRequest,
    DisassociateResourceShareResponse, GetResourceShareAssociationsRequest, GetResourceShareAssociationsResponse,
    ListSourceAssociationsRequest, ListSourceAssociationsResponse, ResourceShareAssociation,
};
use crate::shareable::Shareable;
use crate::state::{AssociationRow, ShareRow};
use crate::token::Once;
use crate::{errors, paging, share, source};
use service::{Cx, Result, View};

const PRINCIPAL: &str = "PRINCIPAL";
const RESOURCE: &str = "RESOURCE";
const SOURCE: &str = "SOURCE";
const STATUSES: [&str; 5] = ["ASSOCIATING", "ASSOCIATED", "FAILED", "DISASSOCIATING", "DISASSOCIATED"];

/// What a share has of a kind.
fn of_kind<'r>(row: &'r ShareRow, kind: &str) -> &'r [AssociationRow] {
    match kind {
        PRINCIPAL => &row.principals,
        SOURCE => row.sources.as_deref().unwrap_or_default(),
        _ => &row.resources,
    }
}

/// What was just changed of a share.
fn changed(view: &View, row: &ShareRow, names: &[Vec<String>; 3]) -> Result<Vec<ResourceShareAssociation>> {
    let kinds = [PRINCIPAL, RESOURCE, SOURCE].map(|kind| (kind, of_kind(row, kind)));
    let mut all = Vec::new();
    for ((kind, list), names) in kinds.into_iter().zip(names) {
        for one in list.iter().filter(|one| names.contains(&one.entity)) {
            all.push(share::association(view, (view.scope(), row), kind, one)?);
        }
    }
    Ok(all)
}

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_AssociateResourceShare.html>
pub fn associate_resource_share(
    cx: &mut Cx,
    input: AssociateResourceShareRequest,
) -> Result<AssociateResourceShareResponse> {
    let AssociateResourceShareRequest { resource_share_arn, resource_arns, principals, client_token, sources } = input;
    let once = Once::of(cx, client_token.as_deref(), &(&resource_share_arn, &resource_arns, &principals, &sources))?;
    if let Some(first) = once.answer()? {
        return Ok(first);
    }
    let mut row = share::live(cx, &resource_share_arn)?;
    let resources = Shareable::read_all(resource_arns)?;
    let principals = share::add_principals(cx, &mut row, principals.unwrap_or_default())?;
    let resources = share::add_resources(cx, &mut row, resources)?;
    let sources = share::add_sources(cx, &mut row, sources.unwrap_or_default())?;
    share::save(cx, &mut row)?;
    let all = changed(cx, &row, &[principals, resources, sources])?;
    once.keep(cx, AssociateResourceShareResponse { resource_share_associations: Some(all), client_token })
}

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_DisassociateResourceShare.html>
pub fn disassociate_resource_share(
    cx: &mut Cx,
    input: DisassociateResourceShareRequest,
) -> Result<DisassociateResourceShareResponse> {
    let DisassociateResourceShareRequest { resource_share_arn, resource_arns, principals, client_token, sources } =
        input;
    let once = Once::of(cx, client_token.as_deref(), &(&resource_share_arn, &resource_arns, &principals, &sources))?;
    if let Some(first) = once.answer()? {
        return Ok(first);
    }
    let mut row = share::live(cx, &resource_share_arn)?;
    let resources = share::take_out(cx, &mut row.resources, &resource_arns.unwrap_or_default());
    let principals = share::take_out_principals(cx, &mut row, &principals.unwrap_or_default())?;
    let own = row.sources.as_deref_mut().unwrap_or_default();
    let sources = share::take_out(cx, own, &sources.unwrap_or_default());
    share::save(cx, &mut row)?;
    let all = changed(cx, &row, &[principals, resources, sources])?;
    once.keep(cx, DisassociateResourceShareResponse { resource_share_associations: Some(all), client_token })
}

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_GetResourceShareAssociations.html>
pub fn get_resource_share_associations(
    view: &View,
    input: GetResourceShareAssociationsRequest,
) -> Result<GetResourceShareAssociationsResponse> {
    let GetResourceShareAssociationsRequest {
        association_type: kind,
        resource_share_arns,
        resource_arn,
        principal,
        association_status,
        next_token,
        max_results,
    } = input;
    check(&kind, (resource_arn.as_deref(), principal.as_deref()), association_status.as_deref())?;
    for arn in resource_share_arns.iter().flatten() {
        share::find(view, arn)?;
    }
    let mut all = Vec::new();
    let mut own = share::own(view)?;
    own.sort_by(|one, other| (one.created, &one.id).cmp(&(other.created, &other.id)));
    for row in own {
        let arn = share::arn(view, view.scope(), &row.id);
        if resource_share_arns.as_ref().is_some_and(|arns| !arns.contains(&arn)) {
            continue;
        }
        let wanted = principal.as_ref().or(resource_arn.as_ref());
        let fits = |one: &&AssociationRow| wanted.is_none_or(|wanted| one.entity == *wanted);
        for one in of_kind(&row, &kind).iter().filter(fits) {
            let shown = share::association(view, (view.scope(), &row), &kind, one)?;
            if association_status.is_none() || shown.status == association_status {
                all.push(shown);
            }
        }
    }
    let (page, next_token) = paging::page(all, max_results, next_token.as_deref())?;
    Ok(GetResourceShareAssociationsResponse { resource_share_associations: Some(page), next_token })
}

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_ListSourceAssociations.html>
pub fn list_source_associations(
    view: &View,
    input: ListSourceAssociationsRequest,
) -> Result<ListSourceAssociationsResponse> {
    let ListSourceAssociationsRequest {
        resource_share_arns,
        source_id,
        source_type,
        association_status,
        next_token,
        max_results,
    } = input;
    for arn in resource_share_arns.iter().flatten() {
        share::find(view, arn)?;
    }
    let mut own = share::own(view)?;
    own.sort_by(|one, other| (one.created, &one.id).cmp(&(other.created, &other.id)));
    let is = |wanted: &Option<String>, found: &str| wanted.as_ref().is_none_or(|wanted| wanted == found);
    let mut all = Vec::new();
    for row in &own {
        let arn = share::arn(view, view.scope(), &row.id);
        if resource_share_arns.as_ref().is_some_and(|arns| !arns.contains(&arn)) {
            continue;
        }
        for (one, source) in source::of(row) {
            let status = share::status(view, one)?;
            if is(&source_id, &one.entity) && is(&source_type, source.kind()) && is(&association_status, status) {
                all.push(AssociatedSource {
                    resource_share_arn: Some(arn.clone()),
                    source_id: Some(one.entity.clone()),
                    source_type: Some(source.kind().to_owned()),
                    status: Some(status.to_owned()),
                    last_updated_time: Some(one.updated),
                    creation_time: Some(one.created),
                    status_message: None,
                });
            }
        }
    }
    let (page, next_token) = paging::page(all, max_results, next_token.as_deref())?;
    Ok(ListSourceAssociationsResponse { source_associations: Some(page), next_token })
}

fn check(kind: &str, (resource, principal): (Option<&str>, Option<&str>), status: Option<&str>) -> Result<()> {
    if ![PRINCIPAL, RESOURCE, SOURCE].contains(&kind) {
        return Err(errors::invalid_parameter(format!(
            "{kind} is not a valid association type. Specify either PRINCIPAL or RESOURCE and try again."
        )));
    }
    if let Some(status) = status.filter(|status| !STATUSES.contains(status)) {
        return Err(errors::invalid_parameter(format!(
            "{status} is not a valid association status. Specify a valid status and try again."
        )));
    }
    if kind != RESOURCE && resource.is_some() {
        return Err(errors::invalid_parameter(format!(
            "You cannot specify a resource ARN when the association type is {kind}."
        )));
    }
    if kind != PRINCIPAL && principal.is_some() {
        return Err(errors::invalid_parameter(format!(
            "You cannot specify a principal when the association type is {kind}."
        )));
    }
    Ok(())
}
