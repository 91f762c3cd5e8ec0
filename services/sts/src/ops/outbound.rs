//! Tokens by which others know the users and roles of this cloud.

use crate::api::{GetWebIdentityTokenRequest, GetWebIdentityTokenResponse};
use crate::outbound::SigningKeys;
use crate::state::{OUTBOUND_ISSUERS, OutboundIssuer};
use crate::{asked, errors, peers};
use serde_json::{Map, Value as Json, json};
use service::{Cx, Duration, Result, Timestamp, View};

/// The claims of AWS's own.
const CLAIMS: &str = "https://sts.amazonaws.com/";

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html>
pub fn get_web_identity_token(cx: &mut Cx, input: GetWebIdentityTokenRequest) -> Result<GetWebIdentityTokenResponse> {
    let GetWebIdentityTokenRequest { audience, duration_seconds, signing_algorithm, tags } = input;
    asked::check_signing_algorithm(&signing_algorithm)?;
    let issuer = peers::outbound_issuer(cx, cx.account())?.ok_or_else(errors::outbound_federation_disabled)?;
    let seconds = duration_seconds.unwrap_or(asked::TOKEN_SECONDS);
    let now = cx.now().whole_secs();
    let expires = now.after(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)));
    if cx.caller().session.as_ref().is_some_and(|session| session.expires < expires) {
        return Err(errors::session_duration_escalation());
    }
    let tags = asked::tags(cx, tags, None)?.passed;
    let mut claims = standard_claims(&issuer, audience, (now, expires));
    let own = own_claims(cx, &tags)?;
    claims.insert("sub".to_owned(), json!(cx.caller().principal_arn()));
    claims.insert("jti".to_owned(), json!(cx.entropy().uuid()));
    claims.insert(CLAIMS.to_owned(), Json::Object(own));
    let keys = SigningKeys::made(cx)?;
    publish(cx, issuer)?;
    Ok(GetWebIdentityTokenResponse {
        web_identity_token: keys.token(&signing_algorithm, &Json::Object(claims))?,
        expiration: Some(expires),
    })
}

fn standard_claims(issuer: &str, audience: Vec<String>, (now, expires): (Timestamp, Timestamp)) -> Map<String, Json> {
    let audience = match audience.as_slice() {
        [one] => json!(one),
        several => json!(several),
    };
    let claims =
        [("iss", json!(issuer)), ("aud", audience), ("iat", json!(now.secs())), ("exp", json!(expires.secs()))];
    claims.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_token_claims.html>
fn own_claims(view: &View, request_tags: &[(String, String)]) -> Result<Map<String, Json>> {
    let caller = view.caller();
    let mut claims = Map::new();
    let mut claim = |name: &str, value: Json| drop(claims.insert(name.to_owned(), value));
    claim("aws_account", json!(caller.account.to_string()));
    claim("source_region", json!(view.region().as_str()));
    claim("principal_id", json!(caller.principal_arn()));
    let mut tags = object(&peers::tags(view, caller)?);
    if let Some(session) = &caller.session {
        claim("original_session_exp", json!(session.expires.whole_secs().iso8601()));
        for (name, value) in
            [("federated_provider", &session.federated_provider), ("source_identity", &session.source_identity)]
        {
            if !value.is_empty() {
                claim(name, json!(value));
            }
        }
        // The session's tags stand above those of its role.
        for (key, value) in &session.tags {
            tags.retain(|known, _| !known.eq_ignore_ascii_case(key));
            tags.insert(key.clone(), json!(value));
        }
    }
    for (name, tags) in [("principal_tags", tags), ("request_tags", object(request_tags))] {
        if !tags.is_empty() {
            claim(name, Json::Object(tags));
        }
    }
    Ok(claims)
}

fn object(tags: &[(String, String)]) -> Map<String, Json> {
    tags.iter().map(|(key, value)| (key.clone(), json!(value))).collect()
}

/// Keeps that this issuer has tokens, so that its keys can be asked for.
fn publish(cx: &mut Cx, issuer: String) -> Result<()> {
    let row = OutboundIssuer { issuer };
    match cx.has(&OUTBOUND_ISSUERS, row.issuer.as_str())? {
        true => Ok(()),
        false => cx.put(&OUTBOUND_ISSUERS, row.issuer.as_str(), &row),
    }
}
