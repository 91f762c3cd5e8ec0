//! Pages of listings.

use crate::errors;
use service::{Page, Result, Token};

/// The page that a request asks for.
pub fn page(next_token: Option<String>, limit: Option<i64>) -> Result<Page> {
    let invalid = || errors::validation("Parameter NextToken is not valid. Reason: Provided token is not valid.");
    let after = next_token.map(|text| Token::decode(&text).ok_or_else(invalid)).transpose()?;
    Ok(Page { after, limit: limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(100) })
}
