//! What passwords must be.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html>

use crate::api::PasswordPolicyType;
use crate::errors;
use crate::pool::Pool;
use crate::srp;
use crate::state::Verifier;
use service::{Bytes, Result, secret};

const SYMBOLS: &str = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+-";
const UPPER: &str = "ABCDEFGHJKLMNPQRSTUVWXYZ";
const LOWER: &str = "abcdefghijkmnpqrstuvwxyz";
const DIGITS: &str = "23456789";
/// Symbols that no template and no shell takes for anything else.
const PLAIN_SYMBOLS: &str = "!@#%^_=+-";

/// The least length where nothing is said.
pub const USUAL_LENGTH: i64 = 8;
/// Days for which a temporary password holds where nothing is said.
pub const USUAL_DAYS: i64 = 7;

/// Checks a password.
pub fn check(policy: &PasswordPolicyType, password: &str) -> Result<()> {
    let length = i64::try_from(password.chars().count()).unwrap_or(i64::MAX);
    if length < policy.minimum_length.unwrap_or(USUAL_LENGTH) {
        return Err(errors::bad_password("Password not long enough"));
    }
    let needs = [
        (policy.require_uppercase, "uppercase", password.chars().any(|c| c.is_ascii_uppercase())),
        (policy.require_lowercase, "lowercase", password.chars().any(|c| c.is_ascii_lowercase())),
        (policy.require_numbers, "numeric", password.chars().any(|c| c.is_ascii_digit())),
        (policy.require_symbols, "symbol", password.chars().any(|c| SYMBOLS.contains(c))),
    ];
    match needs.iter().find(|(needed, _, there)| *needed == Some(true) && !there) {
        Some((_, kind, _)) => Err(errors::bad_password(&format!("Password must have {kind} characters"))),
        None => Ok(()),
    }
}

/// What is kept of a password.
pub fn verifier(pool: &Pool, username: &str, password: &str) -> Verifier {
    let mut salt = vec![0; srp::SALT_BYTES];
    secret(&mut salt);
    let verifier = srp::verifier(pool.short_id(), username, password, &salt);
    Verifier { salt: Bytes::from(salt), verifier: Bytes::from(verifier) }
}

/// A password that any policy takes.
pub fn temporary(policy: &PasswordPolicyType) -> String {
    let length = policy.minimum_length.unwrap_or(USUAL_LENGTH).clamp(8, 99).unsigned_abs() as usize;
    let kinds = [UPPER, LOWER, DIGITS, PLAIN_SYMBOLS];
    (0..length).filter_map(|i| letter(kinds.get(i % kinds.len()).copied().unwrap_or(LOWER))).collect()
}

/// A code of six digits.
pub fn code() -> String {
    (0..6).filter_map(|_| letter("0123456789")).collect()
}

/// A letter of an alphabet by the operating system's chance, each as likely as the other.
fn letter(alphabet: &str) -> Option<char> {
    let count = alphabet.len();
    loop {
        let mut byte = [0];
        secret(&mut byte);
        let drawn = usize::from(byte[0]);
        if drawn < 256 - 256 % count {
            return alphabet.chars().nth(drawn % count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_what_its_policy_says() {
        let policy = PasswordPolicyType {
            minimum_length: Some(8),
            require_uppercase: Some(true),
            require_lowercase: Some(true),
            require_numbers: Some(true),
            require_symbols: Some(true),
            ..PasswordPolicyType::default()
        };
        for (password, expect) in [
            ("Passw0rd!", None),
            ("Pw0!", Some("Password not long enough")),
            ("passw0rd!", Some("Password must have uppercase characters")),
            ("PASSW0RD!", Some("Password must have lowercase characters")),
            ("Password!", Some("Password must have numeric characters")),
            ("Passw0rd1", Some("Password must have symbol characters")),
        ] {
            let said = check(&policy, password).err().map(|e| e.message().to_owned());
            let expect = expect.map(|why| format!("Password did not conform with policy: {why}"));
            assert_eq!(said, expect, "{password}");
        }
        for _ in 0..50 {
            assert!(check(&policy, &temporary(&policy)).is_ok());
            assert!(code().len() == 6);
        }
        let loose = PasswordPolicyType { minimum_length: Some(6), ..PasswordPolicyType::default() };
        assert!(check(&loose, "aaaaaa").is_ok());
    }
}
