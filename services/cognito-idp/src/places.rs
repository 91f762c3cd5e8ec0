//! Where pools and clients lie, for those who come without keys.

use crate::state::{PLACES, PoolPlace};
use service::{Cx, Place, Result, Scope, View};

/// The scope and the pool of an id.
pub fn find(view: &View, id: &str) -> Result<Option<(Scope, String)>> {
    let found = view.get(&PLACES, id)?;
    Ok(found.and_then(|found| Some((found.place.scope()?, found.pool))))
}

/// Notes that a pool or client of this scope goes by an id.
pub fn put(cx: &mut Cx, id: &str, pool: &str) -> Result<()> {
    let row = PoolPlace { place: Place::of(cx.scope()), pool: pool.to_owned() };
    cx.put(&PLACES, id, &row)
}

/// Forgets an id.
pub fn remove(cx: &mut Cx, id: &str) -> Result<()> {
    cx.delete(&PLACES, id).map(drop)
}
