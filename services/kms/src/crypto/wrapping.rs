//! How material is wrapped that is imported.
//! <https://docs.aws.amazon.com/kms/latest/developerguide/importing-keys-get-public-key-and-token.html>

use super::rsa;
use crate::spec::{Hash, RsaBits};
use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrapPadded};
use service::Result;

/// A wrapping algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrapping {
    /// The material itself by OAEP.
    Oaep(Hash),
    /// An AES-256 key by OAEP, and behind it the material by AES key wrap with padding.
    KeyWrap(Hash),
}

impl Wrapping {
    /// The algorithm of that name; `None` for those that KMS no longer takes or that are China's.
    pub fn find(name: &str) -> Option<Wrapping> {
        Some(match name {
            "RSAES_OAEP_SHA_1" => Wrapping::Oaep(Hash::Sha1),
            "RSAES_OAEP_SHA_256" => Wrapping::Oaep(Hash::Sha256),
            "RSA_AES_KEY_WRAP_SHA_1" => Wrapping::KeyWrap(Hash::Sha1),
            "RSA_AES_KEY_WRAP_SHA_256" => Wrapping::KeyWrap(Hash::Sha256),
            _ => return None,
        })
    }

    /// Unwraps with the private key; `None` if it was not wrapped so.
    pub fn unwrap(self, bits: RsaBits, secret: &[u8], wrapped: &[u8]) -> Result<Option<Vec<u8>>> {
        match self {
            Wrapping::Oaep(hash) => rsa::decrypt(hash, secret, wrapped),
            Wrapping::KeyWrap(hash) => {
                let Some((key, rest)) = wrapped.split_at_checked(bits.bytes()) else { return Ok(None) };
                Ok(rsa::decrypt(hash, secret, key)?.and_then(|key| unwrap_padded(&key, rest)))
            }
        }
    }
}

/// RFC 5649.
pub(super) fn unwrap_padded(key: &[u8], wrapped: &[u8]) -> Option<Vec<u8>> {
    let key = AesKek::new(&AES_256, key).ok()?;
    let mut out = vec![0; wrapped.len()];
    let length = key.unwrap_with_padding(wrapped, &mut out).ok()?.len();
    out.truncate(length);
    Some(out)
}
