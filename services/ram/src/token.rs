//! Client tokens: a request that is repeated with its token is answered as it was the first time, and does nothing again.
//! <https://docs.aws.amazon.com/ram/latest/APIReference/API_CreateResourceShare.html>

use crate::errors;
use crate::state::{TOKENS, TokenRow};
use service::shape::{Node, Struct, pick};
use service::{Bytes, Cx, Duration, Error, Result, Timer, Value};
use std::fmt::Debug;

/// How long an answer is kept for its token. AWS does not say how long it keeps one.
const KEPT: Duration = Duration::from_secs(86_400);
/// A bound of this cloud's own. AWS recommends UUIDs, which have 36 characters.
const LONGEST: usize = 255;

const TIMER: &str = "token/";

/// A request that is done once for its token, if it has one.
pub struct Once {
    token: Option<String>,
    request: String,
    first: Option<Bytes>,
}

impl Once {
    /// The request of an operation; `request` is all that its caller gave besides the token.
    ///
    /// # Errors
    /// `InvalidClientTokenException`; `IdempotentParameterMismatchException` where the token was used for another request.
    pub fn of(cx: &Cx, token: Option<&str>, request: &dyn Debug) -> Result<Once> {
        let Some(token) = token else { return Ok(Once { token: None, request: String::new(), first: None }) };
        if !(1..=LONGEST).contains(&token.len()) || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(errors::bad_client_token());
        }
        let request = fingerprint(&format!("{request:?}"));
        let known = cx.get(&TOKENS, &key(cx, token))?.filter(|row| cx.now() < row.used.after(KEPT));
        if known.as_ref().is_some_and(|row| row.request != request) {
            return Err(errors::other_parameters());
        }
        Ok(Once { token: Some(token.to_owned()), request, first: known.map(|row| row.answer) })
    }

    /// What was answered the first time, if this is not that.
    pub fn answer<T: Struct + Default>(&self) -> Result<Option<T>> {
        let Some(first) = &self.first else { return Ok(None) };
        let value = Value::decode(first).map_err(Error::internal)?;
        let mut answer = T::default();
        pick(value.peek(), &mut answer).map_err(Error::internal)?;
        Ok(Some(answer))
    }

    /// Keeps what is answered for whoever repeats the request.
    pub fn keep<T: Struct>(self, cx: &mut Cx, answer: T) -> Result<T> {
        if let Some(token) = self.token {
            let row = TokenRow {
                request: self.request,
                answer: Bytes::from(Value::of(answer.peek()).encode()),
                used: cx.now(),
            };
            let key = key(cx, &token);
            cx.put(&TOKENS, &key, &row)?;
            cx.set_timer(&format!("{TIMER}{}/{}", key.0, key.1), cx.now().after(KEPT))?;
        }
        Ok(answer)
    }
}

/// Forgets what was kept for a token.
pub fn forget(cx: &mut Cx, timer: &Timer) -> Result<()> {
    let named = timer.name.strip_prefix(TIMER).and_then(|rest| rest.split_once('/'));
    let (operation, token) = named.ok_or_else(|| Error::internal("no timer goes by that name"))?;
    cx.delete(&TOKENS, &(operation.to_owned(), token.to_owned())).map(drop)
}

fn key(cx: &Cx, token: &str) -> (String, String) {
    (cx.request().operation.to_owned(), token.to_owned())
}

/// Two hashes of a text as one: equal for the same request, and for no other by chance.
fn fingerprint(text: &str) -> String {
    let hash =
        |seed: u64| text.bytes().fold(seed, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3).rotate_left(5));
    format!("{:016x}{:016x}-{}", hash(0xcbf2_9ce4_8422_2325), hash(0x9e37_79b9_7f4a_7c15), text.len())
}
