//! OpenID Connect ID tokens: JSON Web Tokens (RFC 7519) with the claims that STS asks for.
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>

use crate::errors;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value as Json};
use service::{Result, Timestamp};

/// What a token claims. Nothing of it holds before its signature has been verified.
#[derive(Debug, Clone, PartialEq)]
pub struct WebToken {
    /// `alg`
    pub algorithm: String,
    /// `kid`
    pub key_id: Option<String>,
    /// `iss`
    pub issuer: String,
    /// `sub`
    pub subject: String,
    /// `aud`
    pub audiences: Vec<String>,
    /// What was signed.
    pub message: String,
    /// The signature.
    pub signature: Vec<u8>,
    expires: i64,
    claims: Map<String, Json>,
}

/// Claims in AWS's name space.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp>
const TAGS: &str = "https://aws.amazon.com/tags";
const SOURCE_IDENTITY: &str = "https://aws.amazon.com/source_identity";

/// Seconds by which an issuer's clock may be ahead.
const SKEW: i64 = 300;

/// Further claims that trust policies can ask for, by issuer.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif>
const MORE_CLAIMS: &[(&str, &[&str])] = &[
    (
        "token.actions.githubusercontent.com",
        &[
            "actor",
            "actor_id",
            "enterprise_id",
            "environment",
            "job_workflow_ref",
            "ref",
            "repository",
            "repository_id",
            "repository_owner_id",
            "workflow",
        ],
    ),
    (
        "gitlab.com",
        &[
            "namespace_id",
            "pipeline_source",
            "project_id",
            "ref_protected",
            "runner_environment",
            "user_access_level",
            "user_email",
            "user_id",
            "user_login",
        ],
    ),
];

impl WebToken {
    /// Reads a token.
    ///
    /// # Errors
    /// `InvalidIdentityToken` for what is none, or has not all the claims that are required.
    pub fn read(text: &str) -> Result<WebToken> {
        let invalid = || {
            errors::invalid_identity_token(
                "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
            )
        };
        let mut parts = text.split('.');
        let (Some(head), Some(body), Some(signature), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(invalid());
        };
        let object = |part: &str| {
            let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
            serde_json::from_slice::<Map<String, Json>>(&bytes).ok()
        };
        let header = object(head).ok_or_else(invalid)?;
        let claims = object(body).ok_or_else(invalid)?;
        let missing = |name: &str| errors::invalid_identity_token(format!("Missing a required claim: {name}"));
        let text = |map: &Map<String, Json>, name: &str| map.get(name).and_then(Json::as_str).map(str::to_owned);
        Ok(WebToken {
            algorithm: text(&header, "alg").ok_or_else(invalid)?,
            key_id: text(&header, "kid"),
            issuer: text(&claims, "iss").ok_or_else(|| missing("iss"))?,
            subject: text(&claims, "sub").ok_or_else(|| missing("sub"))?,
            audiences: claims.get("aud").map(texts).filter(|list| !list.is_empty()).ok_or_else(|| missing("aud"))?,
            expires: claims.get("exp").and_then(Json::as_i64).ok_or_else(|| missing("exp"))?,
            message: format!("{head}.{body}"),
            signature: URL_SAFE_NO_PAD.decode(signature).map_err(|_| invalid())?,
            claims,
        })
    }

    /// Whether the token is in force.
    pub fn check_time(&self, now: Timestamp) -> Result<()> {
        let now = now.secs();
        if now >= self.expires {
            return Err(errors::expired_token(now, self.expires));
        }
        for claim in ["nbf", "iat"] {
            let from = self.claims.get(claim).and_then(Json::as_i64);
            if from.is_some_and(|from| from > now.saturating_add(SKEW)) {
                return Err(errors::invalid_identity_token(format!(
                    "The ID Token provided is not yet valid: its {claim} claim is in the future"
                )));
            }
        }
        Ok(())
    }

    /// When it was issued, if it says so.
    pub fn issued(&self) -> Option<Timestamp> {
        self.claims.get("iat").and_then(Json::as_i64).map(Timestamp::from_secs)
    }

    /// Whom the token was issued to: `azp` where it is set, or else `aud`.
    pub fn client(&self) -> &str {
        let party = self.claims.get("azp").and_then(Json::as_str);
        party.or(self.audiences.first().map(String::as_str)).unwrap_or_default()
    }

    /// Whether the token was meant for one of these clients.
    pub fn is_for(&self, clients: &[String]) -> bool {
        match self.claims.get("azp").and_then(Json::as_str) {
            Some(party) => clients.iter().any(|client| client == party),
            None => self.audiences.iter().any(|audience| clients.contains(audience)),
        }
    }

    /// The condition keys that the token sets; `name` is the issuer without its scheme.
    pub fn condition_keys(&self, name: &str) -> Vec<(String, Vec<String>)> {
        let mut keys = vec![
            (format!("{name}:aud"), vec![self.client().to_owned()]),
            (format!("{name}:sub"), vec![self.subject.clone()]),
        ];
        if self.claims.contains_key("azp") {
            keys.push((format!("{name}:oaud"), self.audiences.clone()));
        }
        if let Some(methods) = self.claims.get("amr").map(texts).filter(|list| !list.is_empty()) {
            keys.push((format!("{name}:amr"), methods));
        }
        let more = MORE_CLAIMS.iter().filter(|(issuer, _)| *issuer == name).flat_map(|(_, claims)| *claims);
        for claim in more {
            if let Some(value) = self.claims.get(*claim).and_then(plain) {
                keys.push((format!("{name}:{claim}"), vec![value]));
            }
        }
        keys
    }

