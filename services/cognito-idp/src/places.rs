//! Where pools and clients lie, for those who come without keys.

use crate::state::{PLACES, Place, WORLD};
use service::{AccountId, Cx, Region, Result, Scope, View};

/// The scope and the pool of an id.
pub fn find(view: &View, id: &str) -> Result<Option<(Scope, String)>> {
    let Some(place) = view.get_in(WORLD, &PLACES, id)? else { return Ok(None) };
    let account = u64::try_from(place.account).ok().and_then(AccountId::from_number);
    let scope = account.zip(Region::new(&place.region)).map(|(account, region)| Scope::new(account, region));
    Ok(scope.map(|scope| (scope, place.pool)))
}

/// Notes that a pool or client of this scope goes by an id.
pub fn put(cx: &mut Cx, id: &str, pool: &str) -> Result<()> {
    let scope = cx.scope();
    let place = Place {
        account: i64::try_from(scope.account.number()).unwrap_or_default(),
        region: scope.region.as_str().to_owned(),
        pool: pool.to_owned(),
    };
    cx.in_scope(WORLD, |cx| cx.put(&PLACES, id, &place))
}

/// Forgets an id.
pub fn remove(cx: &mut Cx, id: &str) -> Result<()> {
    cx.in_scope(WORLD, |cx| cx.delete(&PLACES, id))?;
    Ok(())
}
