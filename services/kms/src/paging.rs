//! Pages of listings: `Limit`, `Marker`, `NextMarker`, `Truncated`.

use crate::errors;
use service::{Page, Result, Token};

/// The limit of most listings where none is given.
pub const USUAL: i64 = 100;
/// The limit of listings of tags and grants where none is given.
pub const SHORT: i64 = 50;

/// Where a page begins and how much it holds; the model bounds what a client may ask for.
pub fn page(limit: Option<i64>, marker: Option<&str>, usual: i64) -> Result<Page> {
    let after = marker.map(|text| Token::decode(text).ok_or_else(errors::invalid_marker)).transpose()?;
    Ok(Page { after, limit: usize::try_from(limit.unwrap_or(usual)).unwrap_or_default().max(1) })
}

/// One page of a list that stands in the order of `key`, and the marker of the next.
pub fn cut<T>(list: Vec<T>, page: &Page, key: impl Fn(&T) -> String) -> (Vec<T>, Option<Token>) {
    let after = page.after.as_ref().map(Token::as_bytes);
    let mut rest = list.into_iter().filter(|item| after.is_none_or(|after| key(item).as_bytes() > after));
    let shown: Vec<T> = rest.by_ref().take(page.limit).collect();
    let next = rest.next().and(shown.last()).map(|last| Token::of(key(last).into_bytes()));
    (shown, next)
}
