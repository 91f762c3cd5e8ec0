//! Pages of listings.

use crate::errors;
use service::{Page, Result, Token};

/// So many stand on a page where nothing is said, and at most.
const USUAL: i64 = 100;

/// Where a page begins and how much it holds; the model bounds what a client may ask for.
pub fn page(limit: Option<i64>, token: Option<&str>) -> Result<Page> {
    let decode = |text| Token::decode(text).ok_or_else(|| errors::validation("Invalid pagination token"));
    let limit = usize::try_from(limit.unwrap_or(USUAL)).unwrap_or_default().max(1);
    let token = token.filter(|text| !text.is_empty());
    Ok(Page { after: token.map(decode).transpose()?, limit })
}

/// One page of what a row holds as a list, by place.
pub fn slice<T>(all: Vec<T>, page: &Page) -> (Vec<T>, Option<String>) {
    let bytes = page.after.as_ref().and_then(|token| <[u8; 8]>::try_from(token.as_bytes()).ok());
    let from = bytes.map_or(0, u64::from_be_bytes);
    let from = usize::try_from(from).unwrap_or(usize::MAX);
    let more = all.len() > from.saturating_add(page.limit);
    let next = more.then(|| Token::of(((from + page.limit) as u64).to_be_bytes()).encode());
    (all.into_iter().skip(from).take(page.limit).collect(), next)
}
