//! Passwords: what they must be, and the codes by which people set theirs.
//!
//! Identity Center has no public API that sets a password: on AWS a user sets his own with what was mailed to him. So it is here;
//! the mail lies in the operator's outbox.
//! <https://docs.aws.amazon.com/singlesignon/latest/userguide/password-requirements.html>

use crate::directory::{Instance, User};
use crate::expiry;
use crate::state::{INVITATIONS, InvitationRow, PASSWORDS, PasswordRow};
use aws_lc_rs::pbkdf2;
use service::{Bytes, Cx, Duration, Result, Timestamp, View, secret};
use sso::session::hashed;
use std::num::NonZeroU32;

const ROUNDS: NonZeroU32 = match NonZeroU32::new(100_000) {
    Some(rounds) => rounds,
    None => NonZeroU32::MIN,
};
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;
/// For how long a code holds: as AWS's invitations.
/// <https://docs.aws.amazon.com/singlesignon/latest/userguide/addusers.html>
const CODE_LIFE: Duration = Duration::from_secs(7 * 86_400);
/// No second code goes out within this.
const BETWEEN_CODES: Duration = Duration::from_secs(60);
const MOST_WRONG_CODES: i64 = 5;
/// After so many wrong passwords nobody is let in for a while.
const MOST_WRONG: i64 = 5;
const LOCKED: Duration = Duration::from_secs(300);

/// What a password must be.
///
/// # Errors
/// What it lacks, for the page.
pub fn check(password: &str) -> Result<(), &'static str> {
    let kinds: [fn(char) -> bool; 4] =
        [|c| c.is_uppercase(), |c| c.is_lowercase(), |c| c.is_ascii_digit(), |c| !c.is_alphanumeric()];
    if !(8..=64).contains(&password.chars().count()) {
        return Err("A password has 8 to 64 characters.");
    }
    if !kinds.iter().all(|kind| password.chars().any(kind)) {
        return Err("A password has a capital letter, a small one, a digit and a special character.");
    }
    Ok(())
}

/// What is kept of a password. This takes long.
pub fn kept(password: &str) -> PasswordRow {
    let mut salt = vec![0; SALT_BYTES];
    secret(&mut salt);
    let mut hash = vec![0; HASH_BYTES];
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, &salt, password.as_bytes(), &mut hash);
    PasswordRow { salt: Bytes::from(salt), hash: Bytes::from(hash), failures: 0, locked_until: None }
}

/// Whether a password is the one that was kept. This takes long, and as long for somebody who has none.
pub fn is_right(row: Option<&PasswordRow>, password: &str) -> bool {
    let nobody = PasswordRow::default();
    let known = row.unwrap_or(&nobody);
    let hash: &[u8] = if row.is_some() { &known.hash } else { &[0; HASH_BYTES] };
    pbkdf2::verify(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, &known.salt, password.as_bytes(), hash).is_ok() && row.is_some()
}

/// The password of a user.
pub fn of(view: &View, instance: &Instance, user: &User) -> Result<Option<PasswordRow>> {
    view.get(&PASSWORDS, &key(instance, user))
}

fn key(instance: &Instance, user: &User) -> (String, String) {
    (instance.store.clone(), user.id.clone())
}

/// Whether nobody is let in at this moment.
pub fn is_locked(row: &PasswordRow, now: Timestamp) -> bool {
    row.locked_until.is_some_and(|until| until > now)
}

/// Counts a try.
pub fn tried(cx: &mut Cx, (instance, user): (&Instance, &User), right: bool) -> Result<()> {
    let Some(mut row) = of(cx, instance, user)? else { return Ok(()) };
    if right && row.failures == 0 && row.locked_until.is_none() {
        return Ok(());
    }
    row.failures = if right { 0 } else { row.failures + 1 };
    row.locked_until = None;
    if row.failures >= MOST_WRONG {
        row.failures = 0;
        row.locked_until = Some(cx.now().after(LOCKED));
    }
    cx.put(&PASSWORDS, &key(instance, user), &row)
}

/// Mails a code to a user, unless one went out just now or there is nowhere to mail it.
pub fn invite(cx: &mut Cx, instance: &Instance, user: &User, address: &str) -> Result<()> {
    let now = cx.now();
    let last = cx.get(&INVITATIONS, &key(instance, user))?;
    if user.email.is_empty() || last.is_some_and(|row| now.since(row.sent) < BETWEEN_CODES && row.sent <= now) {
        return Ok(());
    }
    let code = digits();
    let row = InvitationRow { code: hashed(&code), until: now.after(CODE_LIFE), failures: 0, sent: now };
    cx.put(&INVITATIONS, &key(instance, user), &row)?;
    expiry::at(cx, ("invitation", &format!("{} {}", instance.store, user.id)), row.until)?;
    let text = format!(
        "Hello {},\n\nyour verification code is {code}. With it you set the password by which you sign in at {address}.\n",
        user.name
    );
    let subject = "Your verification code for AWS IAM Identity Center";
    cx.in_scope(instance.scope, |cx| cx.dispatch("EMAIL", &user.email, (subject, &text)))
}

/// Six digits by the operating system's chance.
fn digits() -> String {
    let mut bytes = [0; 8];
    secret(&mut bytes);
    format!("{:06}", u64::from_be_bytes(bytes) % 1_000_000)
}

/// Uses a code up, and tells whether it was the right one. A few wrong ones end it.
pub fn redeem(cx: &mut Cx, (instance, user): (&Instance, &User), code: &str) -> Result<bool> {
    let key = key(instance, user);
    let Some(mut row) = cx.get(&INVITATIONS, &key)?.filter(|row| row.until > cx.now()) else {
        return Ok(false);
    };
    let right = row.code == hashed(code);
    row.failures += 1;
    if right || row.failures >= MOST_WRONG_CODES {
        cx.delete(&INVITATIONS, &key)?;
    } else {
        cx.put(&INVITATIONS, &key, &row)?;
    }
    Ok(right)
}

/// Keeps a password.
pub fn set(cx: &mut Cx, instance: &Instance, user: &User, row: &PasswordRow) -> Result<()> {
    cx.put(&PASSWORDS, &key(instance, user), row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_password_must_be() {
        for (password, expect) in [
            ("Passw0rd!", true),
            ("Pw0!", false),
            ("passw0rd!", false),
            ("PASSW0RD!", false),
            ("Password!", false),
            ("Passw0rds", false),
            (&format!("Aa1!{}", "x".repeat(61)), false),
        ] {
            assert_eq!(check(password).is_ok(), expect, "{password}");
        }
    }

    #[test]
    fn a_password_is_right_or_wrong() {
        let row = kept("Passw0rd!");
        assert!(is_right(Some(&row), "Passw0rd!"));
        assert!(!is_right(Some(&row), "passw0rd!") && !is_right(None, "Passw0rd!"));
    }
}
