//! The cryptography: pure functions over key material, by AWS-LC. They know neither keys of the cloud nor requests.

pub mod agreement;
mod der;
pub mod kem;
pub mod mac;
pub mod rsa;
pub mod signing;
pub mod symmetric;
pub mod wrapping;

#[cfg(test)]
mod interop;
#[cfg(test)]
mod vectors;
#[cfg(test)]
mod wycheproof;

use crate::spec::{Curve, Hash, Kind, Level, RsaBits};
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256K1_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING,
    ECDSA_P521_SHA512_ASN1_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair, ML_DSA_44_SIGNING,
    ML_DSA_65_SIGNING, ML_DSA_87_SIGNING, PqdsaKeyPair, PqdsaSigningAlgorithm, RsaKeyPair,
};
use service::{Error, Result};
use std::ops::Deref;

/// A key's material.
#[derive(Clone, PartialEq, Eq)]
pub struct Material {
    /// AES and HMAC keys as they are, private keys as PKCS #8, ML-KEM's expanded.
    pub secret: Vec<u8>,
    /// The public key as a SubjectPublicKeyInfo; empty where there is none.
    pub public: Vec<u8>,
}

/// Bytes of the keys of symmetric encryption.
pub const SYMMETRIC_BYTES: usize = 32;

/// New material, by the operating system's randomness. An RSA key may take a second.
pub fn generate(kind: Kind) -> Result<Material> {
    match kind {
        Kind::Symmetric => Ok(random(SYMMETRIC_BYTES)),
        Kind::Hmac(hash) => Ok(random(hash.bytes())),
        Kind::Rsa(bits) => {
            let key = RsaKeyPair::generate(key_size(bits)).map_err(failed)?;
            Ok(Material { secret: der(&key)?, public: der(key.public_key())? })
        }
        Kind::Ecc(curve) => {
            let key = EcdsaKeyPair::generate(ecdsa(curve)).map_err(failed)?;
            let secret = key.to_pkcs8v1().map_err(failed)?.as_ref().to_vec();
            Ok(Material { secret, public: der(key.public_key())? })
        }
        Kind::Ed25519 => {
            let key = Ed25519KeyPair::generate().map_err(failed)?;
            let secret = key.to_pkcs8v1().map_err(failed)?.as_ref().to_vec();
            Ok(Material { secret, public: der(key.public_key())? })
        }
        Kind::MlDsa(level) => {
            let key = PqdsaKeyPair::generate(ml_dsa(level)).map_err(failed)?;
            let secret = key.to_pkcs8v1().map_err(failed)?.as_ref().to_vec();
            Ok(Material { secret, public: der(key.public_key())? })
        }
        Kind::MlKem(level) => kem::generate(level),
    }
}

/// Material that somebody brings; `None` if it is not of this kind.
pub fn parse(kind: Kind, secret: &[u8]) -> Option<Material> {
    let public = match kind {
        Kind::Symmetric => return raw(secret, SYMMETRIC_BYTES),
        Kind::Hmac(hash) => return raw(secret, hash.bytes()),
        Kind::Rsa(bits) => {
            let key = RsaKeyPair::from_pkcs8(secret).ok().filter(|key| key.public_modulus_len() == bits.bytes())?;
            der(key.public_key())
        }
        Kind::Ecc(curve) => der(EcdsaKeyPair::from_pkcs8(ecdsa(curve), secret).ok()?.public_key()),
        Kind::Ed25519 => der(Ed25519KeyPair::from_pkcs8_maybe_unchecked(secret).ok()?.public_key()),
        Kind::MlDsa(level) => der(PqdsaKeyPair::from_pkcs8(ml_dsa(level), secret).ok()?.public_key()),
        Kind::MlKem(_) => return None,
    };
    Some(Material { secret: secret.to_vec(), public: public.ok()? })
}

/// A private key in the form in which it is handed to clients: PKCS #8.
pub fn pkcs8(kind: Kind, material: &Material) -> Vec<u8> {
    match kind {
        Kind::MlKem(level) => kem::pkcs8(level, &material.secret),
        _ => material.secret.clone(),
    }
}

fn random(bytes: usize) -> Material {
    let mut secret = vec![0; bytes];
    service::secret(&mut secret);
    Material { secret, public: Vec::new() }
}

fn raw(secret: &[u8], bytes: usize) -> Option<Material> {
    (secret.len() == bytes).then(|| Material { secret: secret.to_vec(), public: Vec::new() })
}

fn der<T>(value: &impl AsDer<T>) -> Result<Vec<u8>>
where
    T: Deref<Target: AsRef<[u8]>>,
{
    Ok(value.as_der().map_err(failed)?.deref().as_ref().to_vec())
}

fn key_size(bits: RsaBits) -> KeySize {
    match bits {
        RsaBits::B2048 => KeySize::Rsa2048,
        RsaBits::B3072 => KeySize::Rsa3072,
        RsaBits::B4096 => KeySize::Rsa4096,
    }
}

fn ecdsa(curve: Curve) -> &'static EcdsaSigningAlgorithm {
    match curve {
        Curve::P256 => &ECDSA_P256_SHA256_ASN1_SIGNING,
        Curve::P384 => &ECDSA_P384_SHA384_ASN1_SIGNING,
        Curve::P521 => &ECDSA_P521_SHA512_ASN1_SIGNING,
        Curve::P256K1 => &ECDSA_P256K1_SHA256_ASN1_SIGNING,
    }
}

fn ml_dsa(level: Level) -> &'static PqdsaSigningAlgorithm {
    match level {
        Level::Low => &ML_DSA_44_SIGNING,
        Level::Middle => &ML_DSA_65_SIGNING,
        Level::High => &ML_DSA_87_SIGNING,
    }
}

fn digest(hash: Hash) -> &'static aws_lc_rs::digest::Algorithm {
    use aws_lc_rs::digest;
    match hash {
        Hash::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        Hash::Sha224 => &digest::SHA224,
        Hash::Sha256 => &digest::SHA256,
        Hash::Sha384 => &digest::SHA384,
        Hash::Sha512 => &digest::SHA512,
    }
}

/// A fault of the library or of stored material: never the client's.
fn failed(cause: impl std::fmt::Debug) -> Error {
    Error::internal(format!("cryptography failed: {cause:?}"))
}
