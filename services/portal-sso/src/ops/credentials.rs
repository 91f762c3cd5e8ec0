//! Credentials of a role, and the end of a session.

use crate::api::{GetRoleCredentialsRequest, GetRoleCredentialsResponse, LogoutRequest, RoleCredentials};
use crate::errors;
use crate::peers::{AssumeRoleWithSAML, Credentials};
use service::{As, Cx, Error, Nothing, Result};
use sso::portal::Voucher;
use sso::session;

/// <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html>
pub fn get_role_credentials(
    cx: &mut Cx,
    input: GetRoleCredentialsRequest,
    voucher: Voucher,
) -> Result<GetRoleCredentialsResponse> {
    // The assertion that was made for them says all of it.
    let GetRoleCredentialsRequest { role_name, account_id, access_token } = input;
    drop((role_name, account_id));
    let session = session::find(cx, &access_token)?.ok_or_else(errors::unauthorized)?;
    let source = cx.arn("sso", format_args!("instance/{}", session.instance));
    let wish = AssumeRoleWithSAML {
        role_arn: voucher.role,
        principal_arn: voucher.provider,
        saml_assertion: voucher.response,
        duration_seconds: Some(voucher.seconds),
    };
    let assumed = cx.call(&As::service(&source), &wish).map_err(|error| match error.own_status() {
        Some(500..) => error,
        // The role, its trust or its provider was changed in the account.
        _ => errors::forbidden(),
    })?;
    let credentials = assumed.credentials.ok_or_else(|| Error::internal("STS gave no credentials"))?;
    let Credentials { access_key_id, secret_access_key, session_token, expiration } = credentials;
    Ok(GetRoleCredentialsResponse {
        role_credentials: Some(RoleCredentials {
            access_key_id: Some(access_key_id),
            secret_access_key: Some(secret_access_key),
            session_token: Some(session_token),
            expiration: Some(expiration.millis()),
        }),
    })
}

/// <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_Logout.html>
pub fn logout(cx: &mut Cx, input: LogoutRequest) -> Result<Nothing> {
    let LogoutRequest { access_token } = input;
    if !session::end(cx, &access_token)? {
        return Err(errors::unauthorized());
    }
    Ok(Nothing {})
}
