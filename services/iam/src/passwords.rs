//! Passwords for the console: the account's rules, and how they are kept.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html>

use crate::errors;
use crate::state::{EarlierRow, LoginRow, PasswordPolicyRow};
use aws_lc_rs::pbkdf2;
use service::{Bytes, Cx, Error, Result, Timestamp};
use std::num::NonZeroU32;

/// How many passwords an account can have remembered.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html>
const REMEMBERED: usize = 24;
const SYMBOLS: &str = "!@#$%^&*()_+-=[]{}|'";
const HASH: usize = 32;
/// Rounds of hashing: enough to make a stolen state file a nuisance, few enough for a request.
const ROUNDS: NonZeroU32 = NonZeroU32::new(1_000).expect("is not zero");

/// Fails if the account does not allow the password. Without rules of its own an account has AWS's: eight characters,
/// and three of the four kinds.
pub fn check(policy: Option<&PasswordPolicyRow>, user: &str, password: &str) -> Result<()> {
    let has = |kind: fn(char) -> bool| password.chars().any(kind);
    let upper = has(|c| c.is_ascii_uppercase());
    let lower = has(|c| c.is_ascii_lowercase());
    let number = has(|c| c.is_ascii_digit());
    let symbol = has(|c| SYMBOLS.contains(c));
    let length = password.chars().count();
    let fits = match policy {
        Some(rules) => {
            length as i64 >= rules.minimum_length
                && (upper || !rules.uppercase)
                && (lower || !rules.lowercase)
                && (number || !rules.numbers)
                && (symbol || !rules.symbols)
        }
        None => length >= 8 && [upper, lower, number, symbol].into_iter().filter(|kind| *kind).count() >= 3,
    };
    if fits && password != user {
        return Ok(());
    }
    Err(violation())
}

fn violation() -> Error {
    Error::new("PasswordPolicyViolationException", "Password does not conform to the account password policy.")
}

/// A password as it is kept.
pub fn keep(cx: &mut Cx, password: &str, created: Timestamp, reset_required: bool) -> LoginRow {
    let mut salt = [0; 16];
    cx.entropy().secret(&mut salt);
    let mut hash = [0; HASH];
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, &salt, password.as_bytes(), &mut hash);
    LoginRow {
        created,
        changed: cx.now().whole_secs(),
        salt: Bytes::copy_from_slice(&salt),
        hash: Bytes::copy_from_slice(&hash),
        reset_required,
        earlier: None,
    }
}

/// A new password in the place of an old one, which is remembered with those before it.
pub fn renew(cx: &mut Cx, old: LoginRow, password: &str, reset_required: bool) -> LoginRow {
    let mut earlier = vec![EarlierRow { salt: old.salt, hash: old.hash }];
    earlier.extend(old.earlier.into_iter().flatten().take(REMEMBERED - 1));
    LoginRow { earlier: Some(earlier), ..keep(cx, password, old.created, reset_required) }
}

/// Fails if the account's rules forbid the password for having been in use: the present one counts as the first of those.
pub fn check_unused(policy: Option<&PasswordPolicyRow>, old: &LoginRow, password: &str) -> Result<()> {
    let most = policy.and_then(|rules| rules.reuse_prevention).and_then(|most| usize::try_from(most).ok()).unwrap_or(0);
    let same = |salt: &Bytes, hash: &Bytes| {
        pbkdf2::verify(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, salt, password.as_bytes(), hash).is_ok()
    };
    let earlier = old.earlier.iter().flatten().map(|row| (&row.salt, &row.hash));
    let mut used = std::iter::once((&old.salt, &old.hash)).chain(earlier).take(most);
    if used.any(|(salt, hash)| same(salt, hash)) { Err(violation()) } else { Ok(()) }
}

/// Whether it is the password.
pub fn is(login: &LoginRow, password: &str) -> bool {
    pbkdf2::verify(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, &login.salt, password.as_bytes(), &login.hash).is_ok()
}

/// The one caller who may not have a password of his own changed here.
pub fn not_a_user() -> Error {
    Error::new("InvalidUserTypeException", "Only IAM Users can change their own password")
}

/// The old password is another.
pub fn wrong() -> Error {
    Error::new("AccessDenied", "The old password was incorrect.").status(403)
}

/// A user has no password.
pub fn none_of(user: &str) -> Error {
    errors::not_found(format!("Login Profile for User {user} cannot be found."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_the_account_and_of_aws() {
        let rules =
            PasswordPolicyRow { minimum_length: 6, numbers: true, symbols: true, ..PasswordPolicyRow::default() };
        for (policy, password, expect) in [
            (None, "Passw0rd", true),
            (None, "passw0rd!", true),
            (None, "Passw0r", false),
            (None, "password1", false),
            (None, "PASSWORD", false),
            (Some(&rules), "abc1!x", true),
            (Some(&rules), "abc1xx", false),
            (Some(&rules), "ab1!x", false),
            (Some(&rules), "us3r-name", false),
        ] {
            assert_eq!(check(policy, "us3r-name", password).is_ok(), expect, "{password}");
        }
    }
}
