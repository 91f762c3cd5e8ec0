//! Exchange tokens: whoever made the request trades one in, as often as he likes, until all that came of it ends.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/temporary-delegation-building-integration.html#temporary-delegation-exchange-tokens>

use crate::state::{DELEGATIONS, DelegationRow, TokenRow};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use service::{Bytes, Caller, Cx, Delegated, Duration, Error, Result, Session, View};
use std::sync::Arc;

const SECRET: usize = 32;

/// Makes a request's token. What is kept of it opens nothing.
pub fn send(cx: &mut Cx, row: &mut DelegationRow) -> Result<String> {
    let mut secret = [0; SECRET];
    cx.entropy().secret(&mut secret);
    let seconds = u64::try_from(row.session_seconds).unwrap_or(0);
    row.token = Some(TokenRow { hash: hash(&secret), ends: cx.now().whole_secs().after(Duration::from_secs(seconds)) });
    Ok(format!("{}.{}", row.id, URL_SAFE_NO_PAD.encode(secret)))
}

fn hash(secret: &[u8]) -> Bytes {
    Bytes::copy_from_slice(digest(&SHA256, secret).as_ref())
}

/// What a token is worth: the approver as he was when he accepted, held to the policy of the request.
pub fn worth(view: &View, token: &str) -> Result<Option<Delegated>> {
    let Some((id, secret)) = token.split_once('.') else { return Ok(None) };
    let Ok(secret) = URL_SAFE_NO_PAD.decode(secret) else { return Ok(None) };
    let Some(row) = view.get(&DELEGATIONS, id)? else { return Ok(None) };
    let (Some(token), Some(approver)) = (row.token, row.approver) else { return Ok(None) };
    if verify_slices_are_equal(&hash(&secret), &token.hash).is_err() {
        return Ok(None);
    }
    let approver = approver.restore()?;
    let session = Session {
        policies: vec![row.policy],
        delegate: Some(row.requestor.parse().map_err(Error::internal)?),
        ..approver.session.as_deref().cloned().unwrap_or_default()
    };
    let caller = Caller { session: Some(Arc::new(session)), access_key: String::new(), bootstrap: false, ..approver };
    Ok(Some(Delegated { caller, ends: token.ends }))
}
