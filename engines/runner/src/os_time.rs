//! The only reader of the operating system's clocks in this crate. A process's own timeout is real time, and the
//! deadline that it is told must agree with the clock that it reads itself.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The monotonic clock.
pub(crate) fn now() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "durations of real processes are real")]
    Instant::now()
}

/// Milliseconds since 1970 after `ahead` has passed.
pub(crate) fn epoch_ms(ahead: Duration) -> u128 {
    (since_epoch() + ahead).as_millis()
}

fn since_epoch() -> Duration {
    #[expect(clippy::disallowed_methods, reason = "functions compare their deadline with the machine's clock")]
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// The wall clock as `2026-01-31T12:00:00.000Z`.
pub(crate) fn iso_now() -> String {
    iso(since_epoch())
}

fn iso(since_epoch: Duration) -> String {
    let (days, second) = (since_epoch.as_secs() / 86_400, since_epoch.as_secs() % 86_400);
    let (year, month, day) = civil(days);
    let (hour, minute, second, ms) = (second / 3600, second / 60 % 60, second % 60, since_epoch.subsec_millis());
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z")
}

/// Days since 1970 as year, month and day, counted in eras of 400 years that begin in March.
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, of_year - (153 * from_march + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_civil() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400, "2000-02-29T00:00:00.000Z"),
            (1_767_225_599, "2025-12-31T23:59:59.000Z"),
            (1_767_225_600, "2026-01-01T00:00:00.000Z"),
        ] {
            assert_eq!(iso(Duration::from_secs(seconds)), text);
        }
    }
}
