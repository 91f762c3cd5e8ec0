//! What an organisation has enabled for the root users of its accounts.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-enable-root-access.html>

use crate::api::{
    DisableOrganizationsRootCredentialsManagementRequest, DisableOrganizationsRootCredentialsManagementResponse,
    DisableOrganizationsRootSessionsRequest, DisableOrganizationsRootSessionsResponse,
    EnableOrganizationsRootCredentialsManagementRequest, EnableOrganizationsRootCredentialsManagementResponse,
    EnableOrganizationsRootSessionsRequest, EnableOrganizationsRootSessionsResponse, ListOrganizationsFeaturesRequest,
    ListOrganizationsFeaturesResponse,
};
use crate::peers::{self, Organization};
use crate::root_login;
use crate::state::{ACCOUNT_KEY, ACCOUNTS};
use crate::subject::account;
use service::{Cx, Error, Result, Scope, View};

const CREDENTIALS: &str = "RootCredentialsManagement";
const SESSIONS: &str = "RootSessions";

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableOrganizationsRootCredentialsManagement.html>
pub fn enable_organizations_root_credentials_management(
    cx: &mut Cx,
    input: EnableOrganizationsRootCredentialsManagementRequest,
) -> Result<EnableOrganizationsRootCredentialsManagementResponse> {
    let EnableOrganizationsRootCredentialsManagementRequest {} = input;
    let (organization_id, enabled_features) = set(cx, CREDENTIALS, true)?;
    Ok(EnableOrganizationsRootCredentialsManagementResponse { organization_id, enabled_features })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DisableOrganizationsRootCredentialsManagement.html>
pub fn disable_organizations_root_credentials_management(
    cx: &mut Cx,
    input: DisableOrganizationsRootCredentialsManagementRequest,
) -> Result<DisableOrganizationsRootCredentialsManagementResponse> {
    let DisableOrganizationsRootCredentialsManagementRequest {} = input;
    let (organization_id, enabled_features) = set(cx, CREDENTIALS, false)?;
    Ok(DisableOrganizationsRootCredentialsManagementResponse { organization_id, enabled_features })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableOrganizationsRootSessions.html>
pub fn enable_organizations_root_sessions(
    cx: &mut Cx,
    input: EnableOrganizationsRootSessionsRequest,
) -> Result<EnableOrganizationsRootSessionsResponse> {
    let EnableOrganizationsRootSessionsRequest {} = input;
    let (organization_id, enabled_features) = set(cx, SESSIONS, true)?;
    Ok(EnableOrganizationsRootSessionsResponse { organization_id, enabled_features })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DisableOrganizationsRootSessions.html>
pub fn disable_organizations_root_sessions(
    cx: &mut Cx,
    input: DisableOrganizationsRootSessionsRequest,
) -> Result<DisableOrganizationsRootSessionsResponse> {
    let DisableOrganizationsRootSessionsRequest {} = input;
    let (organization_id, enabled_features) = set(cx, SESSIONS, false)?;
    Ok(DisableOrganizationsRootSessionsResponse { organization_id, enabled_features })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOrganizationsFeatures.html>
pub fn list_organizations_features(
    view: &View,
    input: ListOrganizationsFeaturesRequest,
) -> Result<ListOrganizationsFeaturesResponse> {
    let ListOrganizationsFeaturesRequest {} = input;
    let organization = administered(view)?;
    let features = view.elsewhere(home(view, &organization)).and_then(|view| account(&view))?.root_features;
    Ok(ListOrganizationsFeaturesResponse {
        organization_id: Some(organization.id),
        enabled_features: Some(features.unwrap_or_default()),
    })
}

/// The features lie with the management account, whoever administers them.
fn home(view: &View, organization: &Organization) -> Scope {
    view.scope().home_of(organization.management)
}

/// The organisation that the caller's account may administer the root users of.
fn administered(view: &View) -> Result<Organization> {
    let organization = peers::organization(view)?.ok_or_else(|| {
        Error::new("OrganizationNotFoundException", "No organization is associated with your account.")
    })?;
    if !organization.trusts_iam {
        return Err(Error::new(
            "ServiceAccessNotEnabledException",
            "Trusted access is not enabled for IAM in AWS Organizations.",
        ));
    }
    if view.account() != organization.management && !organization.delegated.contains(&view.account()) {
        return Err(Error::new(
            "AccountNotManagementOrDelegatedAdministratorException",
            "The account making the request is not the management account or delegated administrator account for \
             centralized root access.",
        ));
    }
    Ok(organization)
}

fn set(cx: &mut Cx, feature: &str, enabled: bool) -> Result<(Option<String>, Option<Vec<String>>)> {
    let organization = administered(cx)?;
    let home = home(cx, &organization);
    let features = cx.in_scope(home, |cx| {
        let mut row = account(cx)?;
        let features = row.root_features.get_or_insert_with(Vec::new);
        features.retain(|known| known != feature);
        if enabled {
            features.push(feature.to_owned());
            features.sort();
        }
        let features = features.clone();
        if feature == CREDENTIALS {
            root_login::manage(&mut row, cx.now(), enabled);
        }
        cx.put(&ACCOUNTS, ACCOUNT_KEY, &row)?;
        Ok(features)
    })?;
    Ok((Some(organization.id), Some(features)))
}
