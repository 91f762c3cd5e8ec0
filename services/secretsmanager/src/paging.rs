//! Pages of listings whose order is not that of the rows.

use crate::errors;
use service::{Result, Token};

/// One page of what is in order already, each with the text that marks its place, and the token of the next page.
pub fn page<T>(items: Vec<(String, T)>, next_token: Option<String>, limit: usize) -> Result<(Vec<T>, Option<String>)> {
    let after = next_token.map(|text| Token::decode(&text).ok_or_else(errors::invalid_token)).transpose()?;
    let skip = match &after {
        Some(token) => {
            let place = items.iter().position(|(mark, _)| mark.as_bytes() == token.as_bytes());
            place.map_or_else(|| items.partition_point(|(mark, _)| mark.as_bytes() <= token.as_bytes()), |at| at + 1)
        }
        None => 0,
    };
    let more = items.len() > skip.saturating_add(limit);
    let mut last = None;
    let page = items.into_iter().skip(skip).take(limit).map(|(mark, item)| {
        last = Some(mark);
        item
    });
    let page: Vec<T> = page.collect();
    Ok((page, last.filter(|_| more).map(|mark| Token::of(mark.into_bytes()).encode())))
}
