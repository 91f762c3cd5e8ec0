//! The keys that sign the tokens of this cloud's users for others: outbound identity federation.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound.html>

use crate::der::{Der, INTEGER, SEQUENCE};
use crate::state::{TOKEN_KEYS, TOKEN_KEYS_KEY, TokenKeys};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value as Json, json};
use service::{Bytes, Cx, Error, Result, View};

/// Bytes of a coordinate of P-384.
const COORDINATE: usize = 48;

/// The keys, one for each algorithm that can be asked for. All accounts have the same: what tells them apart is the issuer.
pub struct SigningKeys {
    rsa: RsaKeyPair,
    ec: EcdsaKeyPair,
}

impl SigningKeys {
    /// The keys; `None` before any token was signed.
    pub fn known(view: &View) -> Result<Option<SigningKeys>> {
        view.get(&TOKEN_KEYS, TOKEN_KEYS_KEY)?.map(|row| SigningKeys::of(&row)).transpose()
    }

    /// The keys, made if they are not there yet: with the operating system's chance, never with a seed's.
    pub fn made(cx: &mut Cx) -> Result<SigningKeys> {
        if let Some(keys) = SigningKeys::known(cx)? {
            return Ok(keys);
        }
        let failed = |_| Error::internal("a key could not be made");
        let rsa = RsaKeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
        let rsa: Pkcs8V1Der<'_> = rsa.as_der().map_err(failed)?;
        let ec = EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &SystemRandom::new());
        let ec = ec.map_err(failed)?;
        let row = TokenKeys { rsa: Bytes::copy_from_slice(rsa.as_ref()), ec: Bytes::copy_from_slice(ec.as_ref()) };
        cx.put(&TOKEN_KEYS, TOKEN_KEYS_KEY, &row)?;
        SigningKeys::of(&row)
    }

    fn of(row: &TokenKeys) -> Result<SigningKeys> {
        let damaged = |_| Error::internal("a signing key is damaged");
        Ok(SigningKeys {
            rsa: RsaKeyPair::from_pkcs8(&row.rsa).map_err(damaged)?,
            ec: EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &row.ec).map_err(damaged)?,
        })
    }

    /// A JSON Web Token (RFC 7519) of these claims; `None` for an algorithm that is neither RS256 nor ES384.
    pub fn token(&self, algorithm: &str, claims: &Json) -> Result<Option<String>> {
        let key = match algorithm {
            "RS256" => self.rsa_key()?,
            "ES384" => self.ec_key()?,
            _ => return Ok(None),
        };
        let header = json!({"alg": algorithm, "kid": key.get("kid"), "typ": "JWT"});
        let part = |json: &Json| URL_SAFE_NO_PAD.encode(json.to_string());
        let message = format!("{}.{}", part(&header), part(claims));
        let failed = |_| Error::internal("a token could not be signed");
        let chance = SystemRandom::new();
        let signature = if algorithm == "RS256" {
            let mut signature = vec![0; self.rsa.public_modulus_len()];
            self.rsa.sign(&RSA_PKCS1_SHA256, &chance, message.as_bytes(), &mut signature).map_err(failed)?;
            signature
        } else {
            self.ec.sign(&chance, message.as_bytes()).map_err(failed)?.as_ref().to_vec()
        };
        Ok(Some(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))))
    }

    /// The JSON Web Key Set (RFC 7517) with which others verify.
    pub fn key_set(&self) -> Result<String> {
        Ok(json!({"keys": [self.rsa_key()?, self.ec_key()?]}).to_string())
    }

    fn rsa_key(&self) -> Result<Json> {
        let public = self.rsa.public_key().as_ref();
        let numbers = || {
            let mut fields = Der(Der(public).take(SEQUENCE)?.content);
            Some((fields.take(INTEGER)?.content, fields.take(INTEGER)?.content))
        };
        let (n, e) = numbers().ok_or_else(|| Error::internal("a public key is damaged"))?;
        // A leading zero says in DER that the number is not negative; a JSON Web Key has none.
        let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes.strip_prefix(&[0]).unwrap_or(bytes));
        let members = json!({"kty": "RSA", "n": number(n), "e": number(e)});
        Ok(named(members, "RS256", public))
    }

    fn ec_key(&self) -> Result<Json> {
        let public = self.ec.public_key().as_ref();
        let point = public.strip_prefix(&[4]).and_then(|point| point.split_at_checked(COORDINATE));
        let (x, y) = point.ok_or_else(|| Error::internal("a public key is damaged"))?;
        let members =
            json!({"kty": "EC", "crv": "P-384", "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y)});
        Ok(named(members, "ES384", public))
    }
}

/// A key with what it is for, and a name that follows from it.
fn named(mut members: Json, algorithm: &str, public: &[u8]) -> Json {
    let hash = digest(&SHA256, public);
    members["kid"] = json!(URL_SAFE_NO_PAD.encode(hash.as_ref().get(..12).unwrap_or_default()));
    members["alg"] = json!(algorithm);
    members["use"] = json!("sig");
    members
}
