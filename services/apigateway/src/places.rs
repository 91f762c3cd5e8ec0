//! Where APIs lie, for clients who name nothing else.

use crate::state::{PLACES, Place, WORLD};
use service::{AccountId, Cx, Region, Result, Scope, View};

/// The scope of an API.
pub fn find(view: &View, id: &str) -> Result<Option<Scope>> {
    let Some(place) = view.get_in(WORLD, &PLACES, id)? else { return Ok(None) };
    let account = u64::try_from(place.account).ok().and_then(AccountId::from_number);
    Ok(account.zip(Region::new(&place.region)).map(|(account, region)| Scope::new(account, region)))
}

/// Notes that an API of this scope goes by an id.
pub fn put(cx: &mut Cx, id: &str) -> Result<()> {
    let scope = cx.scope();
    let account = i64::try_from(scope.account.number()).unwrap_or_default();
    let place = Place { account, region: scope.region.as_str().to_owned() };
    cx.in_scope(WORLD, |cx| cx.put(&PLACES, id, &place))
}

/// Forgets an id.
pub fn remove(cx: &mut Cx, id: &str) -> Result<()> {
    cx.in_scope(WORLD, |cx| cx.delete(&PLACES, id))?;
    Ok(())
}
