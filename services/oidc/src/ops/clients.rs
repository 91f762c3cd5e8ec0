//! Clients.

use crate::api::{RegisterClientRequest, RegisterClientResponse};
use crate::clients::{AUTHORIZATION_CODE, DEVICE_CODE, REFRESH_TOKEN, is_redirect_uri};
use crate::state::{CLIENTS, ClientRow};
use crate::{errors, expiry};
use service::{Cx, Duration, Result};
use sso::place;
use sso::session::{hashed, secret_text};

/// For how long a client's secret holds.
/// <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_RegisterClient.html>
const LIFE: Duration = Duration::from_secs(90 * 86_400);
const LONGEST_NAME: usize = 255;
const MOST: usize = 10;

/// <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_RegisterClient.html>
pub fn register_client(cx: &mut Cx, input: RegisterClientRequest) -> Result<RegisterClientResponse> {
    let RegisterClientRequest {
        client_name,
        client_type,
        scopes,
        redirect_uris,
        grant_types,
        issuer_url,
        entitled_application_arn,
    } = input;
    if entitled_application_arn.is_some() {
        return Err(errors::not_implemented("RegisterClient", "EntitledApplicationArn"));
    }
    if client_type != "public" {
        return Err(errors::invalid_client_metadata("The client type must be public."));
    }
    if client_name.is_empty() || client_name.len() > LONGEST_NAME {
        return Err(errors::invalid_client_metadata("The client's name must have 1 to 255 characters."));
    }
    let (scopes, redirect_uris) = (scopes.unwrap_or_default(), redirect_uris.unwrap_or_default());
    let grant_types = grant_types.unwrap_or_default();
    if scopes.len().max(redirect_uris.len()).max(grant_types.len()) > MOST {
        return Err(errors::invalid_client_metadata("The client names too many scopes, addresses or grants."));
    }
    if !grant_types.iter().all(|grant| [AUTHORIZATION_CODE, DEVICE_CODE, REFRESH_TOKEN].contains(&grant.as_str())) {
        return Err(errors::unsupported_grant_type());
    }
    if !redirect_uris.iter().all(|uri| is_redirect_uri(uri)) {
        return Err(errors::invalid_redirect_uri());
    }
    let found = issuer_url.map(|url| place::of_start_url(cx, &url)).transpose()?;
    let instance = match found {
        Some(Some((_, id))) => id,
        Some(None) => return Err(errors::invalid_request("The issuer URL names no instance of Identity Center.")),
        None if grant_types.iter().any(|grant| grant == AUTHORIZATION_CODE) => {
            return Err(errors::invalid_request("Authorization codes take an issuer URL."));
        }
        None => String::new(),
    };
    let (now, id, client_secret) = (cx.now().whole_secs(), secret_text(), secret_text());
    let client = ClientRow {
        id: id.clone(),
        name: client_name,
        secret: hashed(&client_secret),
        issued: now,
        until: now.after(LIFE),
        scopes,
        redirect_uris,
        grant_types,
        instance,
    };
    cx.put(&CLIENTS, id.as_str(), &client)?;
    expiry::at(cx, ("client", &id), client.until)?;
    let base = cx.request().base_url.clone();
    Ok(RegisterClientResponse {
        client_id: Some(id),
        client_secret: Some(client_secret),
        client_id_issued_at: Some(client.issued.secs()),
        client_secret_expires_at: Some(client.until.secs()),
        authorization_endpoint: Some(format!("{base}/_sso/authorize")),
        token_endpoint: Some(format!("{base}/token")),
    })
}
