//! RSAES-OAEP, for asymmetric encryption and for the wrapping of imported material.

use super::failed;
use crate::spec::{Hash, RsaBits};
use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepAlgorithm, OaepPrivateDecryptingKey, OaepPublicEncryptingKey,
    PrivateDecryptingKey, PublicEncryptingKey,
};
use service::Result;

/// The most bytes that fit into one block.
pub fn most_bytes(bits: RsaBits, hash: Hash) -> usize {
    bits.bytes().saturating_sub(2 * hash.bytes() + 2)
}

/// Encrypts for the owner of `public`, a SubjectPublicKeyInfo.
pub fn encrypt(hash: Hash, public: &[u8], plaintext: &[u8]) -> Result<Vec<u8>> {
    let key = PublicEncryptingKey::from_der(public).map_err(failed)?;
    let key = OaepPublicEncryptingKey::new(key).map_err(failed)?;
    let mut out = vec![0; key.ciphertext_size()];
    let length = key.encrypt(algorithm(hash), plaintext, &mut out, None).map_err(failed)?.len();
    out.truncate(length);
    Ok(out)
}

/// Decrypts with a private key in PKCS #8; `None` if it was not encrypted so.
pub fn decrypt(hash: Hash, secret: &[u8], ciphertext: &[u8]) -> Result<Option<Vec<u8>>> {
    let key = PrivateDecryptingKey::from_pkcs8(secret).map_err(failed)?;
    if ciphertext.len() != key.key_size_bytes() {
        return Ok(None);
    }
    let key = OaepPrivateDecryptingKey::new(key).map_err(failed)?;
    let mut out = vec![0; key.min_output_size()];
    let length = key.decrypt(algorithm(hash), ciphertext, &mut out, None).ok().map(|plaintext| plaintext.len());
    Ok(length.map(|length| {
        out.truncate(length);
        out
    }))
}

/// OAEP by that hash; KMS knows these two.
fn algorithm(hash: Hash) -> &'static OaepAlgorithm {
    match hash {
        Hash::Sha1 => &OAEP_SHA1_MGF1SHA1,
        _ => &OAEP_SHA256_MGF1SHA256,
    }
}
