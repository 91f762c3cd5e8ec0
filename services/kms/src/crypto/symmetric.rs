//! AES-256-GCM under a key that is derived for each message, so that a key material may encrypt without end.
//!
//! AWS describes the same for its own ciphertexts: a data key derived from the key material and a random nonce, and the
//! encryption context as additional authenticated data.
//! <https://docs.aws.amazon.com/kms/latest/cryptographic-details/crypto-primitives.html>

use super::failed;
#[cfg(test)]
use aws_lc_rs::aead::MAX_TAG_LEN;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use service::Result;

/// Bytes of what makes a message's key its own.
const SALT: usize = 16;

/// Bytes by which a ciphertext is longer than its plaintext.
#[cfg(test)]
pub const OVERHEAD: usize = SALT + NONCE_LEN + MAX_TAG_LEN;

/// Encrypts; `aad` is authenticated with it.
pub fn seal(secret: &[u8], aad: &[u8], plaintext: &[u8]) -> Result<Vec<u8>> {
    let mut salt = [0; SALT];
    let mut nonce = [0; NONCE_LEN];
    service::secret(&mut salt);
    service::secret(&mut nonce);
    let mut sealed = plaintext.to_vec();
    cipher(secret, &salt)?
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), &mut sealed)
        .map_err(failed)?;
    Ok([&salt[..], &nonce[..], &sealed].concat())
}

/// Decrypts what [`seal`] made with the same secret and `aad`; `None` for anything else.
pub fn open(secret: &[u8], aad: &[u8], sealed: &[u8]) -> Result<Option<Vec<u8>>> {
    let Some((salt, rest)) = sealed.split_first_chunk::<SALT>() else { return Ok(None) };
    let Some((nonce, rest)) = rest.split_first_chunk::<NONCE_LEN>() else { return Ok(None) };
    let mut bytes = rest.to_vec();
    let cipher = cipher(secret, salt)?;
    let opened = cipher.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(aad), &mut bytes);
    Ok(opened.ok().map(|plaintext| plaintext.to_vec()))
}

fn cipher(secret: &[u8], salt: &[u8]) -> Result<LessSafeKey> {
    let derived = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), salt);
    Ok(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, derived.as_ref()).map_err(failed)?))
}
