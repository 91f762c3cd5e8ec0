//! Refresh tokens: by what sign-ins live on, and are ended.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/token-revocation.html>

use crate::client::Client;
use crate::errors;
use crate::pool::Pool;
use crate::state::{REFRESH_ENDS, REFRESH_TOKENS, RefreshEnd, RefreshRow};
use crate::user::User;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use service::{Bytes, Cx, Error, Result, Timestamp, View};

/// So many ended ones are forgotten when one is made.
const SWEPT: usize = 20;
const SECRET_BYTES: usize = 48;
/// Letters of an `origin_jti`.
const ORIGIN_LETTERS: usize = 36;

/// A refresh token that holds.
pub struct Refresh {
    /// `origin_jti`
    pub origin: String,
    /// What is kept of it.
    pub row: RefreshRow,
}

/// Makes one.
pub fn issue(cx: &mut Cx, pool: &Pool, client: &Client, (user, origin): (&User, &str)) -> Result<String> {
    let ended: Vec<(Timestamp, String)> = ended(cx, pool)?;
    for (until, origin) in ended {
        cx.delete(&REFRESH_TOKENS, &(pool.row.id.clone(), origin.clone()))?;
        cx.delete(&REFRESH_ENDS, &(pool.row.id.clone(), until, origin))?;
    }
    let mut secret = vec![0; SECRET_BYTES];
    service::secret(&mut secret);
    let row = RefreshRow {
        hash: Bytes::copy_from_slice(digest(&SHA256, &secret).as_ref()),
        client: client.row.id.clone(),
        username: user.key.clone(),
        signed_in_at: cx.now(),
        until: cx.now().after(client.refresh_validity()),
        revoked: false,
        generation: user.row.generation,
    };
    cx.put(&REFRESH_TOKENS, &(pool.row.id.clone(), origin.to_owned()), &row)?;
    let end = RefreshEnd { origin: origin.to_owned() };
    cx.put(&REFRESH_ENDS, &(pool.row.id.clone(), row.until, origin.to_owned()), &end)?;
    Ok(URL_SAFE_NO_PAD.encode([origin.as_bytes(), secret.as_slice()].concat()))
}

fn ended(view: &View, pool: &Pool) -> Result<Vec<(Timestamp, String)>> {
    let first: Vec<RefreshEnd> = view.rows(&REFRESH_ENDS, (pool.id(),)).take(SWEPT).collect::<Result<_>>()?;
    let mut ended = Vec::new();
    for RefreshEnd { origin } in first {
        let row = view.get(&REFRESH_TOKENS, &(pool.row.id.clone(), origin.clone()))?;
        if let Some(row) = row.filter(|row| row.until <= view.now()) {
            ended.push((row.until, origin));
        }
    }
    Ok(ended)
}

/// The token that a client presents, if it is this client's, whatever became of it.
fn look(view: &View, pool: &Pool, client: &str, text: &str) -> Result<Option<Refresh>> {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(text) else { return Ok(None) };
    let Some((origin, secret)) = bytes.split_at_checked(ORIGIN_LETTERS) else { return Ok(None) };
    let Ok(origin) = std::str::from_utf8(origin) else { return Ok(None) };
    let row = view.get(&REFRESH_TOKENS, &(pool.row.id.clone(), origin.to_owned()))?;
    let fits = |row: &RefreshRow| row.client == client && row.hash.as_ref() == digest(&SHA256, secret).as_ref();
    Ok(row.filter(fits).map(|row| Refresh { origin: origin.to_owned(), row }))
}

/// The token that a client presents, if it holds.
pub fn check(view: &View, pool: &Pool, client: &Client, text: &str) -> Result<Refresh> {
    let found = look(view, pool, client.id(), text)?;
    let refresh = found.ok_or_else(|| errors::not_authorized("Invalid Refresh Token"))?;
    if refresh.row.revoked {
        return Err(errors::not_authorized("Refresh Token has been revoked"));
    }
    match refresh.row.until <= view.now() {
        true => Err(errors::not_authorized("Refresh Token has expired")),
        false => Ok(refresh),
    }
}

/// Ends a token and those that were made by it.
pub fn revoke(cx: &mut Cx, pool: &Pool, client: &Client, text: &str) -> Result<()> {
    let Some(Refresh { origin, row }) = look(cx, pool, client.id(), text)? else {
        // https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RevokeToken.html
        return Err(Error::new("UnsupportedTokenTypeException", "Invalid token"));
    };
    cx.put(&REFRESH_TOKENS, &(pool.row.id.clone(), origin), &RefreshRow { revoked: true, ..row })
}

/// Whether the sign-in to which a token goes back is over. `signed_in` is the token's own word, for one that names none.
pub fn is_over(view: &View, pool: &Pool, user: &User, (origin, signed_in): (&str, i64)) -> Result<bool> {
    let row = view.get(&REFRESH_TOKENS, &(pool.row.id.clone(), origin.to_owned()))?;
    Ok(match row {
        Some(row) => row.revoked || row.generation < user.row.generation,
        None => user.row.signed_out_at.is_some_and(|at| signed_in < at.secs()),
    })
}
