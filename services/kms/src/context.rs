//! The encryption context: what is authenticated with a ciphertext and kept nowhere.
//! <https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html>

use crate::errors;
use service::{IndexMap, Result};

/// Characters of all keys and values together.
const MOST: usize = 8192;

/// An encryption context as it is given.
pub type EncryptionContext = IndexMap<String, String>;

/// Fails if it is too long.
pub fn check(context: Option<&EncryptionContext>) -> Result<()> {
    let length: usize = context.into_iter().flatten().map(|(name, value)| name.len() + value.len()).sum();
    if length <= MOST {
        return Ok(());
    }
    Err(errors::validation(format!("The encryption context may have {MOST} characters at the most; it has {length}.")))
}

/// Bytes that differ for any two contexts, and not with the order of their pairs.
pub fn canonical(context: Option<&EncryptionContext>) -> Vec<u8> {
    let mut pairs: Vec<(&String, &String)> = context.into_iter().flatten().collect();
    pairs.sort();
    let mut out = Vec::new();
    for text in pairs.into_iter().flat_map(|(name, value)| [name, value]) {
        // Lengths keep ("ab", "c") from ("a", "bc").
        out.extend_from_slice(&(text.len() as u32).to_be_bytes());
        out.extend_from_slice(text.as_bytes());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, &str)]) -> Vec<u8> {
        canonical(Some(&pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()))
    }

    #[test]
    fn order_means_nothing_and_all_else_does() {
        assert_eq!(of(&[("a", "1"), ("b", "2")]), of(&[("b", "2"), ("a", "1")]));
        assert_eq!(of(&[]), canonical(None));
        let different =
            [&[("a", "1")][..], &[("A", "1")], &[("a", "")], &[("a1", "")], &[("", "a1")], &[("a", "1"), ("b", "")]];
        for (i, one) in different.iter().enumerate() {
            for other in different.iter().skip(i + 1) {
                assert_ne!(of(one), of(other), "{one:?} {other:?}");
            }
        }
    }
}
