//! Ciphertexts of symmetric keys: opaque to clients, and telling KMS which key and which of its materials made them.
//!
//! ```text
//! format (5) | is multi-Region (1) | key id (16) | account (8) | key material id (32) | salt, nonce, AES-256-GCM
//! ```
//!
//! All that stands before the salt is authenticated, and the encryption context with it. A region is not in it: a
//! ciphertext of a multi-Region key opens in each region that has a related key.

use crate::context::{self, EncryptionContext};
use crate::crypto::symmetric;
use service::{AccountId, Result};

const FORMAT: [u8; 5] = [1, 2, 2, 0, 0x78];
const HEADER: usize = 62;

/// What made a ciphertext.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The key's account.
    pub account: AccountId,
    /// The key's id.
    pub key: String,
    /// The id of the material.
    pub material: String,
}

impl Label {
    /// What a ciphertext says of itself; `None` if it is none of ours.
    pub fn read(ciphertext: &[u8]) -> Option<Label> {
        let header = ciphertext.first_chunk::<HEADER>()?;
        let rest = header.strip_prefix(&FORMAT)?;
        let (multi_region, rest) = rest.split_first()?;
        let (id, rest) = rest.split_first_chunk::<16>()?;
        let (account, material) = rest.split_first_chunk::<8>()?;
        Some(Label {
            account: AccountId::from_number(u64::from_be_bytes(*account))?,
            key: key_id(*multi_region, *id)?,
            material: hex(material),
        })
    }

    fn header(&self) -> Option<Vec<u8>> {
        let digits = self.key.trim_start_matches("mrk-").replace('-', "");
        let header = [
            &FORMAT[..],
            &[u8::from(self.key.starts_with("mrk-"))],
            &unhex(&digits)?,
            &self.account.number().to_be_bytes(),
            &unhex(&self.material)?,
        ]
        .concat();
        Some(header).filter(|header| header.len() == HEADER)
    }
}

/// Encrypts under a material.
pub fn seal(label: &Label, secret: &[u8], context: Option<&EncryptionContext>, plaintext: &[u8]) -> Result<Vec<u8>> {
    let header = label.header().ok_or_else(|| service::Error::internal(format!("no label: {label:?}")))?;
    let aad = [header.clone(), context::canonical(context)].concat();
    Ok([header, symmetric::seal(secret, &aad, plaintext)?].concat())
}

/// Decrypts what [`seal`] made under the same material and context; `None` for anything else.
pub fn open(secret: &[u8], context: Option<&EncryptionContext>, ciphertext: &[u8]) -> Result<Option<Vec<u8>>> {
    let Some((header, sealed)) = ciphertext.split_at_checked(HEADER) else { return Ok(None) };
    let aad = [header.to_vec(), context::canonical(context)].concat();
    symmetric::open(secret, &aad, sealed)
}

fn key_id(multi_region: u8, id: [u8; 16]) -> Option<String> {
    let digits = hex(&id);
    match multi_region {
        0 => {
            let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
            Some(format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)))
        }
        1 => Some(format!("mrk-{digits}")),
        _ => None,
    }
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn unhex(digits: &str) -> Option<Vec<u8>> {
    let pair = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    (0..digits.len()).step_by(2).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use service::Entropy;

    fn entropy(seed: u64) -> Entropy {
        clock::EntropySource::seeded(seed).stream()
    }

    fn label(key: &str) -> Label {
        Label {
            account: AccountId::from_number(111_122_223_333).unwrap(),
            key: key.to_owned(),
            material: "0a".repeat(32),
        }
    }

    fn context(entropy: &mut Entropy) -> EncryptionContext {
        let count = entropy.below(4);
        (0..count).map(|_| (entropy.text("ab", 2), entropy.text("ab", 2))).collect()
    }

    #[test]
    fn labels_read_back() {
        for key in ["1234abcd-12ab-34cd-56ef-1234567890ab", "mrk-1234abcd12ab34cd56ef1234567890ab"] {
            let made = seal(&label(key), &[7; 32], None, b"hello").unwrap();
            assert_eq!(Label::read(&made), Some(label(key)));
            assert_eq!(open(&[7; 32], None, &made).unwrap().as_deref(), Some(&b"hello"[..]));
            assert_eq!(made.len(), HEADER + symmetric::OVERHEAD + 5);
        }
        for bytes in [&b""[..], b"hello", &[1; 200]] {
            assert_eq!(Label::read(bytes), None);
            assert_eq!(open(&[7; 32], None, bytes).unwrap(), None);
        }
    }

    #[test]
    fn a_ciphertext_of_one_context_never_opens_under_another() {
        let mut entropy = entropy(4);
        let mut differed = 0;
        for _ in 0..2000 {
            let (a, b) = (context(&mut entropy), context(&mut entropy));
            let made = seal(&label("1234abcd-12ab-34cd-56ef-1234567890ab"), &[7; 32], Some(&a), b"x").unwrap();
            let opened = open(&[7; 32], Some(&b), &made).unwrap();
            // An IndexMap's equality does not look at the order, and neither does KMS.
            assert_eq!(opened.is_some(), a == b, "{a:?} {b:?}");
            differed += usize::from(a != b);
        }
        assert!(differed > 1000);
    }

    #[test]
    fn one_changed_byte_opens_nothing() {
        let made = seal(&label("1234abcd-12ab-34cd-56ef-1234567890ab"), &[7; 32], None, b"hello").unwrap();
        for at in 0..made.len() {
            let mut changed = made.clone();
            changed[at] ^= 1;
            assert_eq!(open(&[7; 32], None, &changed).unwrap(), None, "byte {at}");
        }
        assert_eq!(open(&[8; 32], None, &made).unwrap(), None);
    }
}
