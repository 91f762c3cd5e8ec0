//! ML-KEM (FIPS 203).
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_Encapsulate.html>

use super::der::{sequence, tagged};
use super::{Material, failed};
use crate::spec::Level;
use aws_lc_rs::kem::{
    Algorithm, AlgorithmId, Ciphertext, DecapsulationKey, EncapsulationKey, ML_KEM_512, ML_KEM_768, ML_KEM_1024,
};
use service::Result;

/// A shared secret, and its encapsulated form.
pub struct Encapsulated {
    /// 32 bytes.
    pub secret: Vec<u8>,
    /// What the owner of the private key recovers it from.
    pub ciphertext: Vec<u8>,
}

pub(super) fn generate(level: Level) -> Result<Material> {
    let key = DecapsulationKey::generate(algorithm(level)).map_err(failed)?;
    let public = key.encapsulation_key().map_err(failed)?;
    let public = public.key_bytes().map_err(failed)?;
    let secret = key.key_bytes().map_err(failed)?.as_ref().to_vec();
    Ok(Material { secret, public: public_info(level, public.as_ref()) })
}

/// A new shared secret for whoever has the private key to `public`, a SubjectPublicKeyInfo.
pub fn encapsulate(level: Level, public: &[u8]) -> Result<Encapsulated> {
    let raw = public.len().checked_sub(public_bytes(level)).and_then(|at| public.get(at..)).unwrap_or_default();
    let key = EncapsulationKey::new(algorithm(level), raw).map_err(failed)?;
    let (ciphertext, secret) = key.encapsulate().map_err(failed)?;
    Ok(Encapsulated { secret: secret.as_ref().to_vec(), ciphertext: ciphertext.as_ref().to_vec() })
}

/// Recovers a shared secret; `None` if the ciphertext has not the length of this level. Any other wrong one gives another
/// secret, by ML-KEM's implicit rejection.
pub fn decapsulate(level: Level, secret: &[u8], ciphertext: &[u8]) -> Result<Option<Vec<u8>>> {
    if ciphertext.len() != ciphertext_bytes(level) {
        return Ok(None);
    }
    let key = DecapsulationKey::new(algorithm(level), secret).map_err(failed)?;
    let shared = key.decapsulate(Ciphertext::from(ciphertext)).map_err(failed)?;
    Ok(Some(shared.as_ref().to_vec()))
}

/// A private key in PKCS #8, in RFC 9935's expanded form.
pub(super) fn pkcs8(level: Level, secret: &[u8]) -> Vec<u8> {
    let expanded = tagged(0x04, secret);
    sequence(&[tagged(0x02, &[0]), identifier(level), tagged(0x04, &expanded)])
}

fn public_info(level: Level, raw: &[u8]) -> Vec<u8> {
    let bits = [&[0], raw].concat();
    sequence(&[identifier(level), tagged(0x03, &bits)])
}

/// 2.16.840.1.101.3.4.4.1 to 3: <https://www.rfc-editor.org/rfc/rfc9935>
fn identifier(level: Level) -> Vec<u8> {
    let last = match level {
        Level::Low => 1,
        Level::Middle => 2,
        Level::High => 3,
    };
    sequence(&[tagged(0x06, &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x04, last])])
}

fn algorithm(level: Level) -> &'static Algorithm<AlgorithmId> {
    match level {
        Level::Low => &ML_KEM_512,
        Level::Middle => &ML_KEM_768,
        Level::High => &ML_KEM_1024,
    }
}

/// FIPS 203, table 3.
fn public_bytes(level: Level) -> usize {
    match level {
        Level::Low => 800,
        Level::Middle => 1184,
        Level::High => 1568,
    }
}

fn ciphertext_bytes(level: Level) -> usize {
    match level {
        Level::Low => 768,
        Level::Middle => 1088,
        Level::High => 1568,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encapsulated_is_recovered_by_its_key_alone() {
        for level in [Level::Low, Level::Middle, Level::High] {
            let (key, other) = (generate(level).unwrap(), generate(level).unwrap());
            let Encapsulated { secret, ciphertext } = encapsulate(level, &key.public).unwrap();
            let open = |key: &Material, ciphertext: &[u8]| decapsulate(level, &key.secret, ciphertext).unwrap();
            assert_eq!(open(&key, &ciphertext), Some(secret.clone()));
            assert_ne!(open(&other, &ciphertext), Some(secret));
            assert_eq!(open(&key, ciphertext.get(1..).unwrap()), None);
        }
    }
}
