//! Pages of listings.

use crate::errors;
use service::{Result, Token};

/// So many stand on a page where nothing is said.
/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_ListResources.html>
const USUAL: i64 = 500;

/// One page of a list, by place, and the token of the next one.
pub fn page<T>(all: Vec<T>, limit: Option<i64>, token: Option<&str>) -> Result<(Vec<T>, Option<String>)> {
    let limit = usize::try_from(limit.unwrap_or(USUAL)).unwrap_or_default().max(1);
    let from = match token {
        None => 0,
        Some(token) => {
            let place = Token::decode(token).and_then(|token| <[u8; 8]>::try_from(token.as_bytes()).ok());
            usize::try_from(u64::from_be_bytes(place.ok_or_else(errors::bad_token)?)).unwrap_or(usize::MAX)
        }
    };
    let end = from.saturating_add(limit);
    let next = (all.len() > end).then(|| Token::of((end as u64).to_be_bytes()).encode());
    Ok((all.into_iter().skip(from).take(limit).collect(), next))
}
