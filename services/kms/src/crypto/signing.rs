//! Signatures.

use super::{digest, ecdsa, failed, ml_dsa};
use crate::spec::{Curve, Hash, Kind, Level};
use aws_lc_rs::digest::Digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    self, EcdsaKeyPair, Ed25519KeyPair, PqdsaKeyPair, RsaEncoding, RsaKeyPair, UnparsedPublicKey, VerificationAlgorithm,
};
use service::{Error, Result};

/// What is signed.
#[derive(Debug, Clone, Copy)]
pub enum Message<'a> {
    /// A message, which is hashed first.
    Raw(&'a [u8]),
    /// A hash of one, of the length of the algorithm's.
    Digest(&'a [u8]),
}

/// Signs with a private key. The algorithm is one of its spec's.
pub fn sign(kind: Kind, secret: &[u8], algorithm: &str, message: Message<'_>) -> Result<Vec<u8>> {
    match kind {
        Kind::Rsa(_) => rsa(secret, algorithm, message),
        Kind::Ecc(curve) => {
            let key = EcdsaKeyPair::from_pkcs8(ecdsa(curve), secret).map_err(failed)?;
            let signature = match message {
                Message::Raw(message) => key.sign(&SystemRandom::new(), message),
                Message::Digest(bytes) => key.sign_digest(&imported(algorithm, bytes)?),
            };
            Ok(signature.map_err(failed)?.as_ref().to_vec())
        }
        Kind::Ed25519 => {
            let key = Ed25519KeyPair::from_pkcs8_maybe_unchecked(secret).map_err(failed)?;
            Ok(key.try_sign(raw(message)?).map_err(failed)?.as_ref().to_vec())
        }
        Kind::MlDsa(level) => {
            let key = PqdsaKeyPair::from_pkcs8(ml_dsa(level), secret).map_err(failed)?;
            let mut out = vec![0; key.algorithm().signature_len()];
            let length = key.sign(raw(message)?, &mut out).map_err(failed)?;
            out.truncate(length);
            Ok(out)
        }
        Kind::Symmetric | Kind::Hmac(_) | Kind::MlKem(_) => Err(failed("the key does not sign")),
    }
}

/// Whether a signature is that of the owner of `public`, a SubjectPublicKeyInfo.
pub fn verify(kind: Kind, public: &[u8], algorithm: &str, message: Message<'_>, signature: &[u8]) -> Result<bool> {
    let key = UnparsedPublicKey::new(verification(kind, algorithm)?, public);
    Ok(match message {
        Message::Raw(message) => key.verify(message, signature).is_ok(),
        Message::Digest(bytes) => key.verify_digest(&imported(algorithm, bytes)?, signature).is_ok(),
    })
}

fn rsa(secret: &[u8], algorithm: &str, message: Message<'_>) -> Result<Vec<u8>> {
    let key = RsaKeyPair::from_pkcs8(secret).map_err(failed)?;
    let padding = rsa_padding(algorithm)?;
    let mut out = vec![0; key.public_modulus_len()];
    match message {
        Message::Raw(message) => key.sign(padding, &SystemRandom::new(), message, &mut out),
        Message::Digest(bytes) => key.sign_digest(padding, &imported(algorithm, bytes)?, &mut out),
    }
    .map_err(failed)?;
    Ok(out)
}

fn rsa_padding(algorithm: &str) -> Result<&'static dyn RsaEncoding> {
    Ok(match algorithm {
        "RSASSA_PKCS1_V1_5_SHA_256" => &signature::RSA_PKCS1_SHA256,
        "RSASSA_PKCS1_V1_5_SHA_384" => &signature::RSA_PKCS1_SHA384,
        "RSASSA_PKCS1_V1_5_SHA_512" => &signature::RSA_PKCS1_SHA512,
        "RSASSA_PSS_SHA_256" => &signature::RSA_PSS_SHA256,
        "RSASSA_PSS_SHA_384" => &signature::RSA_PSS_SHA384,
        "RSASSA_PSS_SHA_512" => &signature::RSA_PSS_SHA512,
        other => return Err(unknown(other)),
    })
}

fn verification(kind: Kind, algorithm: &str) -> Result<&'static dyn VerificationAlgorithm> {
    Ok(match (kind, algorithm) {
        (Kind::Ecc(Curve::P256), _) => &signature::ECDSA_P256_SHA256_ASN1,
        (Kind::Ecc(Curve::P384), _) => &signature::ECDSA_P384_SHA384_ASN1,
        (Kind::Ecc(Curve::P521), _) => &signature::ECDSA_P521_SHA512_ASN1,
        (Kind::Ecc(Curve::P256K1), _) => &signature::ECDSA_P256K1_SHA256_ASN1,
        (Kind::Ed25519, _) => &signature::ED25519,
        (Kind::MlDsa(Level::Low), _) => &signature::ML_DSA_44,
        (Kind::MlDsa(Level::Middle), _) => &signature::ML_DSA_65,
        (Kind::MlDsa(Level::High), _) => &signature::ML_DSA_87,
        (_, "RSASSA_PKCS1_V1_5_SHA_256") => &signature::RSA_PKCS1_2048_8192_SHA256,
        (_, "RSASSA_PKCS1_V1_5_SHA_384") => &signature::RSA_PKCS1_2048_8192_SHA384,
        (_, "RSASSA_PKCS1_V1_5_SHA_512") => &signature::RSA_PKCS1_2048_8192_SHA512,
        (_, "RSASSA_PSS_SHA_256") => &signature::RSA_PSS_2048_8192_SHA256,
        (_, "RSASSA_PSS_SHA_384") => &signature::RSA_PSS_2048_8192_SHA384,
        (_, "RSASSA_PSS_SHA_512") => &signature::RSA_PSS_2048_8192_SHA512,
        (_, other) => return Err(unknown(other)),
    })
}

fn imported(algorithm: &str, bytes: &[u8]) -> Result<Digest> {
    let hash = Hash::of_algorithm(algorithm).ok_or_else(|| unknown(algorithm))?;
    Digest::import_less_safe(bytes, digest(hash)).map_err(failed)
}

fn raw(message: Message<'_>) -> Result<&[u8]> {
    match message {
        Message::Raw(message) => Ok(message),
        Message::Digest(_) => Err(failed("the algorithm signs messages alone")),
    }
}

fn unknown(algorithm: &str) -> Error {
    failed(format_args!("no algorithm goes by the name {algorithm}"))
}
