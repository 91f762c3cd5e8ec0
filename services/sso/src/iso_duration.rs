//! Durations as ISO 8601 writes them, such as `PT8H`.

use crate::errors;
use service::Result;

/// What a permission set's sessions may last, in seconds: one hour to twelve.
/// <https://docs.aws.amazon.com/singlesignon/latest/userguide/howtosessionduration.html>
const LEAST: i64 = 3600;
const MOST: i64 = 43_200;

/// The seconds of a session's duration.
///
/// # Errors
/// `ValidationException` for what is no duration, or is beyond what sessions may last.
pub fn seconds(text: &str) -> Result<i64> {
    let seconds = parse(text).filter(|seconds| (LEAST..=MOST).contains(seconds));
    seconds.ok_or_else(|| errors::validation(format!("SessionDuration {text} must be between PT1H and PT12H")))
}

fn parse(text: &str) -> Option<i64> {
    let (days, time) = match text.strip_prefix('P')?.split_once('T') {
        Some((days, time)) if !time.is_empty() => (days, time),
        Some(_) => return None,
        None => (text.strip_prefix('P')?, ""),
    };
    Some(sum(days, &[('D', 86_400)])? + sum(time, &[('H', 3600), ('M', 60), ('S', 1)])?)
}

/// Numbers with their units, each at most once and in this order.
fn sum(mut text: &str, units: &[(char, i64)]) -> Option<i64> {
    let mut total = 0_i64;
    for (unit, seconds) in units {
        let Some((number, rest)) = text.split_once(*unit) else { continue };
        let number: i64 = number.parse().ok().filter(|number: &i64| (0..=100_000).contains(number))?;
        total += number * seconds;
        text = rest;
    }
    text.is_empty().then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, expect) in [
            ("PT1H", Some(3600)),
            ("PT8H", Some(28_800)),
            ("PT12H", Some(43_200)),
            ("PT1H30M", Some(5400)),
            ("PT3600S", Some(3600)),
            ("PT90M", Some(5400)),
            ("P0DT2H", Some(7200)),
            ("PT59M", None),
            ("PT12H1S", None),
            ("P1D", None),
            ("PT", None),
            ("P", None),
            ("-PT2H", None),
            ("2H", None),
            ("PT1M1H", None),
            ("PT999999999999999999H", None),
        ] {
            assert_eq!(seconds(text).ok(), expect, "{text}");
        }
    }
}
