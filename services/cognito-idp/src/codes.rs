//! Codes that prove that somebody reads what is sent to him.

use crate::errors;
use crate::password;
use crate::state::{CodeRow, UserRow};
use service::{Duration, Result, Timestamp};

/// What a code is for, where it is no attribute.
pub const SIGN_UP: &str = "SIGN_UP";
/// What a code is for, where it is no attribute.
pub const PASSWORD: &str = "PASSWORD";

/// So many wrong guesses may be made, and more only after a while.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html>
const MOST_GUESSES: i64 = 5;
const PAUSE: Duration = Duration::from_secs(15 * 60);

/// How long a code holds.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html>
fn validity(purpose: &str) -> Duration {
    Duration::from_secs(if purpose == PASSWORD { 3600 } else { 24 * 3600 })
}

/// Makes a new code, which ends the one before.
pub fn issue(row: &mut UserRow, purpose: &str, attribute: &str, now: Timestamp) -> String {
    let code = password::code();
    let before = row.codes.iter().find(|known| known.purpose == purpose);
    // A new code is no new chance to guess.
    let (failures, failed_at) = before.map(|known| (known.failures, known.failed_at)).unwrap_or_default();
    row.codes.retain(|known| known.purpose != purpose && known.until > now);
    row.codes.push(CodeRow {
        purpose: purpose.to_owned(),
        code: code.clone(),
        attribute: attribute.to_owned(),
        until: now.after(validity(purpose)),
        failures,
        failed_at,
    });
    code
}

/// Takes a code that somebody gives, and tells by which attribute it went to him. A wrong guess is noted in the row, which
/// is to be kept.
pub fn spend(row: &mut UserRow, purpose: &str, given: &str, now: Timestamp) -> Result<String> {
    let at = row.codes.iter().position(|known| known.purpose == purpose);
    let Some(known) = at.and_then(|at| row.codes.get_mut(at)) else { return Err(errors::expired_code()) };
    if known.failed_at.is_some_and(|at| now.since(at) >= PAUSE) {
        (known.failures, known.failed_at) = (0, None);
    }
    if known.failures >= MOST_GUESSES {
        return Err(errors::too_many_attempts());
    }
    if known.until <= now {
        return Err(errors::expired_code());
    }
    if known.code != given {
        known.failures += 1;
        known.failed_at = Some(now);
        return Err(errors::wrong_code().keeping());
    }
    let attribute = known.attribute.clone();
    row.codes.retain(|known| known.purpose != purpose);
    Ok(attribute)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(row: &mut UserRow, given: &str, now: i64) -> Result<String, String> {
        spend(row, SIGN_UP, given, Timestamp::from_secs(now)).map_err(|error| error.code().to_owned())
    }

    #[test]
    fn a_code_holds_once_for_a_day_and_for_five_guesses() {
        let mut row = UserRow::default();
        assert_eq!(said(&mut row, "000000", 0), Err("ExpiredCodeException".to_owned()));
        let code = issue(&mut row, SIGN_UP, "email", Timestamp::from_secs(0));
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for _ in 0..5 {
            assert_eq!(said(&mut row, wrong, 1), Err("CodeMismatchException".to_owned()));
        }
        assert_eq!(said(&mut row, &code, 2), Err("LimitExceededException".to_owned()));
        let code = issue(&mut row, SIGN_UP, "email", Timestamp::from_secs(3));
        assert_eq!(said(&mut row, &code, 4), Err("LimitExceededException".to_owned()));
        assert_eq!(said(&mut row, &code, 1 + 900), Ok("email".to_owned()));
        assert_eq!(said(&mut row, &code, 1 + 900), Err("ExpiredCodeException".to_owned()));
        let code = issue(&mut row, SIGN_UP, "email", Timestamp::from_secs(0));
        assert_eq!(said(&mut row, &code, 86_400), Err("ExpiredCodeException".to_owned()));
    }
}
