//! The keys by which identity providers sign, as JSON Web Keys (RFC 7517).

use crate::state::ISSUER_KEYS;
use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{self, EcdsaVerificationAlgorithm, RsaParameters, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value as Json;
use service::{Result, View};

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
    let row = view.get(&ISSUER_KEYS, name)?;
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
    pub fn read(key: &Json) -> Option<Key> {
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

#[cfg(test)]
mod tests {
    use super::*;

    // Made once with openssl; the private key is gone.
    const MODULUS: &str = "tVSOXqE_nvU00i5xYjFtKY6W6ManA6oRhovnt6LsByO0s4ApgBBzSTPXYwtwPFsFhuJOzY8Gf9oVdOLC4TLUDJYog4lDL-zn8WQp\
                     MLz23U4oX4e-1npbwDQmZJX5CPc3OhHh_FYeRDv0O79kbtN36Ibc_D_Sg85weLnAy-QeVipcCQxZdoTjxhBGgS9d3Iam5fK67-SL\
                     DQzfPbLYvQo7P__wtS5AFjLpIYtZWapb6UR3BO59W0qspX1ZsREeDtPEHFUjwfHPVnqyokNPimOtcnZmch3C26zbQ3r3_msodNBV\
                     ETFYHcHzQu8gCyFnJWVMhnaJeOkATscnbbvshhEg7w";
    const SIGNATURE: &str = "YoGD5ffCmNoCRv9jU5kW5oKXUV00jKbmtWDh-15177b9C5b-vitj4aGp8QL5Wobwm4y6ZpoNsnBUcNu_mHMh4g-1HXiKrZQLQUbF\
                     mTsO3KxGgxM_YKjbjE7An1pMgUer4Ud1zhcmu1xXGSKiwm1ooII_3Xs9o3VZcOpbIEIDWu8dH7OMIN9ahOgRKIyJWeOBSYrpV_KH\
                     iGLQmM_vfYtS4JCM2nD-JywIltW8ZCHDO3czeO1f6-8FFE-vINRYKiTxNXUCTaW8y0w6L0dAlSwh9HacOkUaFZMlelOLhxio8E4s\
                     T9oTsF59-tEhj7vkhFqwz7EK8aA-xPtJgojrS04YpA";

    #[test]
    fn a_key_verifies_by_its_own_algorithm_alone() {
        let jwk = |more: &str| format!(r#"{{"kty":"RSA","n":"{MODULUS}","e":"AQAB"{more}}}"#);
        let read = |text: &str| Key::read(&serde_json::from_str(text).unwrap());
        let signature = URL_SAFE_NO_PAD.decode(SIGNATURE).unwrap();
        let key = read(&jwk("")).unwrap();
        assert!(key.verifies("RS256", b"hello", &signature));
        for (algorithm, message) in
            [("RS256", "hullo"), ("RS384", "hello"), ("ES256", "hello"), ("none", "hello"), ("HS256", "hello")]
        {
            assert!(!key.verifies(algorithm, message.as_bytes(), &signature), "{algorithm} {message}");
        }
        assert!(!key.verifies("RS256", b"hello", b""));
        assert!(read(&jwk(r#","alg":"RS256","use":"sig""#)).unwrap().verifies("RS256", b"hello", &signature));
        assert!(!read(&jwk(r#","alg":"RS512""#)).unwrap().verifies("RS256", b"hello", &signature));
        for text in [jwk(r#","use":"enc""#).as_str(), "{}", r#"{"kty":"oct","k":"AQAB"}"#, r#"{"kty":"RSA","n":"!"}"#] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
