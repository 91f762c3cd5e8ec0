//! Encoded authorisation messages: why a request was denied, for those alone who may read it.
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html>

use crate::sealing::Seal;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use service::{AccountId, Cx, Result, View};

/// Encodes a message for callers of `account`, who decode it with `DecodeAuthorizationMessage`.
pub fn seal_authorization_message(cx: &mut Cx, account: AccountId, message: &str) -> Result<String> {
    let seal = Seal::made(cx)?;
    let sealed = seal.seal(cx, &purpose(account), message.as_bytes().to_vec())?;
    Ok(URL_SAFE_NO_PAD.encode(sealed))
}

/// The message; `None` if it was not encoded here, or for another account.
pub fn open(view: &View, encoded: &str) -> Result<Option<String>> {
    let Ok(sealed) = URL_SAFE_NO_PAD.decode(encoded) else { return Ok(None) };
    let Some(seal) = Seal::known(view)? else { return Ok(None) };
    let plain = seal.open(&purpose(view.account()), &sealed)?;
    Ok(plain.and_then(|plain| String::from_utf8(plain).ok()))
}

fn purpose(account: AccountId) -> String {
    format!("authorization message {account}")
}
