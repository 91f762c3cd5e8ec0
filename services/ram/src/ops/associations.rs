//! What is in shares, and with whom they are.

use super::shares::refuse;
use crate::api::{
    AssociateResourceShareRequest, AssociateResourceShareResponse, DisassociateResourceShareRequest,
    DisassociateResourceShareResponse, GetResourceShareAssociationsRequest, GetResourceShareAssociationsResponse,
    ResourceShareAssociation,
};
use crate::shareable::Shareable;
use crate::state::{AssociationRow, ShareRow};
use crate::{errors, paging, share};
use service::{Cx, Result, View};

const PRINCIPAL: &str = "PRINCIPAL";
const RESOURCE: &str = "RESOURCE";
const STATUSES: [&str; 5] = ["ASSOCIATING", "ASSOCIATED", "FAILED", "DISASSOCIATING", "DISASSOCIATED"];

/// What was just changed of a share.
fn changed(view: &View, row: &ShareRow, names: &[Vec<String>; 2]) -> Result<Vec<ResourceShareAssociation>> {
    let kinds = [(PRINCIPAL, &row.principals), (RESOURCE, &row.resources)];
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
    refuse("sources", "AssociateResourceShare", sources.is_some())?;
    let mut row = share::live(cx, &resource_share_arn)?;
    let resources = Shareable::read_all(resource_arns)?;
    let principals = share::add_principals(cx, &mut row, principals.unwrap_or_default())?;
    let resources = share::add_resources(cx, &mut row, resources)?;
    share::save(cx, &mut row)?;
    let all = changed(cx, &row, &[principals, resources])?;
    Ok(AssociateResourceShareResponse { resource_share_associations: Some(all), client_token })
}

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_DisassociateResourceShare.html>
pub fn disassociate_resource_share(
    cx: &mut Cx,
    input: DisassociateResourceShareRequest,
) -> Result<DisassociateResourceShareResponse> {
    let DisassociateResourceShareRequest { resource_share_arn, resource_arns, principals, client_token, sources } =
        input;
    refuse("sources", "DisassociateResourceShare", sources.is_some())?;
    let mut row = share::live(cx, &resource_share_arn)?;
    let resources = share::take_out(cx, &mut row.resources, &resource_arns.unwrap_or_default());
    let principals = share::take_out(cx, &mut row.principals, &principals.unwrap_or_default());
    share::save(cx, &mut row)?;
    let all = changed(cx, &row, &[principals, resources])?;
    Ok(DisassociateResourceShareResponse { resource_share_associations: Some(all), client_token })
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
    let mut all = Vec::new();
    let mut own = share::own(view)?;
    own.sort_by(|one, other| (one.created, &one.id).cmp(&(other.created, &other.id)));
    for row in own {
        let arn = share::arn(view, view.scope(), &row.id);
        if resource_share_arns.as_ref().is_some_and(|arns| !arns.contains(&arn)) {
            continue;
        }
        let (list, wanted) =
            if kind == PRINCIPAL { (&row.principals, &principal) } else { (&row.resources, &resource_arn) };
        let fits = |one: &&AssociationRow| wanted.as_ref().is_none_or(|wanted| one.entity == *wanted);
        for one in list.iter().filter(fits) {
            let shown = share::association(view, (view.scope(), &row), &kind, one)?;
            if association_status.is_none() || shown.status == association_status {
                all.push(shown);
            }
        }
    }
    let (page, next_token) = paging::page(all, max_results, next_token.as_deref())?;
    Ok(GetResourceShareAssociationsResponse { resource_share_associations: Some(page), next_token })
}

fn check(kind: &str, (resource, principal): (Option<&str>, Option<&str>), status: Option<&str>) -> Result<()> {
    if ![PRINCIPAL, RESOURCE].contains(&kind) {
        return Err(errors::invalid_parameter(format!(
            "{kind} is not a valid association type. Specify either PRINCIPAL or RESOURCE and try again."
        )));
    }
    if let Some(status) = status.filter(|status| !STATUSES.contains(status)) {
        return Err(errors::invalid_parameter(format!(
            "{status} is not a valid association status. Specify a valid status and try again."
        )));
    }
    if kind == PRINCIPAL && resource.is_some() {
        return Err(errors::invalid_parameter(
            "You cannot specify a resource ARN when the association type is PRINCIPAL.",
        ));
    }
    if kind == RESOURCE && principal.is_some() {
        return Err(errors::invalid_parameter("You cannot specify a principal when the association type is RESOURCE."));
    }
    Ok(())
}