    /// The session tags that the token carries, nested or flat.
    pub fn tags(&self) -> Vec<(String, String)> {
        let first = |value: &Json| texts(value).into_iter().next();
        let nested = self.claims.get(TAGS).and_then(|tags| tags.get("principal_tags")?.as_object());
        let nested = nested.into_iter().flatten().map(|(key, value)| (key.as_str(), value));
        let prefix = format!("{TAGS}/principal_tags/");
        let flat = self.claims.iter().filter_map(|(name, value)| Some((name.strip_prefix(&prefix)?, value)));
        nested.chain(flat).filter_map(|(key, value)| Some((key.to_owned(), first(value)?))).collect()
    }

    /// The keys of those that stay through role chaining.
    pub fn transitive_tag_keys(&self) -> Vec<String> {
        let nested = self.claims.get(TAGS).and_then(|tags| tags.get("transitive_tag_keys"));
        let keys = nested.or_else(|| self.claims.get(&format!("{TAGS}/transitive_tag_keys")));
        keys.map(texts).unwrap_or_default()
    }

    /// The source identity that the token sets; empty for none.
    pub fn source_identity(&self) -> &str {
        self.claims.get(SOURCE_IDENTITY).and_then(Json::as_str).unwrap_or_default()
    }
}

/// A text, or a list of them.
fn texts(value: &Json) -> Vec<String> {
    match value {
        Json::String(text) => vec![text.clone()],
        Json::Array(list) => list.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

fn plain(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(_) | Json::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(claims: &str) -> String {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.{}", part(r#"{"alg":"RS256","kid":"k1"}"#), part(claims), part("signature"))
    }

    #[test]
    fn texts_that_are_no_tokens() {
        let check = |text: &str, part: &str| {
            let error = WebToken::read(text).unwrap_err();
            assert_eq!(error.code(), "InvalidIdentityTokenException");
            assert!(error.message().contains(part), "{text}: {error}");
        };
        for text in ["", "a.b", "a.b.c.d", "!.!.!", &"a.".repeat(5000), &token("[]"), &token("{")] {
            check(text, "not a valid JWT");
        }
        check(&token(&format!("{}{}", "[".repeat(5000), "]".repeat(5000))), "not a valid JWT");
        check(&token(r#"{"sub":"s","aud":"a","exp":1}"#), "claim: iss");
        check(&token(r#"{"iss":"i","aud":"a","exp":1}"#), "claim: sub");
        check(&token(r#"{"iss":"i","sub":"s","exp":1}"#), "claim: aud");
        check(&token(r#"{"iss":"i","sub":"s","aud":[],"exp":1}"#), "claim: aud");
        check(&token(r#"{"iss":"i","sub":"s","aud":"a"}"#), "claim: exp");
        check(&token(r#"{"iss":"i","sub":"s","aud":"a","exp":1.5}"#), "claim: exp");
    }

    #[test]
    fn a_token_holds_for_its_time() {
        let check = |claims: &str, now: i64, expect: &str| {
            let token = WebToken::read(&token(&format!(r#"{{"iss":"i","sub":"s","aud":"a",{claims}}}"#))).unwrap();
            let told = token.check_time(Timestamp::from_secs(now)).err().map(|e| e.to_string()).unwrap_or_default();
            assert_eq!(told, expect, "{claims} at {now}");
        };
        check(r#""exp":100"#, 99, "");
        check(
            r#""exp":100"#,
            100,
            "ExpiredTokenException: Token expired: current date/time 100 must be before the expiration date/time 100",
        );
        check(r#""exp":1000,"nbf":400,"iat":400"#, 100, "");
        let early = "InvalidIdentityTokenException: The ID Token provided is not yet valid: its";
        check(r#""exp":1000,"nbf":401"#, 100, &format!("{early} nbf claim is in the future"));
        check(r#""exp":1000,"iat":9223372036854775807"#, 100, &format!("{early} iat claim is in the future"));
    }

    #[test]
    fn a_token_tells_clients_keys_and_tags() {
        let read = |more: &str| WebToken::read(&token(&format!(r#"{{"iss":"i","sub":"s","exp":9,{more}}}"#))).unwrap();
        let ids = ["one".to_owned(), "two".to_owned()];
        for (claims, client, is_for) in [
            (r#""aud":"one""#, "one", true),
            (r#""aud":["zero","two"]"#, "zero", true),
            (r#""aud":"zero""#, "zero", false),
            (r#""aud":"zero","azp":"two""#, "two", true),
            (r#""aud":"one","azp":"zero""#, "zero", false),
        ] {
            let token = read(claims);
            assert_eq!((token.client(), token.is_for(&ids)), (client, is_for), "{claims}");
        }
        let keys = read(r#""aud":"a","repository":"o/r","actor":7,"other":"x""#);
        let told: Vec<String> = keys
            .condition_keys("token.actions.githubusercontent.com")
            .into_iter()
            .map(|(key, values)| format!("{}={}", key.rsplit(':').next().unwrap(), values.join(",")))
            .collect();
        assert_eq!(told, ["aud=a", "sub=s", "actor=7", "repository=o/r"]);
        let tagged = read(
            r#""aud":"a","https://aws.amazon.com/tags":{"principal_tags":{"team":["blue"]},"transitive_tag_keys":["team"]},
               "https://aws.amazon.com/source_identity":"ann""#,
        );
        let team = vec![("team".to_owned(), "blue".to_owned())];
        assert_eq!((tagged.tags(), tagged.transitive_tag_keys()), (team.clone(), vec!["team".to_owned()]));
        assert_eq!(tagged.source_identity(), "ann");
        let flat = read(r#""aud":"a","https://aws.amazon.com/tags/principal_tags/team":["blue"]"#);
        assert_eq!((flat.tags(), flat.transitive_tag_keys()), (team, Vec::new()));
    }
}
