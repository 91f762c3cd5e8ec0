//! HMACs.

use crate::spec::Hash;
use aws_lc_rs::hmac::{self, Algorithm, Key};

/// The HMAC of a message.
pub fn generate(hash: Hash, secret: &[u8], message: &[u8]) -> Vec<u8> {
    hmac::sign(&Key::new(algorithm(hash), secret), message).as_ref().to_vec()
}

/// Whether it is the message's, told in constant time.
pub fn verify(hash: Hash, secret: &[u8], message: &[u8], mac: &[u8]) -> bool {
    hmac::verify(&Key::new(algorithm(hash), secret), message, mac).is_ok()
}

fn algorithm(hash: Hash) -> Algorithm {
    match hash {
        Hash::Sha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        Hash::Sha224 => hmac::HMAC_SHA224,
        Hash::Sha256 => hmac::HMAC_SHA256,
        Hash::Sha384 => hmac::HMAC_SHA384,
        Hash::Sha512 => hmac::HMAC_SHA512,
    }
}
