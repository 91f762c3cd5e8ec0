//! JSON Web Tokens (RFC 7519), signed with RSA and SHA-256, and the keys that sign them.

use crate::state::KeysRow;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value as Json, json};
use service::{Error, Result};

/// A token with more letters is none of ours.
const LONGEST: usize = 16 << 10;

/// A new key of 2,048 bits in PKCS #8: with the operating system's chance, never with a seed's.
fn generate() -> Result<Vec<u8>> {
    let failed = |_| Error::internal("a key could not be made");
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
    let der: Pkcs8V1Der<'_> = pair.as_der().map_err(failed)?;
    Ok(der.as_ref().to_vec())
}

/// A key that signs tokens.
pub struct SigningKey(RsaKeyPair);

impl SigningKey {
    /// A key from PKCS #8.
    pub fn read(der: &[u8]) -> Result<SigningKey> {
        RsaKeyPair::from_pkcs8(der).map(SigningKey).map_err(|_| Error::internal("a signing key is damaged"))
    }

    /// Its name, which follows from the key.
    fn id(&self) -> String {
        let hash = digest(&SHA256, self.0.public_key().as_ref());
        STANDARD.encode(hash)
    }

    /// A token of these claims.
    pub fn sign(&self, claims: &Map<String, Json>) -> Result<String> {
        let head = json!({"kid": self.id(), "alg": "RS256"}).to_string();
        let claims = Json::Object(claims.clone()).to_string();
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(head), URL_SAFE_NO_PAD.encode(claims));
        let mut signature = vec![0; self.0.public_modulus_len()];
        let signed = self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature);
        signed.map_err(|_| Error::internal("a token could not be signed"))?;
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// Whether this key signed a token.
    pub fn signed(&self, token: &str) -> bool {
        let Some((message, signature)) = token.rsplit_once('.') else { return false };
        let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else { return false };
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, self.0.public_key().as_ref());
        key.verify(message.as_bytes(), &signature).is_ok()
    }

    /// The public half as a JSON Web Key (RFC 7517).
    pub fn published(&self) -> Result<Json> {
        let numbers = public_numbers(self.0.public_key().as_ref());
        let (n, e) = numbers.ok_or_else(|| Error::internal("a public key is damaged"))?;
        // A leading zero says in DER that the number is not negative; a JSON Web Key has none.
        let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes.strip_prefix(&[0]).unwrap_or(bytes));
        Ok(json!({
            "alg": "RS256", "e": number(e), "kid": self.id(), "kty": "RSA", "n": number(n), "use": "sig",
        }))
    }
}

/// A pool's JSON Web Key Set (RFC 7517).
pub fn key_set(keys: &KeysRow) -> Result<String> {
    let published = [&keys.id_key, &keys.access_key].map(|key| SigningKey::read(key)?.published());
    let published = published.into_iter().collect::<Result<Vec<_>>>()?;
    Ok(json!({"keys": published}).to_string())
}

/// The keys of a pool that has none yet.
pub fn generate_keys() -> Result<KeysRow> {
    Ok(KeysRow { id_key: generate()?.into(), access_key: generate()?.into() })
}

/// What a token claims. Nothing of it holds before its signature has been verified.
pub fn claims(token: &str) -> Option<Map<String, Json>> {
    if token.len() > LONGEST {
        return None;
    }
    let mut parts = token.split('.');
    let (Some(_), Some(body), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return None;
    };
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).ok()?).ok()
}

/// Modulus and exponent of an `RSAPublicKey` (RFC 8017, appendix A.1.1).
fn public_numbers(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (sequence, _) = element(der, 0x30)?;
    let (n, rest) = element(sequence, 0x02)?;
    let (e, _) = element(rest, 0x02)?;
    Some((n, e))
}

/// The content of the DER element that begins here, if it is of this kind, and what follows it.
fn element(der: &[u8], kind: u8) -> Option<(&[u8], &[u8])> {
    let (first, rest) = der.split_first()?;
    let (length, rest) = rest.split_first()?;
    let (length, rest) = match length {
        0..=0x7f => (usize::from(*length), rest),
        more => {
            let (bytes, rest) = rest.split_at_checked(usize::from(more & 0x7f).min(4))?;
            (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
        }
    };
    (*first == kind).then(|| rest.split_at_checked(length))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_verifies_with_its_own_key_alone() {
        let own = generate().and_then(|der| SigningKey::read(&der)).unwrap_or_else(|e| panic!("{e}"));
        let other = generate().and_then(|der| SigningKey::read(&der)).unwrap_or_else(|e| panic!("{e}"));
        let sent: Map<String, Json> = [("sub".to_owned(), json!("ann"))].into_iter().collect();
        let token = own.sign(&sent).unwrap_or_default();
        assert_eq!(claims(&token), Some(sent));
        assert!(own.signed(&token) && !other.signed(&token) && !own.signed(&format!("{token}A")));
        for no_token in ["", "a", "a.b", "a.b.c.d", &"a".repeat(LONGEST + 1)] {
            assert!(claims(no_token).is_none() && !own.signed(no_token), "{no_token}");
        }
        let published = own.published().unwrap_or_default();
        assert_eq!((published["e"].as_str(), published["kty"].as_str()), (Some("AQAB"), Some("RSA")));
        assert_eq!(published["n"].as_str().map(str::len), Some(342));
    }
}
