//! Tokens of user pools: JSON Web Tokens (RFC 7519) signed with RSA and SHA-256.

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value as Json};

/// A token with more letters is none that a user pool makes.
const LONGEST: usize = 16 << 10;

/// What a token says that was verified.
pub type Claims = Map<String, Json>;

/// The claims of a token, of which nothing holds yet.
pub fn claims(token: &str) -> Option<Claims> {
    if token.len() > LONGEST {
        return None;
    }
    let mut parts = token.split('.');
    let (Some(_), Some(body), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return None;
    };
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).ok()?).ok()
}

/// Whether one of a JSON Web Key Set's keys (RFC 7517) signed a token.
pub fn is_signed_by(token: &str, keys: &str) -> bool {
    let head = token.split('.').next().and_then(|head| URL_SAFE_NO_PAD.decode(head).ok());
    let head: Json = head.and_then(|head| serde_json::from_slice(&head).ok()).unwrap_or_default();
    if head.get("alg").and_then(Json::as_str) != Some("RS256") {
        return false;
    }
    let Some((message, signature)) = token.rsplit_once('.') else { return false };
    let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else { return false };
    let set: Json = serde_json::from_str(keys).unwrap_or_default();
    let named = set.get("keys").and_then(Json::as_array).into_iter().flatten();
    let mut fitting = named.filter(|key| key.get("kid") == head.get("kid"));
    fitting.any(|key| {
        let number = |name: &str| URL_SAFE_NO_PAD.decode(key.get(name)?.as_str()?).ok();
        let (Some(n), Some(e)) = (number("n"), number("e")) else { return false };
        let key = RsaPublicKeyComponents { n, e };
        key.verify(&RSA_PKCS1_2048_8192_SHA256, message.as_bytes(), &signature).is_ok()
    })
}
