//! Pages of listings: a hundred at a time, for AWS lets nobody ask for less.

use crate::errors;
use service::{Page, Result, Token};

/// How much a page holds.
pub const PAGE: usize = 100;

/// The page that a request asks for.
pub fn page(next_token: Option<String>) -> Result<Page> {
    let after = next_token.map(|text| Token::decode(&text).ok_or_else(errors::token)).transpose()?;
    Ok(Page { after, limit: PAGE })
}
