//! Values under their data keys: AES-256-GCM, as AWS encrypts them.
//! <https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html#security-encryption-encryptdecrypt>

use crate::peers;
use crate::state::Version;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use service::{Bytes, Cx, Error, Result};

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A text.
    Text(String),
    /// Bytes.
    Binary(Bytes),
}

impl Content {
    fn bytes(&self) -> &[u8] {
        match self {
            Content::Text(text) => text.as_bytes(),
            Content::Binary(bytes) => bytes,
        }
    }
}

/// Encrypts a value into its version, under a new data key.
pub fn seal(cx: &mut Cx, arn: &str, version: &mut Version, (key, content): (Option<&str>, &Content)) -> Result<()> {
    let (kms_key_id, plain, data_key) = peers::new_key(cx, key, (arn, &version.id))?;
    let mut nonce = [0; NONCE_LEN];
    service::secret(&mut nonce);
    let mut sealed = content.bytes().to_vec();
    let ended =
        cipher(&plain)?.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut sealed);
    ended.map_err(|_| Error::internal("a value could not be encrypted"))?;
    version.binary = matches!(content, Content::Binary(_));
    version.sealed = Bytes::from([&nonce[..], &sealed].concat());
    (version.kms_key_id, version.data_key) = (kms_key_id, data_key);
    Ok(())
}

/// The value of a version.
pub fn open(cx: &mut Cx, arn: &str, version: &Version) -> Result<Content> {
    let plain = peers::open_key(cx, (&version.kms_key_id, &version.data_key), (arn, &version.id))?;
    let damaged = || Error::internal("a kept value cannot be decrypted");
    let (nonce, sealed) = version.sealed.split_first_chunk::<NONCE_LEN>().ok_or_else(damaged)?;
    let mut bytes = sealed.to_vec();
    let opened = cipher(&plain)?.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::empty(), &mut bytes);
    let opened = opened.map_err(|_| damaged())?;
    if version.binary {
        return Ok(Content::Binary(Bytes::copy_from_slice(opened)));
    }
    String::from_utf8(opened.to_vec()).map(Content::Text).map_err(|_| damaged())
}

fn cipher(key: &[u8]) -> Result<LessSafeKey> {
    let key = UnboundKey::new(&AES_256_GCM, key).map_err(|_| Error::internal("a data key has the wrong length"))?;
    Ok(LessSafeKey::new(key))
}
