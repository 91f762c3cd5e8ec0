//! Trusted access: the services that may act in all accounts.

use crate::api::*;
use crate::standing::{self, Reach};
use crate::{errors, paging, tree, trusted};
use service::{Cx, Nothing, Result, View};

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnableAWSServiceAccess.html>
pub fn enable_aws_service_access(cx: &mut Cx, input: EnableAWSServiceAccessRequest) -> Result<Nothing> {
    let EnableAWSServiceAccessRequest { service_principal } = input;
    let mut organization = standing::open(cx, Reach::Management)?;
    organization.needs_all_features()?;
    trusted::check(&service_principal)?;
    if !organization.row.trusted.contains_key(&service_principal) {
        organization.row.trusted.insert(service_principal, cx.now());
        organization.save(cx)?;
    }
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DisableAWSServiceAccess.html>
pub fn disable_aws_service_access(cx: &mut Cx, input: DisableAWSServiceAccessRequest) -> Result<Nothing> {
    let DisableAWSServiceAccessRequest { service_principal } = input;
    let mut organization = standing::open(cx, Reach::Management)?;
    organization.needs_all_features()?;
    trusted::check(&service_principal)?;
    let accounts = tree::accounts(cx, &organization)?;
    if accounts.iter().any(|account| account.administers.contains_key(&service_principal)) {
        return Err(errors::constraint("DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE"));
    }
    if organization.row.trusted.shift_remove(&service_principal).is_some() {
        organization.save(cx)?;
    }
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAWSServiceAccessForOrganization.html>
pub fn list_aws_service_access_for_organization(
    view: &View,
    input: ListAWSServiceAccessForOrganizationRequest,
) -> Result<ListAWSServiceAccessForOrganizationResponse> {
    let ListAWSServiceAccessForOrganizationRequest { next_token, max_results } = input;
    let organization = standing::open(view, Reach::Administrators)?;
    organization.needs_all_features()?;
    let mut trusted: Vec<_> = organization.row.trusted.iter().collect();
    trusted.sort_unstable();
    let (trusted, next_token) = paging::page(trusted, (next_token, max_results), |(name, _)| (*name).clone())?;
    let shown = trusted.into_iter().map(|(principal, since)| EnabledServicePrincipal {
        service_principal: Some(principal.clone()),
        date_enabled: Some(*since),
    });
    Ok(ListAWSServiceAccessForOrganizationResponse { enabled_service_principals: Some(shown.collect()), next_token })
}
