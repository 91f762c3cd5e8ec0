//! Secure strings: standard ones are encrypted by KMS itself, advanced ones under a data key.
//! <https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html>

use crate::peers::{self, OWN_KEY};
use crate::state::Version;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use service::{Bytes, Cx, Error, Result};

/// The type whose values are encrypted.
pub const SECURE: &str = "SecureString";

/// Encrypts a value into its version.
pub fn seal(cx: &mut Cx, arn: &str, version: &mut Version, value: &str) -> Result<()> {
    let key = version.key_id.clone().unwrap_or_else(|| OWN_KEY.to_owned());
    if version.tier != "Advanced" {
        version.sealed = peers::encrypt(cx, (&key, arn), Bytes::copy_from_slice(value.as_bytes()))?;
        version.key_id = Some(key);
        return Ok(());
    }
    let (plain, data_key) = peers::new_key(cx, (&key, arn))?;
    let mut nonce = [0; NONCE_LEN];
    service::secret(&mut nonce);
    let mut sealed = value.as_bytes().to_vec();
    let ended =
        cipher(&plain)?.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut sealed);
    ended.map_err(|_| Error::internal("a value could not be encrypted"))?;
    version.sealed = Bytes::from([&nonce[..], &sealed].concat());
    (version.data_key, version.key_id) = (data_key, Some(key));
    Ok(())
}

/// The value of a version; that of a secure string as it is encrypted, unless it is to be decrypted.
pub fn open(cx: &mut Cx, arn: &str, version: &Version, decrypt: bool) -> Result<String> {
    if version.kind != SECURE {
        return Ok(version.value.clone());
    }
    if !decrypt {
        return Ok(base64(&version.sealed));
    }
    let damaged = || Error::internal("a kept value cannot be decrypted");
    let plain = if version.data_key.is_empty() {
        peers::decrypt(cx, &version.sealed, arn)?.to_vec()
    } else {
        let key = peers::decrypt(cx, &version.data_key, arn)?;
        let (nonce, sealed) = version.sealed.split_first_chunk::<NONCE_LEN>().ok_or_else(damaged)?;
        let mut bytes = sealed.to_vec();
        let opened = cipher(&key)?.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::empty(), &mut bytes);
        opened.map_err(|_| damaged())?.to_vec()
    };
    String::from_utf8(plain).map_err(|_| damaged())
}

fn cipher(key: &[u8]) -> Result<LessSafeKey> {
    let key = UnboundKey::new(&AES_256_GCM, key).map_err(|_| Error::internal("a data key has the wrong length"))?;
    Ok(LessSafeKey::new(key))
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
