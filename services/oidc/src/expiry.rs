//! What has ended is forgotten.

use crate::state::{CLIENTS, CODES, DEVICES, INVITATIONS, REFRESHES, USER_CODES, WORLD};
use service::{Cx, Result, Timer, Timestamp};
use sso::session;

/// Has something forgotten at its end: `kind` and what it is kept under.
pub fn at(cx: &mut Cx, (kind, key): (&str, &str), due: Timestamp) -> Result<()> {
    cx.in_scope(WORLD, |cx| cx.set_timer(&format!("{kind} {key}"), due))
}

/// Fires what fell due.
pub fn fire(cx: &mut Cx, timer: &Timer) -> Result<()> {
    let Some((kind, key)) = timer.name.split_once(' ') else { return Ok(()) };
    match kind {
        "client" => cx.delete(&CLIENTS, key).map(drop),
        "device" => {
            if let Some(row) = cx.get(&DEVICES, key)? {
                cx.delete(&USER_CODES, row.user_code.as_str())?;
            }
            cx.delete(&DEVICES, key).map(drop)
        }
        "code" => cx.delete(&CODES, key).map(drop),
        "refresh" => cx.delete(&REFRESHES, key).map(drop),
        "session" => session::end_hashed(cx, key).map(drop),
        "invitation" => match key.split_once(' ') {
            Some((store, user)) => cx.delete(&INVITATIONS, &(store.to_owned(), user.to_owned())).map(drop),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}
