//! Pages of listings.

use crate::errors;
use service::{Result, Token};

/// The most items of a page, and as many as are given where nobody says.
const MOST: i64 = 20;

/// One page of what is in order already, and the token of the next one. `mark` tells the place of an item.
pub fn page<T>(
    items: Vec<T>,
    (next_token, max_results): (Option<String>, Option<i64>),
    mark: impl Fn(&T) -> String,
) -> Result<(Vec<T>, Option<String>)> {
    let limit = match max_results.unwrap_or(MOST) {
        limit if limit < 1 => return Err(errors::invalid("MIN_VALUE_EXCEEDED")),
        limit if limit > MOST => return Err(errors::invalid("MAX_VALUE_EXCEEDED")),
        limit => limit as usize,
    };
    let token = |text: String| Token::decode(&text).ok_or_else(|| errors::invalid("INVALID_NEXT_TOKEN"));
    let after = next_token.map(token).transpose()?;
    let place = |token: &Token| items.iter().position(|item| mark(item).as_bytes() == token.as_bytes());
    let skip = match &after {
        None => 0,
        // What the last page ended in may be gone since: marks are in the order of the items.
        Some(token) => place(token).map_or_else(
            || items.iter().take_while(|item| mark(item).as_bytes() <= token.as_bytes()).count(),
            |at| at + 1,
        ),
    };
    let more = items.len() > skip.saturating_add(limit);
    let page: Vec<T> = items.into_iter().skip(skip).take(limit).collect();
    let last = page.last().filter(|_| more).map(|item| Token::of(mark(item).into_bytes()).encode());
    Ok((page, last))
}

/// The mark of what is in the order of a number.
pub fn numbered(number: i64) -> String {
    format!("{number:020}")
}
