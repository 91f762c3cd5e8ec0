//! Pages of listings.

use crate::errors;
use service::{Result, Token};

/// Where the page before ended.
fn after(next_token: Option<String>) -> Result<Option<Token>> {
    let read = |text: String| Token::decode(&text).ok_or_else(|| errors::invalid("The NextToken is invalid."));
    next_token.filter(|text| !text.is_empty()).map(read).transpose()
}

/// Part of a list that is at hand whole, from where the token says, and the token of the next part.
pub fn part<T>(all: Vec<T>, next_token: Option<String>, most: usize) -> Result<(Vec<T>, Option<String>)> {
    let from = match after(next_token)? {
        None => 0,
        Some(token) => {
            let bytes = token.as_bytes().try_into().map(u64::from_be_bytes);
            let from = bytes.ok().and_then(|from| usize::try_from(from).ok());
            from.ok_or_else(|| errors::invalid("The NextToken is invalid."))?
        }
    };
    let next = from.saturating_add(most);
    let token = (next < all.len()).then(|| Token::of((next as u64).to_be_bytes()).encode());
    Ok((all.into_iter().skip(from).take(most).collect(), token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_follow_one_another() {
        let (first, token) = part(vec![1, 2, 3], None, 2).unwrap();
        assert_eq!(first, [1, 2]);
        let (second, none) = part(vec![1, 2, 3], token, 2).unwrap();
        assert_eq!((second, none), (vec![3], None));
        assert!(part(vec![1], Some("nonsense".to_owned()), 2).is_err());
    }
}
