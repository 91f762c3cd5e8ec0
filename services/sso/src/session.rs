//! Users' sessions: what the tokens stand for that the service `oidc` gives and the access portal takes.

use crate::place;
use crate::state::{SESSIONS, SessionRow};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use service::{Cx, Result, Scope, Timestamp, View, secret};

const TOKEN_BYTES: usize = 48;
/// Longer texts are no tokens of ours.
const LONGEST: usize = 512;

/// Somebody who has signed in.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// Where the instance lies.
    pub scope: Scope,
    /// The instance's id.
    pub instance: String,
    /// The user's id in the instance's store.
    pub user: String,
}

/// A new text that nobody guesses, by the operating system's chance.
pub fn secret_text() -> String {
    let mut bytes = [0; TOKEN_BYTES];
    secret(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Under what a secret text is kept, so that who reads the rows cannot use it.
pub fn hashed(text: &str) -> String {
    digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Begins a session until a moment, and answers its token.
pub fn begin(cx: &mut Cx, instance: &str, user: &str, until: Timestamp) -> Result<String> {
    let token = secret_text();
    let row = SessionRow { instance: instance.to_owned(), user: user.to_owned(), until };
    let key = hashed(&token);
    cx.put(&SESSIONS, key.as_str(), &row)?;
    Ok(token)
}

/// The session of a token that has not ended.
pub fn find(view: &View, token: &str) -> Result<Option<Session>> {
    if token.len() > LONGEST {
        return Ok(None);
    }
    let row = view.get(&SESSIONS, hashed(token).as_str())?;
    let Some(row) = row.filter(|row| row.until > view.now()) else { return Ok(None) };
    let found = place::find(view, &row.instance)?;
    Ok(found.map(|(scope, instance)| Session { scope, instance, user: row.user }))
}

/// Ends the session of a token, and tells whether there was one.
pub fn end(cx: &mut Cx, token: &str) -> Result<bool> {
    end_hashed(cx, &hashed(token))
}

/// The same by what it is kept under.
pub fn end_hashed(cx: &mut Cx, key: &str) -> Result<bool> {
    cx.delete(&SESSIONS, key)
}
