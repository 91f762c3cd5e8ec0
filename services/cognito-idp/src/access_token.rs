//! What an access token is worth that somebody presents.

use crate::claims::SCOPE;
use crate::client::Client;
use crate::errors;
use crate::places;
use crate::pool::Pool;
use crate::refresh;
use crate::token::{self, SigningKey};
use crate::user::User;
use serde_json::{Map, Value as Json};
use service::{Access, Result, View};

/// Whom an access token speaks for.
pub struct Holder {
    /// The pool.
    pub pool: Pool,
    /// The client by which he signed in.
    pub client: Client,
    /// Him.
    pub user: User,
}

/// Where it happens what somebody asks for with a token: nothing of it holds yet but the name of a pool.
pub fn access(view: &View, token: &str) -> Result<Access> {
    let issuer = token::claims(token).and_then(|claims| Some(claims.get("iss")?.as_str()?.to_owned()));
    let pool = issuer.as_deref().and_then(|issuer| issuer.rsplit_once('/')).map(|(_, pool)| pool.to_owned());
    let place = match pool {
        Some(pool) => places::find(view, &pool)?,
        None => None,
    };
    Ok(place.map_or(Access::Public, |(scope, _)| Access::PublicIn(scope)))
}

/// Whom a token speaks for, if it holds.
///
/// # Errors
/// `NotAuthorizedException` for one that does not verify, has ended or was revoked.
pub fn holder(view: &View, token: &str) -> Result<Holder> {
    let wrong = || errors::not_authorized("Invalid Access Token");
    let claims = token::claims(token).ok_or_else(wrong)?;
    let id = text(&claims, "iss").rsplit_once('/').map(|(_, id)| id).ok_or_else(wrong)?;
    let pool = Pool::look(view, id)?.ok_or_else(wrong)?;
    if text(&claims, "iss") != pool.issuer(view) || text(&claims, "token_use") != "access" {
        return Err(wrong());
    }
    let keys = pool.keys(view)?.ok_or_else(wrong)?;
    if !SigningKey::read(&keys.access_key)?.signed(token) {
        return Err(wrong());
    }
    let number = |name: &str| claims.get(name).and_then(Json::as_i64).unwrap_or_default();
    if number("exp") <= view.now().secs() {
        return Err(errors::not_authorized("Access Token has expired"));
    }
    if !text(&claims, "scope").split(' ').any(|scope| scope == SCOPE) {
        return Err(errors::not_authorized("Access Token does not have required scopes"));
    }
    let user = User::look(view, &pool, text(&claims, "sub"))?.ok_or_else(errors::no_user)?;
    if refresh::is_over(view, &pool, &user, (text(&claims, "origin_jti"), number("auth_time")))? {
        return Err(errors::not_authorized("Access Token has been revoked"));
    }
    if !user.row.enabled {
        return Err(errors::not_authorized("User is disabled."));
    }
    let client = Client::find(view, &pool, text(&claims, "client_id"))?;
    Ok(Holder { pool, client, user })
}

fn text<'c>(claims: &'c Map<String, Json>, name: &str) -> &'c str {
    claims.get(name).and_then(Json::as_str).unwrap_or_default()
}
