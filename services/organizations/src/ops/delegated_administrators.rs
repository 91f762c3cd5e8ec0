//! Member accounts that administer a service for the organisation.

use super::accounts;
use crate::api::*;
use crate::standing::{self, Organization, Reach};
use crate::state::AccountRow;
use crate::{errors, paging, shown, tree, trusted};
use service::{Cx, Nothing, Result, View};

/// The account, unless it is the management account.
fn member(view: &View, organization: &Organization, (account, principal): (&str, &str)) -> Result<AccountRow> {
    let row = tree::account(view, organization, account)?;
    if organization.is_managed_by(account) {
        return Err(errors::constraint("CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR"));
    }
    trusted::check(principal)?;
    Ok(row)
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_RegisterDelegatedAdministrator.html>
pub fn register_delegated_administrator(cx: &mut Cx, input: RegisterDelegatedAdministratorRequest) -> Result<Nothing> {
    let RegisterDelegatedAdministratorRequest { account_id, service_principal } = input;
    let organization = standing::open(cx, Reach::Management)?;
    organization.needs_all_features()?;
    let mut account = member(cx, &organization, (&account_id, &service_principal))?;
    if account.administers.contains_key(&service_principal) {
        return Err(errors::already_registered());
    }
    if account.status != "ACTIVE" {
        return Err(errors::constraint("CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR"));
    }
    if !organization.row.trusted.contains_key(&service_principal) {
        return Err(errors::constraint("SERVICE_ACCESS_NOT_ENABLED"));
    }
    let others = tree::accounts(cx, &organization)?;
    let others = others.iter().filter(|other| other.administers.contains_key(&service_principal)).count();
    if others >= trusted::most_administrators(&service_principal) {
        return Err(errors::constraint("MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED"));
    }
    account.administers.insert(service_principal, cx.now());
    accounts::save(cx, &organization, &account)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeregisterDelegatedAdministrator.html>
pub fn deregister_delegated_administrator(
    cx: &mut Cx,
    input: DeregisterDelegatedAdministratorRequest,
) -> Result<Nothing> {
    let DeregisterDelegatedAdministratorRequest { account_id, service_principal } = input;
    let organization = standing::open(cx, Reach::Management)?;
    let mut account = member(cx, &organization, (&account_id, &service_principal))?;
    if account.administers.shift_remove(&service_principal).is_none() {
        return Err(errors::not_registered());
    }
    accounts::save(cx, &organization, &account)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListDelegatedAdministrators.html>
pub fn list_delegated_administrators(
    view: &View,
    input: ListDelegatedAdministratorsRequest,
) -> Result<ListDelegatedAdministratorsResponse> {
    let ListDelegatedAdministratorsRequest { service_principal, next_token, max_results } = input;
    let organization = standing::open(view, Reach::Administrators)?;
    service_principal.as_deref().map_or(Ok(()), trusted::check)?;
    let mut rows = tree::accounts(view, &organization)?;
    rows.retain(|row| match &service_principal {
        Some(principal) => row.administers.contains_key(principal),
        None => !row.administers.is_empty(),
    });
    let (rows, next_token) = paging::page(rows, (next_token, max_results), |row| paging::numbered(row.number))?;
    let shown = rows.iter().map(|row| {
        let Account { id, arn, email, name, status, state, paths: _, joined_method, joined_timestamp } =
            shown::account(view, &organization, row)?;
        let since = match &service_principal {
            Some(principal) => row.administers.get(principal).copied(),
            None => row.administers.values().min().copied(),
        };
        let delegation_enabled_date = since;
        Ok(DelegatedAdministrator {
            id,
            arn,
            email,
            name,
            status,
            state,
            joined_method,
            joined_timestamp,
            delegation_enabled_date,
        })
    });
    let shown = shown.collect::<Result<_>>()?;
    Ok(ListDelegatedAdministratorsResponse { delegated_administrators: Some(shown), next_token })
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListDelegatedServicesForAccount.html>
pub fn list_delegated_services_for_account(
    view: &View,
    input: ListDelegatedServicesForAccountRequest,
) -> Result<ListDelegatedServicesForAccountResponse> {
    let ListDelegatedServicesForAccountRequest { account_id, next_token, max_results } = input;
    let organization = standing::open(view, Reach::Administrators)?;
    let account = tree::account(view, &organization, &account_id)?;
    if account.administers.is_empty() {
        return Err(errors::not_registered());
    }
    let mut services: Vec<_> = account.administers.into_iter().collect();
    services.sort_unstable();
    let (services, next_token) = paging::page(services, (next_token, max_results), |(name, _)| name.clone())?;
    let shown = services.into_iter().map(|(principal, since)| DelegatedService {
        service_principal: Some(principal),
        delegation_enabled_date: Some(since),
    });
    Ok(ListDelegatedServicesForAccountResponse { delegated_services: Some(shown.collect()), next_token })
}
