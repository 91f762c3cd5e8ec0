//! Pages of listings: `limit` and `position`.

use crate::errors;
use service::{Page, Result, Token};

/// So many stand on a page where no limit is given.
const USUAL: i64 = 25;
const MOST: i64 = 500;

/// Where a page begins and how much it holds.
pub fn page(limit: Option<i64>, position: Option<&str>) -> Result<Page> {
    let decode = |text| Token::decode(text).ok_or_else(|| errors::bad_request("Invalid position parameter specified"));
    let limit = limit.unwrap_or(USUAL).clamp(1, MOST);
    Ok(Page { after: position.map(decode).transpose()?, limit: usize::try_from(limit).unwrap_or(1) })
}
