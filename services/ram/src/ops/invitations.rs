//! Invitations.

use super::listings::regional;
use crate::api::{
    AcceptResourceShareInvitationRequest, AcceptResourceShareInvitationResponse, GetResourceShareInvitationsRequest,
    GetResourceShareInvitationsResponse, ListPendingInvitationResourcesRequest, ListPendingInvitationResourcesResponse,
    RejectResourceShareInvitationRequest, RejectResourceShareInvitationResponse, Resource,
};
use crate::invitation::{self, ACCEPTED, PENDING, REJECTED};
use crate::shareable::Shareable;
use crate::state::SHARES;
use crate::token::Once;
use crate::{errors, paging, share};
use service::{ArnParts, Cx, Result, Scope, View};

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_GetResourceShareInvitations.html>
pub fn get_resource_share_invitations(
    view: &View,
    input: GetResourceShareInvitationsRequest,
) -> Result<GetResourceShareInvitationsResponse> {
    let GetResourceShareInvitationsRequest {
        resource_share_invitation_arns,
        resource_share_arns,
        next_token,
        max_results,
    } = input;
    for arn in resource_share_invitation_arns.iter().flatten() {
        invitation::received(view, arn)?;
    }
    let mut all = invitation::all_received(view)?;
    all.retain(|row| {
        resource_share_invitation_arns.as_ref().is_none_or(|arns| arns.contains(&invitation::arn(view, row)))
            && resource_share_arns.as_ref().is_none_or(|arns| arns.contains(&row.share))
    });
    let all = all.iter().map(|row| invitation::shown(view, row)).collect();
    let (page, next_token) = paging::page(all, max_results, next_token.as_deref())?;
    Ok(GetResourceShareInvitationsResponse { resource_share_invitations: Some(page), next_token })
}

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_AcceptResourceShareInvitation.html>
pub fn accept_resource_share_invitation(
    cx: &mut Cx,
    input: AcceptResourceShareInvitationRequest,
) -> Result<AcceptResourceShareInvitationResponse> {
    let AcceptResourceShareInvitationRequest { resource_share_invitation_arn, client_token } = input;
    let once = Once::of(cx, client_token.as_deref(), &resource_share_invitation_arn)?;
    if let Some(first) = once.answer()? {
        return Ok(first);
    }
    let row = invitation::received(cx, &resource_share_invitation_arn)?;
    let row = invitation::answer(cx, row, ACCEPTED)?;
    let shown = invitation::shown(cx, &row);
    once.keep(cx, AcceptResourceShareInvitationResponse { resource_share_invitation: Some(shown), client_token })
}

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_RejectResourceShareInvitation.html>
pub fn reject_resource_share_invitation(
    cx: &mut Cx,
    input: RejectResourceShareInvitationRequest,
) -> Result<RejectResourceShareInvitationResponse> {
    let RejectResourceShareInvitationRequest { resource_share_invitation_arn, client_token } = input;
    let once = Once::of(cx, client_token.as_deref(), &resource_share_invitation_arn)?;
    if let Some(first) = once.answer()? {
        return Ok(first);
    }
    let row = invitation::received(cx, &resource_share_invitation_arn)?;
    let row = invitation::answer(cx, row, REJECTED)?;
    let shown = invitation::shown(cx, &row);
    once.keep(cx, RejectResourceShareInvitationResponse { resource_share_invitation: Some(shown), client_token })
}

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_ListPendingInvitationResources.html>
pub fn list_pending_invitation_resources(
    view: &View,
    input: ListPendingInvitationResourcesRequest,
) -> Result<ListPendingInvitationResourcesResponse> {
    let ListPendingInvitationResourcesRequest {
        resource_share_invitation_arn,
        next_token,
        max_results,
        resource_region_scope,
    } = input;
    let regional = regional(resource_region_scope.as_deref())?;
    let row = invitation::received(view, &resource_share_invitation_arn)?;
    if invitation::status(&row, view.now()) != PENDING {
        return Err(errors::no_invitation(&resource_share_invitation_arn));
    }
    let parts = ArnParts::parse(&row.share).ok();
    let place = parts.and_then(|parts| {
        Some((parts.account.parse().ok()?, parts.resource.strip_prefix("resource-share/")?.to_owned()))
    });
    let share = match place {
        Some((account, id)) => view.get_in(Scope::new(account, view.region()), &SHARES, id.as_str())?,
        None => None,
    };
    let resources = share.map(|share| share.resources).unwrap_or_default();
    let shown = resources.into_iter().filter(|one| regional && share::is_in(one)).map(|one| Resource {
        type_: Shareable::read(&one.entity).ok().map(|kind| kind.name().to_owned()),
        arn: Some(one.entity),
        resource_share_arn: Some(row.share.clone()),
        creation_time: Some(one.created),
        last_updated_time: Some(one.updated),
        resource_region_scope: Some("REGIONAL".to_owned()),
        ..Resource::default()
    });
    let (page, next_token) = paging::page(shown.collect(), max_results, next_token.as_deref())?;
    Ok(ListPendingInvitationResourcesResponse { resources: Some(page), next_token })
}
