//! Wrong passwords lock a user out for a while.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html#authentication-flow-lockout-behavior>

use crate::errors;
use crate::state::UserRow;
use service::{Duration, Result, Timestamp};

/// So many wrong passwords cost nothing.
const FREE: i64 = 5;
/// The longest a user is locked out.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// Whether a password is looked at now.
pub fn check(row: &UserRow, now: Timestamp) -> Result<()> {
    match row.locked_until {
        Some(until) if now < until => Err(errors::not_authorized("Password attempts exceeded")),
        _ => Ok(()),
    }
}

/// Counts a wrong password: from the fifth on a user is locked out for a second, and twice as long each time.
pub fn failed(row: &mut UserRow, now: Timestamp) {
    // A lock that has just ended is no quiet time.
    let since = row.locked_until.or(row.failed_at);
    let quiet = since.is_some_and(|at| now.since(at) >= LONGEST);
    row.failures = if quiet { 1 } else { row.failures.saturating_add(1) };
    row.failed_at = Some(now);
    row.locked_until = (row.failures >= FREE).then(|| {
        let doublings = u32::try_from(row.failures - FREE).unwrap_or(u32::MAX).min(10);
        now.after(Duration::from_secs(1 << doublings).min(LONGEST))
    });
}

/// A right password ends it.
pub fn succeeded(row: &mut UserRow) {
    (row.failures, row.failed_at, row.locked_until) = (0, None, None);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fifth_wrong_password_locks_for_a_second_and_each_further_one_twice_as_long() {
        let (mut row, mut now) = (UserRow::default(), Timestamp::from_secs(1_000));
        let mut locks = Vec::new();
        for _ in 0..17 {
            assert!(check(&row, now).is_ok());
            failed(&mut row, now);
            let until = row.locked_until.unwrap_or(now);
            locks.push(until.since(now).as_secs());
            assert_eq!(check(&row, now).is_err(), until > now);
            now = until;
        }
        assert_eq!(locks, [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
        failed(&mut row, now.after(LONGEST));
        assert_eq!((row.failures, row.locked_until), (1, None));
        succeeded(&mut row);
        assert_eq!(row, UserRow::default());
    }
}
