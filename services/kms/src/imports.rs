//! Imported key material: the token under which it comes, and its end.
//! <https://docs.aws.amazon.com/kms/latest/developerguide/importing-keys.html>

use crate::crypto::wrapping::Wrapping;
use crate::crypto::{self, symmetric};
use crate::errors;
use crate::key::{EXTERNAL, Key};
use crate::names;
use crate::spec::RsaBits;
use crate::state::{MATERIALS, SEALS, SealRow};
use service::{Bytes, Cx, Duration, Error, Result, Timestamp, View};

/// For how long an import token and its public key are good.
pub const VALID: Duration = Duration::from_hours(24);

/// What an import token holds: the private key to the wrapping key, so that nothing has to be stored until it is used.
pub struct ImportToken {
    /// Until when it is good.
    pub valid_to: Timestamp,
    /// How the material is wrapped.
    pub wrapping: Wrapping,
    /// The wrapping key's length.
    pub bits: RsaBits,
    /// The private key, in PKCS #8.
    pub secret: Vec<u8>,
}

const WRAPPINGS: [&str; 4] =
    ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256", "RSA_AES_KEY_WRAP_SHA_1", "RSA_AES_KEY_WRAP_SHA_256"];
const SIZES: [RsaBits; 3] = [RsaBits::B2048, RsaBits::B3072, RsaBits::B4096];

impl ImportToken {
    /// The token, sealed for its key.
    pub fn seal(&self, view: &View, key: &Key) -> Result<Vec<u8>> {
        let wrapping = WRAPPINGS.iter().position(|name| Wrapping::find(name) == Some(self.wrapping));
        let bits = SIZES.iter().position(|bits| *bits == self.bits);
        let head = [wrapping.unwrap_or_default() as u8, bits.unwrap_or_default() as u8];
        let plain = [&self.valid_to.0.to_be_bytes()[..], &head, &self.secret].concat();
        symmetric::seal(&secret(view, key)?, key.arn().as_bytes(), &plain)
    }

    /// Reads a token of this key. `InvalidImportTokenException` for any other, `ExpiredImportTokenException` after a day.
    pub fn open(view: &View, key: &Key, sealed: &[u8]) -> Result<ImportToken> {
        let plain = symmetric::open(&secret(view, key)?, key.arn().as_bytes(), sealed)?;
        let token = plain.as_deref().and_then(ImportToken::read).ok_or_else(errors::invalid_import_token)?;
        if token.valid_to < view.now() { Err(errors::expired_import_token()) } else { Ok(token) }
    }

    fn read(plain: &[u8]) -> Option<ImportToken> {
        let (valid_to, rest) = plain.split_first_chunk::<8>()?;
        let ([wrapping, bits], secret) = rest.split_first_chunk::<2>()?;
        Some(ImportToken {
            valid_to: Timestamp(i64::from_be_bytes(*valid_to)),
            wrapping: Wrapping::find(WRAPPINGS.get(usize::from(*wrapping))?)?,
            bits: *SIZES.get(usize::from(*bits))?,
            secret: secret.to_vec(),
        })
    }
}

/// Makes the secret of a key's import tokens.
pub fn make_seal(cx: &mut Cx, key: &Key) -> Result<()> {
    let mut secret = [0; crypto::SYMMETRIC_BYTES];
    cx.entropy().secret(&mut secret);
    let row = SealRow { secret: Bytes::copy_from_slice(&secret) };
    cx.in_scope(key.scope, |cx| cx.put(&SEALS, key.row.id.as_str(), &row))
}

fn secret(view: &View, key: &Key) -> Result<Bytes> {
    let row = view.get_in(key.scope, &SEALS, key.row.id.as_str())?;
    Ok(row.ok_or_else(|| Error::internal(format!("key {} has lost its seal", key.row.id)))?.secret)
}

/// Fails unless the key's material is imported.
pub fn check_external(key: &Key) -> Result<()> {
    if key.row.origin == EXTERNAL {
        return Ok(());
    }
    let text = format!("{} origin is {} which is not valid for this operation.", key.arn(), key.row.origin);
    Err(errors::unsupported(text))
}

/// Deletes material of a key of the present scope, and leaves what tells that it was there.
pub fn forget(cx: &mut Cx, key: &mut Key, id: &str) -> Result<bool> {
    let at = (key.row.id.clone(), id.to_owned());
    let Some(mut row) = cx.get(&MATERIALS, &at)?.filter(|row| !row.secret.is_empty()) else { return Ok(false) };
    row.secret = Bytes::new();
    row.valid_to = None;
    cx.put(&MATERIALS, &at, &row)?;
    cx.cancel_timer(&timer(&key.row.id, id))?;
    // Material that the key has never used can go without harm.
    key.row.lacks_material |= !row.pending;
    key.save(cx)?;
    Ok(true)
}

/// Imported material whose time has come.
pub fn expire(cx: &mut Cx, key_id: &str, id: &str) -> Result<()> {
    let Some(mut key) = names::find(cx, cx.scope(), key_id)? else { return Ok(()) };
    forget(cx, &mut key, id).map(drop)
}

/// The timer of a material that expires.
pub fn timer(key_id: &str, id: &str) -> String {
    format!("expire/{key_id}/{id}")
}
