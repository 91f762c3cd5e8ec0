//! Pages of listings: always a hundred.

use crate::errors;
use service::{Page, Result, Token};

/// The page that a request asks for.
pub fn page(next_token: Option<String>) -> Result<Page> {
    let invalid = || errors::invalid("NextToken Reason: The token is invalid.");
    let after = next_token.map(|text| Token::decode(&text).ok_or_else(invalid)).transpose()?;
    Ok(Page { after, limit: 100 })
}
