//! Pages of listings.

use crate::errors;
use service::{Page, Result, Token};

/// So many stand on a page where no limit is given, and at most.
pub const USUAL: i64 = 60;

/// Where a page begins and how much it holds; the model bounds what a client may ask for.
pub fn page(limit: Option<i64>, token: Option<&str>) -> Result<Page> {
    let decode = |text| Token::decode(text).ok_or_else(|| errors::invalid("Invalid pagination token"));
    let limit = limit.filter(|limit| *limit > 0).unwrap_or(USUAL);
    Ok(Page { after: token.map(decode).transpose()?, limit: usize::try_from(limit).unwrap_or_default().max(1) })
}
