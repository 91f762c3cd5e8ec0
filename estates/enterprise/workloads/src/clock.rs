//! Time as AWS writes it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long after 1970 it is.
pub fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// `2026-11-22T16:30:05.123Z`
pub fn iso(time: Duration) -> String {
    let (year, month, day) = date(time);
    let (hour, minute, second) = hours(time);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", time.subsec_millis())
}

/// `20261122T163005Z`, as signatures have it.
pub fn stamp(time: Duration) -> String {
    let (year, month, day) = date(time);
    let (hour, minute, second) = hours(time);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

fn hours(time: Duration) -> (u64, u64, u64) {
    let seconds = time.as_secs() % 86_400;
    (seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Year, month and day of the Gregorian calendar, by eras of 400 years that begin in March:
/// <https://howardhinnant.github.io/date_algorithms.html#civil_from_days>
fn date(time: Duration) -> (u64, u64, u64) {
    let days = time.as_secs() / 86_400 + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_aws_writes_them() {
        for (millis, expect) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_399_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_735_689_599_001, "2024-12-31T23:59:59.001Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ] {
            assert_eq!(iso(Duration::from_millis(millis)), expect);
        }
        assert_eq!(stamp(Duration::from_secs(1_440_938_160)), "20150830T123600Z");
    }
}
