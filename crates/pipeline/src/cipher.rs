//! The cipher of bodies: AES-256 in counter mode, so that any part of a body can be read alone.
//!
//! Each body has a key of its own, so that its counter may begin at 0. Whether a body is whole is the store's to check.

use aws_lc_rs::cipher::{AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;
use service::{BodyKey, Bytes, Error, Result};

const BLOCK: u64 = 16;

/// Enciphers a body piece by piece.
pub(crate) struct Cipher {
    key: EncryptingKey,
}

impl Cipher {
    pub(crate) fn new(key: &BodyKey) -> Result<Cipher> {
        let key = UnboundCipherKey::new(&AES_256, key.as_bytes()).and_then(EncryptingKey::ctr);
        Ok(Cipher { key: key.map_err(Error::internal)? })
    }

    /// The bytes that stand `at` so many bytes from the body's beginning, enciphered, or deciphered: it is the same.
    pub(crate) fn apply(&self, at: u64, bytes: &[u8]) -> Result<Vec<u8>> {
        let within = (at % BLOCK) as usize;
        let mut out = vec![0; within];
        out.extend_from_slice(bytes);
        let counter = FixedLength::from(u128::from(at / BLOCK).to_be_bytes());
        self.key.less_safe_encrypt(&mut out, EncryptionContext::Iv128(counter)).map_err(Error::internal)?;
        out.drain(..within);
        Ok(out)
    }
}

/// A piece of a body as it was before it was enciphered.
pub(crate) fn plain(key: &BodyKey, at: u64, bytes: &[u8]) -> Result<Bytes, store::Error> {
    let plain = Cipher::new(key).and_then(|cipher| cipher.apply(at, bytes));
    plain.map(Bytes::from).map_err(|error| store::Error::File {
        path: "a body's key".into(),
        source: std::io::Error::other(error.cause().unwrap_or_default().to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_part_can_be_read_alone_and_nothing_without_the_key() {
        let (key, other) = (BodyKey::fresh(), BodyKey::fresh());
        let body: Vec<u8> = (0..1000_u32).map(|n| n as u8).collect();
        let cipher = Cipher::new(&key).unwrap();
        let mut enciphered = Vec::new();
        for piece in body.chunks(37) {
            enciphered.extend(cipher.apply(enciphered.len() as u64, piece).unwrap());
        }
        assert_ne!(enciphered, body);
        for (from, to) in [(0, 1000), (0, 1), (15, 17), (16, 32), (333, 999)] {
            let read = plain(&key, from as u64, &enciphered[from..to]).unwrap();
            assert_eq!(read, body[from..to], "{from}..{to}");
        }
        assert_ne!(plain(&other, 0, &enciphered).unwrap(), body);
    }
}
