//! Pages of listings.

use crate::errors;
use service::{Key, KeyBuf, Page, Result, Token};

/// The page that a request asks for; `most` rows if it does not say.
pub fn page(next_token: Option<String>, limit: Option<i64>, most: usize) -> Result<Page> {
    let after = next_token.map(|text| Token::decode(&text).ok_or_else(errors::invalid_token)).transpose()?;
    let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(most);
    Ok(Page { after, limit })
}

/// What begins the keys of names that begin so, behind `lead`.
pub fn beginning(lead: impl Key, prefix: Option<&str>) -> KeyBuf {
    let mut key = KeyBuf::default();
    lead.write(&mut key);
    match prefix {
        Some(prefix) => {
            key.text(prefix);
            key.unended()
        }
        None => key,
    }
}
