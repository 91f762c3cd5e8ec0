//! Pages of listings.

use crate::errors;
use service::{Page, Result, Token};

/// The page that a request asks for.
pub fn page(next_token: Option<String>, max_results: Option<i64>, usual: usize) -> Result<Page> {
    let next_token = next_token.filter(|text| !text.is_empty());
    let after = next_token.map(|text| Token::decode(&text).ok_or_else(errors::invalid_token)).transpose()?;
    Ok(Page { after, limit: max_results.and_then(|most| usize::try_from(most).ok()).unwrap_or(usual) })
}
