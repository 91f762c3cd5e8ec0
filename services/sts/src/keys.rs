//! The keys by which identity providers sign.
//!
//! On AWS they are fetched from the issuer. This crate reaches no network: the keys of an issuer are those that were given for it
//! ([`set_issuer_keys`]), by a service of this cloud that is itself an issuer or by the operator.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html#manage-oidc-provider-prerequisites>

use crate::errors;
use crate::state::{HOME, ISSUER_KEYS, IssuerKeys};
use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{self, EcdsaVerificationAlgorithm, RsaParameters, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value as Json;
use service::{Cx, Result, View};

/// AWS takes 100 RSA and 100 EC keys.
const MOST_KEYS: usize = 200;
/// Bytes of a key set.
const LARGEST: usize = 262_144;
const LONGEST_ISSUER: usize = 255;

/// Gives the key set (RFC 7517) of an issuer, by URL; an earlier one is replaced.
///
/// # Errors
/// `ValidationError` if it is none.
pub fn set_issuer_keys(cx: &mut Cx, issuer: &str, document: &str) -> Result<()> {
    let name = name_of(issuer).filter(|name| name.len() <= LONGEST_ISSUER);
    let name = name.ok_or_else(|| errors::validation("An issuer is an https:// URL of at most 255 characters."))?;
    let keys = serde_json::from_str::<Json>(document).ok().filter(|_| document.len() <= LARGEST);
    let count = keys.as_ref().and_then(|set| Some(set.get("keys")?.as_array()?.len()));
    if !count.is_some_and(|count| count <= MOST_KEYS) {
        return Err(errors::validation("A JSON Web Key Set has a list of at most 200 keys."));
    }
    let row = IssuerKeys { document: document.to_owned() };
    cx.in_scope(HOME, |cx| cx.put(&ISSUER_KEYS, name, &row))
}

/// An issuer without its scheme, as IAM names its provider; `None` where it is no `https://` URL.
pub fn name_of(issuer: &str) -> Option<&str> {
    let name = issuer.strip_prefix("https://")?.trim_end_matches('/');
    Some(name).filter(|name| !name.is_empty())
}

/// A key that verifies.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    kind: Kind,
    algorithm: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    Ec { curve: String, point: Vec<u8> },
}

/// The key of an issuer by its id; where the token names none, the only one.
pub fn find(view: &View, name: &str, id: Option<&str>) -> Result<Option<Key>> {
    let row = view.get_in(HOME, &ISSUER_KEYS, name)?;
    let set = row.and_then(|row| serde_json::from_str::<Json>(&row.document).ok());
    let keys = set.as_ref().and_then(|set| set.get("keys")?.as_array()).map(Vec::as_slice).unwrap_or_default();
    let found = match id {
        Some(id) => keys.iter().find(|key| key.get("kid").and_then(Json::as_str) == Some(id)),
        None => keys.first().filter(|_| keys.len() == 1),
    };
    Ok(found.and_then(Key::read))
}

impl Key {
    /// Reads a JSON Web Key.
    fn read(key: &Json) -> Option<Key> {
        let text = |member: &str| key.get(member).and_then(Json::as_str);
        let bytes = |member: &str| URL_SAFE_NO_PAD.decode(text(member)?).ok();
        if text("use").is_some_and(|purpose| purpose != "sig") {
            return None;
        }
        let kind = match text("kty")? {
            "RSA" => Kind::Rsa { n: bytes("n")?, e: bytes("e")? },
            "EC" => Kind::Ec { curve: text("crv")?.to_owned(), point: [vec![4], bytes("x")?, bytes("y")?].concat() },
            _ => return None,
        };
        Some(Key { kind, algorithm: text("alg").map(str::to_owned) })
    }

    /// Whether `signature` is this key's on `message` by the algorithm that the token names.
    pub fn verifies(&self, algorithm: &str, message: &[u8], signature: &[u8]) -> bool {
        if self.algorithm.as_deref().is_some_and(|own| own != algorithm) {
            return false;
        }
        match &self.kind {
            Kind::Rsa { n, e } => rsa(algorithm)
                .is_some_and(|parameters| PublicKeyComponents { n, e }.verify(parameters, message, signature).is_ok()),
            Kind::Ec { curve, point } => ec(algorithm, curve)
                .is_some_and(|kind| UnparsedPublicKey::new(kind, point).verify(message, signature).is_ok()),
        }
    }
}

fn rsa(algorithm: &str) -> Option<&'static RsaParameters> {
    Some(match algorithm {
        "RS256" => &signature::RSA_PKCS1_2048_8192_SHA256,
        "RS384" => &signature::RSA_PKCS1_2048_8192_SHA384,
        "RS512" => &signature::RSA_PKCS1_2048_8192_SHA512,
        _ => return None,
    })
}

fn ec(algorithm: &str, curve: &str) -> Option<&'static EcdsaVerificationAlgorithm> {
    Some(match (algorithm, curve) {
        ("ES256", "P-256") => &signature::ECDSA_P256_SHA256_FIXED,
        ("ES384", "P-384") => &signature::ECDSA_P384_SHA384_FIXED,
        ("ES512", "P-521") => &signature::ECDSA_P521_SHA512_FIXED,
        _ => return None,
    })
}
