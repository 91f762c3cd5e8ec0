//! Where instances lie, for those who come without keys.

use crate::state::{InstancePlace, PLACES};
use service::{Cx, Place, Result, Scope, View};

/// The scope and the id of an instance, by its own id or its store's.
pub fn find(view: &View, id: &str) -> Result<Option<(Scope, String)>> {
    let found = view.get(&PLACES, id)?;
    Ok(found.and_then(|found| Some((found.place.scope()?, found.instance))))
}

/// The instance that a start URL names: `https://d-1234567890.awsapps.com/start`, `https://ssoins-….portal.….app.aws`, or one of
/// this cloud's own, which ends in the store's id.
/// <https://docs.aws.amazon.com/singlesignon/latest/userguide/using-the-portal.html>
pub fn of_start_url(view: &View, url: &str) -> Result<Option<(Scope, String)>> {
    let names = url.split(['/', '.', ':', '?', '#', '=', '&']).take(32);
    for name in names.filter(|name| name.starts_with("d-") || name.starts_with("ssoins-")) {
        if let Some(found) = find(view, name)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Notes that an instance of this scope goes by an id.
pub(crate) fn put(cx: &mut Cx, id: &str, instance: &str) -> Result<()> {
    let row = InstancePlace { place: Place::of(cx.scope()), instance: instance.to_owned() };
    cx.put(&PLACES, id, &row)
}

/// Forgets an id.
pub(crate) fn remove(cx: &mut Cx, id: &str) -> Result<()> {
    cx.delete(&PLACES, id).map(drop)
}
