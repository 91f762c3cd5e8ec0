//! Pages of listings.

use crate::errors;
use service::{Page, Result, Token};

/// "The default is 100 and the maximum allowed page size is 1000. A value of 0 uses the default."
pub fn page(next_token: Option<String>, max_results: Option<i64>) -> Result<Page> {
    let after = next_token.map(|text| Token::decode(&text).ok_or_else(|| errors::invalid_token(&text))).transpose()?;
    let limit = max_results.and_then(|most| usize::try_from(most).ok()).filter(|most| *most > 0).unwrap_or(100);
    Ok(Page { after, limit: limit.min(1000) })
}
