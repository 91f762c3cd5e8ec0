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
    cipher(derived(secret, &salt).as_ref())?
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), &mut sealed)
        .map_err(failed)?;
    Ok([&salt[..], &nonce[..], &sealed].concat())
}

/// Decrypts what [`seal`] made with the same secret and `aad`; `None` for anything else.
pub fn open(secret: &[u8], aad: &[u8], sealed: &[u8]) -> Result<Option<Vec<u8>>> {
    let Some((salt, rest)) = sealed.split_first_chunk::<SALT>() else { return Ok(None) };
    let Some((nonce, rest)) = rest.split_first_chunk::<NONCE_LEN>() else { return Ok(None) };
    open_under(derived(secret, salt).as_ref(), (*nonce, aad), rest)
}

/// Decrypts what AES-256-GCM sealed under a message's own key.
pub(super) fn open_under(key: &[u8], (nonce, aad): ([u8; NONCE_LEN], &[u8]), sealed: &[u8]) -> Result<Option<Vec<u8>>> {
    let mut bytes = sealed.to_vec();
    let opened = cipher(key)?.open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(aad), &mut bytes);
    Ok(opened.ok().map(|plaintext| plaintext.to_vec()))
}

fn derived(secret: &[u8], salt: &[u8]) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), salt)
}

fn cipher(key: &[u8]) -> Result<LessSafeKey> {
    Ok(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).map_err(failed)?))
}
