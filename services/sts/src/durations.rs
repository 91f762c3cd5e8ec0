//! For how long sessions last. All in seconds.

use crate::errors;
use service::{CallerKind, Result};

const HOUR: i64 = 3600;
const TWELVE_HOURS: i64 = 43_200;

/// A role's session. One that was assumed with a session of another role, or of a user, lasts an hour at most.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining>
pub fn of_role(asked: Option<i64>, chained: bool, most: i64) -> Result<i64> {
    let duration = asked.unwrap_or(HOUR);
    if chained && duration > HOUR {
        return Err(errors::validation(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
        ));
    }
    if duration > most {
        return Err(errors::validation(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ));
    }
    Ok(duration)
}

/// A session of `GetSessionToken` or `GetFederationToken`: a root user's ends after an hour, whatever was asked.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>
pub fn of_user(asked: Option<i64>, kind: CallerKind) -> i64 {
    match kind {
        CallerKind::Root => asked.unwrap_or(HOUR).min(HOUR),
        _ => asked.unwrap_or(TWELVE_HOURS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_of_roles() {
        let check = |asked, chained, most, expect: Result<i64, &str>| {
            let got = of_role(asked, chained, most);
            match expect {
                Ok(duration) => assert_eq!(got.unwrap(), duration),
                Err(part) => assert!(got.unwrap_err().message().contains(part), "{part}"),
            }
        };
        check(None, false, 3600, Ok(3600));
        check(None, true, 43_200, Ok(3600));
        check(Some(900), true, 3600, Ok(900));
        check(Some(43_200), false, 43_200, Ok(43_200));
        check(Some(3601), false, 3600, Err("MaxSessionDuration set for this role."));
        check(Some(3601), true, 43_200, Err("1 hour session limit for roles assumed by role chaining."));
    }

    #[test]
    fn sessions_of_users() {
        for (asked, kind, expect) in [
            (None, CallerKind::User, 43_200),
            (Some(129_600), CallerKind::User, 129_600),
            (None, CallerKind::Root, 3600),
            (Some(129_600), CallerKind::Root, 3600),
            (Some(900), CallerKind::Root, 900),
        ] {
            assert_eq!(of_user(asked, kind), expect);
        }
    }
}
