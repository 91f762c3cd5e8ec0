//! What a pool publishes: the keys by which its tokens are verified.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html>

use crate::access;
use crate::pool::Pool;
use crate::state::KeysRow;
use crate::token;
use serde_json::json;
use service::{Cx, Front, HttpReply, HttpRequest, Prepared, Result, View, operation};

const KEYS: &[&str] = &["/*/.well-known/jwks.json"];
const CONFIGURATION: &[&str] = &["/*/.well-known/openid-configuration"];
const HOSTS: &[&str] = &["cognito-idp"];

/// All of them.
pub static FRONTS: &[Front] = &[
    Front {
        hosts: HOSTS,
        host_paths: KEYS,
        paths: KEYS,
        signing_names: &[],
        operation: operation!(
            "JsonWebKeySet",
            prepared,
            HttpRequest,
            json_web_key_set,
            access::published,
            published_keys
        ),
    },
    Front {
        hosts: HOSTS,
        host_paths: CONFIGURATION,
        paths: CONFIGURATION,
        signing_names: &[],
        operation: operation!("OpenIdConfiguration", read, HttpRequest, openid_configuration, access::published),
    },
];

/// The pool that a path names.
pub fn pool_in(path: &str) -> &str {
    path.split('/').nth(1).unwrap_or_default()
}

/// The key set, but for a pool that has no keys yet.
fn published_keys(view: &View, request: &HttpRequest) -> Result<Prepared<HttpReply, KeysRow>> {
    let Some(pool) = Pool::look(view, pool_in(&request.path))? else {
        return Ok(Prepared::Answer(missing(request)));
    };
    Ok(match pool.keys(view)? {
        Some(keys) => Prepared::Answer(answer(200, token::key_set(&keys)?)),
        None => Prepared::Made(token::generate_keys()?),
    })
}

fn json_web_key_set(cx: &mut Cx, request: HttpRequest, made: KeysRow) -> Result<HttpReply> {
    let Some(pool) = Pool::look(cx, pool_in(&request.path))? else { return Ok(missing(&request)) };
    let keys = pool.keep_keys(cx, made)?;
    Ok(answer(200, token::key_set(&keys)?))
}

fn openid_configuration(view: &View, request: HttpRequest) -> Result<HttpReply> {
    let Some(pool) = Pool::look(view, pool_in(&request.path))? else { return Ok(missing(&request)) };
    let issuer = pool.issuer(view);
    // Without a domain there is nowhere to sign in by a browser, and nothing is said of it.
    Ok(answer(
        200,
        json!({
            "id_token_signing_alg_values_supported": ["RS256"],
            "issuer": issuer,
            "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
            "response_types_supported": ["code", "token"],
            "scopes_supported": ["openid", "email", "phone", "profile"],
            "subject_types_supported": ["public"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        })
        .to_string(),
    ))
}

fn missing(request: &HttpRequest) -> HttpReply {
    let text = format!("User pool {} does not exist.", pool_in(&request.path));
    answer(404, json!({"code": "ResourceNotFoundException", "message": text}).to_string())
}

fn answer(status: i64, body: String) -> HttpReply {
    HttpReply::new(status, body)
        .with("content-type", "application/json")
        .with("access-control-allow-origin", "*")
        .with("cache-control", "public, max-age=86400")
}
