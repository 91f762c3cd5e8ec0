//! Pages of listings.

use crate::errors;
use service::{Page, Result, Token};

/// The page that a request asks for. A page never has more than 50 entries.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html>
pub fn page(marker: Option<String>, limit: Option<i64>) -> Result<Page> {
    let marker = marker.filter(|text| !text.is_empty());
    let after = marker.map(|text| Token::decode(&text).ok_or_else(|| errors::invalid("Invalid Marker"))).transpose()?;
    let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(50).clamp(1, 50);
    Ok(Page { after, limit })
}
