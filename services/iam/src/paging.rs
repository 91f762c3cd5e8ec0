//! Pages of listings: `Marker`, `MaxItems` and `IsTruncated`.
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html>

use crate::errors;
use service::{Page, Result, Token};

/// How many items a page has if the request does not say.
const USUAL: i64 = 100;

/// The page that a request asks for.
pub fn asked(marker: Option<String>, max_items: Option<i64>) -> Result<Page> {
    let after = match marker {
        None => None,
        Some(text) => Some(Token::decode(&text).ok_or_else(|| errors::validation("Invalid Marker."))?),
    };
    let limit = usize::try_from(max_items.unwrap_or(USUAL).clamp(1, 1000)).unwrap_or(1);
    Ok(Page { after, limit })
}

/// `IsTruncated` and `Marker` of a reply.
pub fn end(next: Option<Token>) -> (Option<bool>, Option<String>) {
    (Some(next.is_some()), next.map(|token| token.encode()))
}

/// One page of what is already at hand, in the order of its keys.
pub fn cut<T>(mut items: Vec<T>, page: &Page, key: impl Fn(&T) -> String) -> (Vec<T>, Option<Token>) {
    items.sort_by_cached_key(&key);
    if let Some(after) = &page.after {
        items.retain(|item| key(item).as_bytes() > after.as_bytes());
    }
    let more = items.len() > page.limit;
    items.truncate(page.limit);
    let next = items.last().filter(|_| more).map(|last| Token::of(key(last)));
    (items, next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_one_another() {
        let all: Vec<String> = (0..7).map(|i| format!("k{i}")).collect();
        let mut seen = Vec::new();
        let mut marker = None;
        for expect in [3, 3, 1] {
            let page = asked(marker, Some(3)).unwrap();
            let (items, next) = cut(all.clone(), &page, String::clone);
            assert_eq!(items.len(), expect);
            seen.extend(items);
            marker = end(next).1;
        }
        assert_eq!((seen, marker), (all, None));
        assert_eq!(asked(Some("x".to_owned()), None).unwrap_err().message(), "Invalid Marker.");
    }
}
