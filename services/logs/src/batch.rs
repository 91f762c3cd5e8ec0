//! What of a batch of log events is accepted.
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html>

use crate::errors;
use service::Result;

/// What is counted for each event besides its bytes.
pub const OVERHEAD_BYTES: usize = 26;
/// The most that a batch may count, in bytes; an event too.
pub const LARGEST_BYTES: usize = 1_048_576;

const HOUR_MILLIS: i64 = 3_600_000;
const DAY_MILLIS: i64 = 24 * HOUR_MILLIS;
const FUTURE_MILLIS: i64 = 2 * HOUR_MILLIS;
const PAST_MILLIS: i64 = 14 * DAY_MILLIS;

/// Checks a batch as a whole: times in milliseconds, with the bytes of the messages.
pub fn check(events: &[(i64, usize)]) -> Result<()> {
    for (_, bytes) in events {
        if bytes + OVERHEAD_BYTES > LARGEST_BYTES {
            let bytes = bytes + OVERHEAD_BYTES;
            return Err(errors::invalid(format!(
                "Log event too large: {bytes} bytes exceeds limit of {LARGEST_BYTES}"
            )));
        }
    }
    let bytes = counted(events.iter().map(|(_, bytes)| *bytes));
    if bytes > LARGEST_BYTES {
        return Err(errors::invalid(format!("Upload too large: {bytes} bytes exceeds limit of {LARGEST_BYTES}")));
    }
    if !events.is_sorted_by_key(|(millis, _)| *millis) {
        let text = "Log events in a single PutLogEvents request must be in chronological order.";
        return Err(errors::invalid(text));
    }
    let span =
        events.last().map_or(0, |(last, _)| last.saturating_sub(events.first().map_or(*last, |(first, _)| *first)));
    if span > DAY_MILLIS {
        let text = "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.";
        return Err(errors::invalid(text));
    }
    Ok(())
}

/// What messages count together, in bytes.
pub fn counted(messages: impl IntoIterator<Item = usize>) -> usize {
    messages.into_iter().map(|bytes| bytes + OVERHEAD_BYTES).sum()
}

/// Which events of a batch are not taken, by their indexes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rejected {
    /// Those before are older than the retention of their group.
    pub expired_end: Option<usize>,
    /// Those before are older than 14 days.
    pub too_old_end: Option<usize>,
    /// This one and those behind are more than two hours ahead.
    pub too_new_start: Option<usize>,
}

impl Rejected {
    /// Judges times, in milliseconds and in order, by the present.
    pub fn of(times: &[i64], now: i64, retention_days: Option<i64>) -> Rejected {
        let before = |limit: i64| Some(times.partition_point(|millis| *millis < limit)).filter(|end| *end > 0);
        let too_new = times.partition_point(|millis| *millis <= now.saturating_add(FUTURE_MILLIS));
        Rejected {
            expired_end: retention_days.and_then(|days| before(oldest(now, days))),
            too_old_end: before(now.saturating_sub(PAST_MILLIS)),
            too_new_start: Some(too_new).filter(|start| *start < times.len()),
        }
    }

    /// The indexes that are taken.
    pub fn taken(&self, count: usize) -> std::ops::Range<usize> {
        let start = self.expired_end.max(self.too_old_end).unwrap_or(0);
        start..self.too_new_start.unwrap_or(count).max(start)
    }

    /// Whether all are taken.
    pub fn is_none(&self) -> bool {
        *self == Rejected::default()
    }
}

/// The oldest time that is kept where events are kept for some days, in milliseconds.
pub fn oldest(now: i64, retention_days: i64) -> i64 {
    now.saturating_sub(retention_days.saturating_mul(DAY_MILLIS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_have_limits() {
        let check = |events: &[(i64, usize)], expect: Option<&str>| {
            let text = check(events).err().map(|error| error.message().to_owned());
            assert_eq!(text.as_deref().map(|text| text.split(':').next().unwrap_or_default()), expect, "{events:?}");
        };
        check(&[(1, 10), (1, 10), (2, 10)], None);
        check(&[(2, 10), (1, 10)], Some("Log events in a single PutLogEvents request must be in chronological order."));
        check(&[(0, 1), (DAY_MILLIS, 1)], None);
        let span = "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.";
        check(&[(0, 1), (DAY_MILLIS + 1, 1)], Some(span));
        check(&[(0, LARGEST_BYTES - OVERHEAD_BYTES)], None);
        check(&[(0, LARGEST_BYTES - OVERHEAD_BYTES + 1)], Some("Log event too large"));
        check(&[(0, LARGEST_BYTES - OVERHEAD_BYTES), (0, 1)], Some("Upload too large"));
    }

    #[test]
    fn what_is_too_old_or_too_new_is_not_taken() {
        let now = 100 * DAY_MILLIS;
        let times = [now - 15 * DAY_MILLIS, now - 2 * DAY_MILLIS, now, now + FUTURE_MILLIS, now + FUTURE_MILLIS + 1];
        let none = Rejected::of(&times, now, None);
        assert_eq!(none, Rejected { expired_end: None, too_old_end: Some(1), too_new_start: Some(4) });
        assert_eq!(none.taken(times.len()), 1..4);
        let kept = Rejected::of(&times, now, Some(1));
        assert_eq!((kept.expired_end, kept.taken(times.len())), (Some(2), 2..4));
        assert!(Rejected::of(&[now], now, Some(1)).is_none());
        let all_old = Rejected::of(&times[..1], now, Some(1));
        assert_eq!(all_old.taken(1), 1..1);
    }
}
