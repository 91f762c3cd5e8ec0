//! Tokens, and what is given for them.

use crate::api::{CreateTokenRequest, CreateTokenResponse};
use crate::clients::{self, ACCOUNT_ACCESS, AUTHORIZATION_CODE, DEVICE_CODE, REFRESH_TOKEN};
use crate::state::{CODES, ClientRow, DEVICES, REFRESHES, RefreshRow, USER_CODES};
use crate::{errors, expiry};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use service::{Cx, Duration, Result, Timestamp};
use sso::session::{self, hashed, secret_text};

/// For how long somebody who has signed in stays so.
/// <https://docs.aws.amazon.com/singlesignon/latest/userguide/configure-user-session.html>
const SESSION: Duration = Duration::from_secs(8 * 3600);
/// For how long a token holds that can be refreshed.
const REFRESHABLE: Duration = Duration::from_secs(3600);

/// Whose the tokens are to be.
struct Holder {
    instance: String,
    user: String,
    /// When he must sign in again.
    until: Timestamp,
}

/// <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html>
pub fn create_token(cx: &mut Cx, input: CreateTokenRequest) -> Result<CreateTokenResponse> {
    let CreateTokenRequest {
        client_id,
        client_secret,
        grant_type,
        device_code,
        code,
        refresh_token,
        scope: _, // stored only: a token has all that its client may ask for
        redirect_uri,
        code_verifier,
    } = input;
    let client = clients::proven(cx, &client_id, &client_secret)?;
    if ![DEVICE_CODE, AUTHORIZATION_CODE, REFRESH_TOKEN].contains(&grant_type.as_str()) {
        return Err(errors::unsupported_grant_type());
    }
    clients::check_grant(&client, &grant_type)?;
    let holder = match grant_type.as_str() {
        DEVICE_CODE => {
            let given = device_code.ok_or_else(|| errors::invalid_request("A device code is missing."))?;
            by_device(cx, &client, &given)?
        }
        AUTHORIZATION_CODE => {
            let given = code.ok_or_else(|| errors::invalid_request("A code is missing."))?;
            by_code(cx, &client, &given, (redirect_uri.as_deref(), code_verifier.as_deref()))?
        }
        _ => {
            let given = refresh_token.ok_or_else(|| errors::invalid_request("A refresh token is missing."))?;
            by_refresh_token(cx, &client, &given)?
        }
    };
    issue(cx, &client, &holder)
}

fn by_device(cx: &mut Cx, client: &ClientRow, given: &str) -> Result<Holder> {
    let key = hashed(given);
    let row = cx.get(&DEVICES, key.as_str())?.filter(|row| row.client == client.id);
    let row = row.ok_or_else(errors::invalid_grant)?;
    if row.until <= cx.now() {
        return Err(errors::expired_token());
    }
    if row.refused {
        return Err(errors::access_denied());
    }
    if row.user.is_empty() {
        return Err(errors::authorization_pending());
    }
    cx.delete(&USER_CODES, row.user_code.as_str())?;
    cx.delete(&DEVICES, key.as_str())?;
    Ok(Holder { instance: row.instance, user: row.user, until: cx.now().after(SESSION) })
}

/// A code is good for one use, by the client that has its verifier (RFC 7636).
fn by_code(
    cx: &mut Cx,
    client: &ClientRow,
    given: &str,
    (redirect_uri, verifier): (Option<&str>, Option<&str>),
) -> Result<Holder> {
    let key = hashed(given);
    let row = cx.get(&CODES, key.as_str())?.filter(|row| row.client == client.id && row.until > cx.now());
    let row = row.ok_or_else(errors::invalid_grant)?;
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.unwrap_or_default().as_bytes()));
    if challenge != row.challenge || redirect_uri != Some(row.redirect_uri.as_str()) {
        return Err(errors::invalid_grant());
    }
    cx.delete(&CODES, key.as_str())?;
    Ok(Holder { instance: row.instance, user: row.user, until: cx.now().after(SESSION) })
}

/// Each refresh token is good for one use, and ends the access token that went with it.
fn by_refresh_token(cx: &mut Cx, client: &ClientRow, given: &str) -> Result<Holder> {
    let key = hashed(given);
    let row = cx.get(&REFRESHES, key.as_str())?;
    let row = row.filter(|row| row.client == client.id && row.until > cx.now()).ok_or_else(errors::invalid_grant)?;
    cx.delete(&REFRESHES, key.as_str())?;
    session::end_hashed(cx, &row.session)?;
    Ok(Holder { instance: row.instance, user: row.user, until: row.until })
}

fn issue(cx: &mut Cx, client: &ClientRow, holder: &Holder) -> Result<CreateTokenResponse> {
    let now = cx.now();
    let refreshable = client.scopes.iter().any(|scope| scope == ACCOUNT_ACCESS);
    let until = if refreshable { holder.until.min(now.after(REFRESHABLE)) } else { holder.until };
    let access_token = session::begin(cx, &holder.instance, &holder.user, until)?;
    let session = hashed(&access_token);
    expiry::at(cx, ("session", &session), until)?;
    let refresh_token = refreshable.then(secret_text);
    if let Some(token) = &refresh_token {
        let key = hashed(token);
        let row = RefreshRow {
            client: client.id.clone(),
            instance: holder.instance.clone(),
            user: holder.user.clone(),
            until: holder.until,
            session,
        };
        cx.put(&REFRESHES, key.as_str(), &row)?;
        expiry::at(cx, ("refresh", &key), row.until)?;
    }
    Ok(CreateTokenResponse {
        access_token: Some(access_token),
        token_type: Some("Bearer".to_owned()),
        expires_in: Some(i64::try_from(until.since(now).as_secs()).unwrap_or_default()),
        refresh_token,
        id_token: None,
    })
}
