//! Registered clients.

use crate::errors;
use crate::state::{CLIENTS, ClientRow};
use service::{Result, View};
use sso::session::hashed;

pub const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
pub const AUTHORIZATION_CODE: &str = "authorization_code";
pub const REFRESH_TOKEN: &str = "refresh_token";
/// Who may ask for this may refresh its tokens.
/// <https://docs.aws.amazon.com/singlesignon/latest/userguide/customermanagedapps-saml2-oauth2.html>
pub const ACCOUNT_ACCESS: &str = "sso:account:access";

/// The client of that id.
pub fn find(view: &View, id: &str) -> Result<Option<ClientRow>> {
    let row = view.get(&CLIENTS, id)?;
    Ok(row.filter(|row| row.until > view.now()))
}

/// The client that shows its secret.
///
/// # Errors
/// `InvalidClientException`
pub fn proven(view: &View, id: &str, secret: &str) -> Result<ClientRow> {
    let row = find(view, id)?.filter(|row| row.secret == hashed(secret));
    row.ok_or_else(errors::invalid_client)
}

/// Whether a client may use a grant. One that named none may use those of devices and refresh its tokens.
pub fn check_grant(client: &ClientRow, grant: &str) -> Result<()> {
    let may = match client.grant_types.is_empty() {
        true => grant != AUTHORIZATION_CODE,
        false => client.grant_types.iter().any(|own| own == grant),
    };
    if may { Ok(()) } else { Err(errors::unauthorized_client()) }
}

/// Whether codes may be sent to an address: https, or http on the machine itself.
pub fn is_redirect_uri(uri: &str) -> bool {
    uri.len() <= 2048
        && uri.bytes().all(|b| b.is_ascii_graphic())
        && !uri.contains('#')
        && (uri.starts_with("https://") || loopback(uri).is_some())
}

/// What of an address on the machine itself does not change from run to run: the host and the path (RFC 8252, section 7.3).
fn loopback(uri: &str) -> Option<(&str, &str)> {
    let rest = uri.strip_prefix("http://")?;
    let end = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = ["127.0.0.1", "[::1]", "localhost"].into_iter().find(|host| {
        let port = authority.strip_prefix(host);
        port.is_some_and(|port| port.is_empty() || port.strip_prefix(':').is_some_and(|p| p.parse::<u16>().is_ok()))
    })?;
    Some((host, path))
}

/// Whether a client registered this address, whatever its port on the machine itself.
pub fn registered(client: &ClientRow, uri: &str) -> bool {
    is_redirect_uri(uri)
        && client
            .redirect_uris
            .iter()
            .any(|own| own == uri || loopback(own).is_some() && loopback(own) == loopback(uri))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_for_codes() {
        let uris = vec!["http://127.0.0.1/oauth/callback".to_owned(), "https://app.example.com/in".to_owned()];
        let client = ClientRow { redirect_uris: uris, ..ClientRow::default() };
        for (uri, expect) in [
            ("http://127.0.0.1/oauth/callback", true),
            ("http://127.0.0.1:39871/oauth/callback", true),
            ("http://127.0.0.1:39871/other", false),
            ("http://localhost:39871/oauth/callback", false),
            ("http://127.0.0.1.evil.example/oauth/callback", false),
            ("http://127.0.0.1:1@evil.example/oauth/callback", false),
            ("https://app.example.com/in", true),
            ("https://app.example.com/in?a", false),
            ("javascript:alert(1)", false),
        ] {
            assert_eq!(registered(&client, uri), expect, "{uri}");
        }
    }
}
