//! Sealed bytes: what only this cloud can read and make, so that it need not store it.

use crate::state::{SEALING, SEALING_KEY, Sealing};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use service::{Bytes, Cx, Error, Result, View};

const SECRET_LEN: usize = 32;

/// The cloud's sealing key.
pub struct Seal(hmac::Key);

impl Seal {
    /// The key; `None` before anything was sealed.
    pub fn known(view: &View) -> Result<Option<Seal>> {
        let row = view.get(&SEALING, SEALING_KEY)?;
        Ok(row.map(|row| Seal::of(&row.secret)))
    }

    /// The key, made if it is not there yet.
    pub fn made(cx: &mut Cx) -> Result<Seal> {
        if let Some(seal) = Seal::known(cx)? {
            return Ok(seal);
        }
        let mut secret = [0; SECRET_LEN];
        cx.entropy().secret(&mut secret);
        let row = Sealing { secret: Bytes::copy_from_slice(&secret) };
        cx.put(&SEALING, SEALING_KEY, &row)?;
        Ok(Seal::of(&secret))
    }

    fn of(secret: &[u8]) -> Seal {
        Seal(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// Seals `plain` for `purpose`; it opens for the same purpose alone.
    pub fn seal(&self, cx: &mut Cx, purpose: &str, plain: Vec<u8>) -> Result<Vec<u8>> {
        let mut nonce = [0; NONCE_LEN];
        cx.entropy().secret(&mut nonce);
        let mut sealed = plain;
        let key = self.cipher()?;
        let aad = Aad::from(purpose.as_bytes());
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed)
            .map_err(|_| Error::internal("sealing failed"))?;
        sealed.splice(0..0, nonce);
        Ok(sealed)
    }

    /// Opens what [`Seal::seal`] made; `None` for anything else.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Option<Vec<u8>>> {
        let Some((nonce, rest)) = sealed.split_first_chunk::<NONCE_LEN>() else { return Ok(None) };
        let mut bytes = rest.to_vec();
        let aad = Aad::from(purpose.as_bytes());
        let plain = self.cipher()?.open_in_place(Nonce::assume_unique_for_key(*nonce), aad, &mut bytes);
        Ok(plain.ok().map(|plain| plain.to_vec()))
    }

    /// Bytes that follow from `parts` and that nobody else can tell.
    pub fn derive(&self, purpose: &str, parts: &[&[u8]]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.0);
        for part in [purpose.as_bytes()].iter().chain(parts) {
            // Lengths keep ("ab", "c") from ("a", "bc").
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        context.sign()
    }

    fn cipher(&self) -> Result<LessSafeKey> {
        let tag = self.derive("seal", &[]);
        let key =
            UnboundKey::new(&AES_256_GCM, tag.as_ref()).map_err(|_| Error::internal("the sealing key is damaged"))?;
        Ok(LessSafeKey::new(key))
    }
}
