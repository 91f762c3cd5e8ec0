//! Whether a client may call a method.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html>

use crate::api::{Authorizer, Method};
use crate::function_authorizer::{self, Remembered};
use crate::refusal::Refusal;
use crate::rest_api::unpacked;
use crate::token::{self, Claims};
use crate::visit::Visit;
use serde_json::{Map, Value as Json};
use service::{CallerKind, Check, Cx, Duration, HttpRequest, PolicyRole, Result, View};

/// What a method's authorisation came to.
#[derive(Debug, Default, PartialEq)]
pub struct Admitted {
    /// The claims of a token.
    pub claims: Option<Claims>,
    /// Whether the caller's own rights decided.
    pub by_iam: bool,
    /// `principalId`, as an authorizer's function said it.
    pub principal: Option<String>,
    /// What it said besides.
    pub context: Map<String, Json>,
    /// The API key that it gave the client.
    pub usage_key: Option<String>,
    /// How long it took; nothing where it was not asked anew.
    pub took: Option<Duration>,
    /// What is to be remembered of it, whether it lets the client in or not.
    pub remembered: Option<Remembered>,
    /// What the client is told if it does not.
    pub denied: Option<Refusal>,
}

/// The header that holds the token where nothing is said.
const USUAL_SOURCE: &str = "method.request.header.Authorization";

/// Lets a client in, or says why not.
pub fn admit(cx: &mut Cx, visit: &Visit<'_>, (method, arn): (&Method, &str)) -> Result<Result<Admitted, Refusal>> {
    let snapshot = &visit.deployed.snapshot;
    let kind = method.authorization_type.as_deref().unwrap_or("NONE");
    let check = Check::new("execute-api:Invoke", arn);
    let check = match &snapshot.policy {
        Some(policy) => check.with_policy("the API's policy", policy.as_str(), PolicyRole::Optional),
        None => check,
    };
    if kind == "AWS_IAM" || snapshot.policy.is_some() {
        if kind == "AWS_IAM" && cx.caller().kind == CallerKind::Anonymous {
            return Ok(Err(Refusal::missing_token()));
        }
        if let Err(denied) = cx.may(cx.caller(), &check) {
            if denied.is_receiver_fault() {
                return Err(denied);
            }
            return Ok(Err(Refusal::denied(denied.message())));
        }
    }
    if !["COGNITO_USER_POOLS", "CUSTOM"].contains(&kind) {
        return Ok(Ok(Admitted { by_iam: kind == "AWS_IAM", ..Admitted::default() }));
    }
    let authorizer = snapshot.authorizers.iter().find(|row| Some(&row.name) == method.authorizer_id.as_ref());
    let Some(authorizer) = authorizer else {
        return Ok(Err(Refusal::authorizer("AUTHORIZER_CONFIGURATION_ERROR")));
    };
    let authorizer: Authorizer = unpacked(&authorizer.settings)?;
    if kind == "CUSTOM" {
        return function_authorizer::admit(cx, visit, (&authorizer, arn));
    }
    let claims = by_token(cx, visit.request, (&authorizer, method))?;
    Ok(claims.map(|claims| Admitted { claims: Some(claims), ..Admitted::default() }))
}

/// A token of one of the authorizer's pools: an ID token, or an access token with one of the method's scopes.
fn by_token(
    view: &View,
    request: &HttpRequest,
    (authorizer, method): (&Authorizer, &Method),
) -> Result<Result<Claims, Refusal>> {
    let refused = || Refusal::unauthorized("Unauthorized");
    let source = authorizer.identity_source.as_deref().unwrap_or(USUAL_SOURCE);
    let header = source.strip_prefix("method.request.header.").unwrap_or(source);
    let given = request.header(header).map(|value| value.strip_prefix("Bearer ").unwrap_or(value).trim());
    let Some(given) = given.filter(|given| !given.is_empty()) else { return Ok(Err(refused())) };
    let Some(claims) = token::claims(given) else { return Ok(Err(refused())) };
    let text = |name: &str| claims.get(name).and_then(Json::as_str).unwrap_or_default();
    let issuer = text("iss");
    let pools = authorizer.provider_arns.as_deref().unwrap_or_default();
    if !pools.iter().any(|arn| is_issuer(issuer, arn)) {
        return Ok(Err(refused()));
    }
    let keys = view.issuer_keys(issuer)?;
    if !keys.is_some_and(|keys| token::is_signed_by(given, &keys)) {
        return Ok(Err(refused()));
    }
    let expires = claims.get("exp").and_then(Json::as_i64).unwrap_or_default();
    if expires <= view.now().secs() {
        return Ok(Err(Refusal::unauthorized("The incoming token has expired")));
    }
    let scopes = method.authorization_scopes.as_deref().unwrap_or_default();
    let fits = match scopes.is_empty() {
        true => text("token_use") == "id",
        false => text("scope").split(' ').any(|own| scopes.iter().any(|scope| scope == own)),
    };
    Ok(if fits { Ok(claims) } else { Err(refused()) })
}

/// Whether a pool, by its ARN, is who issued a token.
fn is_issuer(issuer: &str, arn: &str) -> bool {
    let mut parts = arn.split(':');
    let (Some(region), Some(resource)) = (parts.nth(3), parts.nth(1)) else { return false };
    let Some(pool) = resource.strip_prefix("userpool/") else { return false };
    let host = format!("https://cognito-idp.{region}.amazonaws.com");
    issuer.strip_prefix(&host).is_some_and(|rest| rest.trim_start_matches(".cn").trim_start_matches('/') == pool)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_its_own_pools_alone() {
        let arn = "arn:aws:cognito-idp:eu-west-1:000000000000:userpool/eu-west-1_AbC";
        for (issuer, expect) in [
            ("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC", true),
            ("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbD", false),
            ("https://cognito-idp.us-east-1.amazonaws.com/eu-west-1_AbC", false),
            ("http://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC", false),
            ("", false),
        ] {
            assert_eq!(is_issuer(issuer, arn), expect, "{issuer}");
        }
        assert!(!is_issuer("https://cognito-idp.eu-west-1.amazonaws.com/", "arn"));
    }
}
