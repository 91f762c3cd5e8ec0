//! Signatures of messages, version 2: RSA with SHA-256, by a key of 2048 bits that each account's region makes when it first
//! needs one.
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html>

use crate::state::{KEYS, SigningKey};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use service::{Bytes, Cx, Error, Result, View};
use std::cell::RefCell;
use std::rc::Rc;

/// A signature, and what the certificate of its key would be called.
#[derive(Debug, Clone, PartialEq)]
pub struct Signature {
    /// In base64.
    pub text: String,
    /// The last part of `SigningCertURL`.
    pub certificate: String,
}

/// A key at work.
pub struct Signer {
    pair: Rc<KeyPair>,
    certificate: String,
    made: Option<SigningKey>,
}

impl Signer {
    /// The key of the view's scope; a new one where there is none, which is yet to be kept.
    pub fn of(view: &View) -> Result<Signer> {
        if let Some(key) = view.get(&KEYS, SigningKey::CURRENT)? {
            return Ok(Signer { pair: read(key.private)?, certificate: key.name, made: None });
        }
        let made = make()?;
        Ok(Signer { pair: read(made.private.clone())?, certificate: made.name.clone(), made: Some(made) })
    }

    /// Keeps the key, if it is new.
    pub fn keep(&self, cx: &mut Cx) -> Result<()> {
        match &self.made {
            Some(made) => cx.put(&KEYS, SigningKey::CURRENT, made),
            None => Ok(()),
        }
    }

    /// The key that is yet to be kept.
    pub fn made(self) -> Option<SigningKey> {
        self.made
    }

    /// Signs the members of a message, names and values in turn, each on a line of its own.
    pub fn sign(&self, members: &[(&str, &str)]) -> Result<Signature> {
        let text = STANDARD.encode(sign_with(&self.pair, members)?);
        Ok(Signature { text, certificate: self.certificate.clone() })
    }
}

thread_local! {
    /// The key that signed last. Reading one, with all that is checked of it, takes longer than signing.
    static LAST: RefCell<Option<(Bytes, Rc<KeyPair>)>> = const { RefCell::new(None) };
}

fn read(private: Bytes) -> Result<Rc<KeyPair>> {
    LAST.with_borrow_mut(|last| match last {
        Some((of, pair)) if *of == private => Ok(Rc::clone(pair)),
        _ => {
            let pair = Rc::new(KeyPair::from_pkcs8(&private).map_err(Error::internal)?);
            *last = Some((private, Rc::clone(&pair)));
            Ok(pair)
        }
    })
}

fn sign_with(pair: &KeyPair, members: &[(&str, &str)]) -> Result<Vec<u8>> {
    let text: String = members.iter().map(|(name, value)| format!("{name}\n{value}\n")).collect();
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).map_err(Error::internal)?;
    Ok(signature)
}

fn make() -> Result<SigningKey> {
    let pair = KeyPair::generate(KeySize::Rsa2048).map_err(Error::internal)?;
    let private = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&pair).map_err(Error::internal)?;
    let name: String = digest(&SHA256, pair.public_key().as_ref())
        .as_ref()
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(SigningKey { private: Bytes::copy_from_slice(private.as_ref()), name })
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

    #[test]
    fn what_is_signed_verifies() {
        let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let signature = sign_with(&pair, &[("Message", "hello"), ("Type", "Notification")]).unwrap();
        let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public_key().as_ref());
        assert!(public.verify(b"Message\nhello\nType\nNotification\n", &signature).is_ok());
        assert!(public.verify(b"Message\nhello!\nType\nNotification\n", &signature).is_err());
    }
}
