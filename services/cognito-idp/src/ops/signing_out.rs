//! Tokens that are ended before their time.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/token-revocation.html>

use crate::access_token::{self, Holder};
use crate::api::*;
use crate::client::Client;
use crate::pool::Pool;
use crate::user::User;
use crate::{errors, refresh};
use service::{Cx, Error, Result};

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GlobalSignOut.html>
pub fn global_sign_out(cx: &mut Cx, input: GlobalSignOutRequest) -> Result<GlobalSignOutResponse> {
    let GlobalSignOutRequest { access_token } = input;
    let Holder { pool, mut user, client: _ } = access_token::holder(cx, &access_token)?;
    user.sign_out(cx);
    user.note(cx, &pool)?;
    Ok(GlobalSignOutResponse {})
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUserGlobalSignOut.html>
pub fn admin_user_global_sign_out(
    cx: &mut Cx,
    input: AdminUserGlobalSignOutRequest,
) -> Result<AdminUserGlobalSignOutResponse> {
    let AdminUserGlobalSignOutRequest { user_pool_id, username } = input;
    let pool = Pool::find(cx, &user_pool_id)?;
    let mut user = User::find(cx, &pool, &username)?;
    user.sign_out(cx);
    user.note(cx, &pool)?;
    Ok(AdminUserGlobalSignOutResponse {})
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RevokeToken.html>
pub fn revoke_token(cx: &mut Cx, input: RevokeTokenRequest) -> Result<RevokeTokenResponse> {
    let RevokeTokenRequest { token, client_id, client_secret, revoke_associated_sessions } = input;
    if revoke_associated_sessions.is_some() {
        return Err(errors::refuse("member RevokeAssociatedSessions", cx));
    }
    let (pool, client) = Client::known(cx, &client_id)?;
    let unauthorized = |text: &'static str| Error::new("UnauthorizedException", text);
    match (&client.settings.client_secret, &client_secret) {
        (Some(own), Some(given)) if own == given => {}
        (None, None) => {}
        _ => return Err(unauthorized("Invalid client")),
    }
    if !client.revokes() {
        let text = "Revoke token is not enabled for this client.";
        return Err(Error::new("UnsupportedOperationException", text));
    }
    refresh::revoke(cx, &pool, &client, &token)?;
    Ok(RevokeTokenResponse {})
}
