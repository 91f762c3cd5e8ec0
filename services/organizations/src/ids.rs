//! The forms of ids, which tell what a thing is, and of names.
//! <https://docs.aws.amazon.com/organizations/latest/APIReference/API_Types.html>

use crate::errors;
use service::{AccountId, Cx, Result};

/// What a target, parent or taggable id names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// `r-…`
    Root,
    /// `ou-…`
    Unit,
    /// Twelve digits.
    Account,
    /// `p-…`
    Policy,
    /// `rp-…`
    ResourcePolicy,
}

/// What an id names by its form; `None` for no id at all.
pub fn kind_of(id: &str) -> Option<Named> {
    let low = |text: &str, from: usize| {
        (from..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    let word = |text: &str, from: usize| {
        (from..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    if id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit()) {
        return Some(Named::Account);
    }
    match id.split_once('-')? {
        ("r", rest) if low(rest, 4) => Some(Named::Root),
        ("ou", rest) => {
            let (root, own) = rest.split_once('-')?;
            (low(root, 4) && low(own, 8)).then_some(Named::Unit)
        }
        ("p", rest) if word(rest, 8) => Some(Named::Policy),
        ("rp", rest) if word(rest, 4) => Some(Named::ResourcePolicy),
        _ => None,
    }
}

/// An id that must name one of these.
pub fn check(id: &str, of: &[Named]) -> Result<Named> {
    kind_of(id).filter(|kind| of.contains(kind)).ok_or_else(|| errors::invalid("INVALID_ENUM"))
}

/// `h-…` and `car-…`.
pub fn check_prefixed(id: &str, prefix: &str) -> Result<()> {
    let rest = id.strip_prefix(prefix).unwrap_or_default();
    let right = (8..=32).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if right { Ok(()) } else { Err(errors::invalid("INVALID_PATTERN")) }
}

/// The account that twelve digits name.
pub fn account(id: &str) -> Result<AccountId> {
    id.parse().map_err(|_| errors::invalid("INVALID_PATTERN"))
}

/// A text of so many characters.
pub fn check_length(text: &str, least: usize, most: usize) -> Result<()> {
    match text.chars().count() {
        count if count < least => Err(errors::invalid("MIN_LENGTH_EXCEEDED")),
        count if count > most => Err(errors::invalid("MAX_LENGTH_EXCEEDED")),
        _ => Ok(()),
    }
}

/// An address, 6 to 64 characters.
pub fn check_email(email: &str) -> Result<()> {
    check_length(email, 6, 64)?;
    let right = email.split_once('@').is_some_and(|(name, host)| {
        let dotted = host.split_once('.').is_some_and(|(first, rest)| !first.is_empty() && !rest.is_empty());
        !name.is_empty() && dotted && !host.contains('@') && !email.contains(char::is_whitespace)
    });
    if right { Ok(()) } else { Err(errors::invalid("INVALID_PATTERN")) }
}

/// The name of a role in a new account.
pub fn check_role_name(name: &str) -> Result<()> {
    check_length(name, 1, 64)?;
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c)) {
        return Err(errors::invalid("INVALID_PATTERN"));
    }
    if name.starts_with("AWSServiceRoleFor") { Err(errors::invalid("INVALID_ROLE_NAME")) } else { Ok(()) }
}

/// The name of an account: printable ASCII.
pub fn check_account_name(name: &str) -> Result<()> {
    check_length(name, 1, 50)?;
    if name.bytes().all(|b| (0x20..=0x7e).contains(&b)) { Ok(()) } else { Err(errors::invalid("INVALID_PATTERN")) }
}

/// So many small letters and digits by chance.
pub fn draw(cx: &mut Cx, length: usize) -> String {
    const LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let letter = |chance: u64| LETTERS.get((chance % 36) as usize).copied().unwrap_or(b'a');
    (0..length).map(|_| char::from(letter(cx.entropy().u64()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_say_what_they_name() {
        for (id, expect) in [
            ("r-ab12", Some(Named::Root)),
            ("r-ab1", None),
            ("ou-ab12-12345678", Some(Named::Unit)),
            ("ou-ab12-1234567", None),
            ("ou-ab12", None),
            ("111122223333", Some(Named::Account)),
            ("11112222333a", None),
            ("p-FullAWSAccess", Some(Named::Policy)),
            ("p-47fhe9s3", Some(Named::Policy)),
            ("p-1", None),
            ("rp-abcd", Some(Named::ResourcePolicy)),
            ("meaninglessstring", None),
            ("", None),
        ] {
            assert_eq!(kind_of(id), expect, "{id}");
        }
    }

    #[test]
    fn addresses_have_a_name_a_host_and_no_spaces() {
        for (email, expect) in [
            ("a@b.cd", true),
            ("a@b.c", false),
            ("ann@example.com", true),
            ("annexample.com", false),
            ("ann@examplecom", false),
            ("a nn@example.com", false),
            ("ann@x@example.com", false),
        ] {
            assert_eq!(check_email(email).is_ok(), expect, "{email}");
        }
    }
}
