//! Where APIs lie, for clients who name nothing else.

use crate::state::PLACES;
use service::{Cx, Place, Result, Scope, View};

/// The scope of an API.
pub fn find(view: &View, id: &str) -> Result<Option<Scope>> {
    Ok(view.get(&PLACES, id)?.and_then(|place| place.scope()))
}

/// Notes that an API of this scope goes by an id.
pub fn put(cx: &mut Cx, id: &str) -> Result<()> {
    cx.put(&PLACES, id, &Place::of(cx.scope()))
}

/// Forgets an id.
pub fn remove(cx: &mut Cx, id: &str) -> Result<()> {
    cx.delete(&PLACES, id).map(drop)
}
