//! Random passwords.
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html>

/// The kinds of characters.
pub const LOWERCASE: &str = "abcdefghijklmnopqrstuvwxyz";
/// See [`LOWERCASE`].
pub const UPPERCASE: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// See [`LOWERCASE`].
pub const NUMBERS: &str = "0123456789";
/// See [`LOWERCASE`].
pub const PUNCTUATION: &str = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/// A password of `length` characters of these kinds, none of which is empty; at least one of each if `each`. `below` draws a number
/// below its argument. `None` where there is nothing to draw from, or no room for each.
pub fn made(kinds: &[Vec<char>], length: usize, each: bool, mut below: impl FnMut(usize) -> usize) -> Option<String> {
    let all: Vec<char> = kinds.iter().flatten().copied().collect();
    if all.is_empty() || (each && kinds.len() > length) {
        return None;
    }
    let mut password: Vec<char> = Vec::with_capacity(length);
    if each {
        password.extend(kinds.iter().filter_map(|kind| kind.get(below(kind.len())).copied()));
    }
    while password.len() < length {
        password.push(*all.get(below(all.len()))?);
    }
    // The drawn ones of each kind must not all stand in front.
    for i in (1..password.len()).rev() {
        password.swap(i, below(i + 1));
    }
    Some(password.into_iter().collect())
}

/// A number below `bound`, from the operating system.
pub fn below(bound: usize) -> usize {
    let mut bytes = [0; 16];
    service::secret(&mut bytes);
    // 128 bits for a bound of a few thousand: no number is noticeably likelier than another.
    usize::try_from(u128::from_be_bytes(bytes) % (bound.max(1) as u128)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_have_each_kind() {
        let kinds: Vec<Vec<char>> = [LOWERCASE, NUMBERS].iter().map(|kind| kind.chars().collect()).collect();
        for _ in 0..50 {
            let password = made(&kinds, 4, true, below).unwrap();
            assert_eq!(password.len(), 4);
            assert!(password.chars().any(|c| c.is_ascii_digit()) && password.chars().any(|c| c.is_ascii_lowercase()));
        }
        assert_eq!(made(&kinds, 1, true, below), None);
        assert_eq!(made(&[], 5, false, below), None);
    }
}
