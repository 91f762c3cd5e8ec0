//! Outbound identity federation: tokens of `sts:GetWebIdentityToken` by which others know the account's users and roles.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound.html>

use crate::api::{EnableOutboundWebIdentityFederationResponse, GetOutboundWebIdentityFederationInfoResponse};
use crate::state::{ACCOUNT_KEY, ACCOUNTS, OutboundRow};
use crate::subject::account;
use service::{Cx, Error, Nothing, Result, View};

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableOutboundWebIdentityFederation.html>
pub fn enable_outbound_web_identity_federation(
    cx: &mut Cx,
    _: Nothing,
) -> Result<EnableOutboundWebIdentityFederationResponse> {
    let mut row = account(cx)?;
    let issuer = match row.outbound.take() {
        Some(OutboundRow { enabled: true, .. }) => return Err(already_enabled()),
        Some(OutboundRow { issuer, .. }) => issuer,
        None => format!("https://{}.tokens.sts.global.api.aws", cx.entropy().uuid()),
    };
    row.outbound = Some(OutboundRow { issuer: issuer.clone(), enabled: true });
    cx.put(&ACCOUNTS, ACCOUNT_KEY, &row)?;
    Ok(EnableOutboundWebIdentityFederationResponse { issuer_identifier: Some(issuer) })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DisableOutboundWebIdentityFederation.html>
pub fn disable_outbound_web_identity_federation(cx: &mut Cx, _: Nothing) -> Result<Nothing> {
    let mut row = account(cx)?;
    match &mut row.outbound {
        Some(outbound) if outbound.enabled => outbound.enabled = false,
        _ => return Err(disabled()),
    }
    cx.put(&ACCOUNTS, ACCOUNT_KEY, &row)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOutboundWebIdentityFederationInfo.html>
pub fn get_outbound_web_identity_federation_info(
    view: &View,
    _: Nothing,
) -> Result<GetOutboundWebIdentityFederationInfoResponse> {
    let outbound = account(view)?.outbound.filter(|outbound| outbound.enabled).ok_or_else(disabled)?;
    Ok(GetOutboundWebIdentityFederationInfoResponse {
        issuer_identifier: Some(outbound.issuer),
        jwt_vending_enabled: Some(true),
    })
}

fn already_enabled() -> Error {
    Error::new("FeatureEnabledException", "Outbound Web Identity Federation is already enabled for this account")
}

fn disabled() -> Error {
    Error::new("FeatureDisabledException", "Outbound Web Identity Federation is not enabled for this account")
}
