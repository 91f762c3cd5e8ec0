//! The API's own rate buckets, behind `--throttle`: a token bucket for each account, region, service and operation.
//!
//! A bucket is kept as the moment at which it will be full again (the generic cell rate algorithm), so that it costs
//! one number and no timer, and a full bucket need not be kept at all.
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/throttling.html>

use clock::{Duration, Timestamp};
use ids::{AccountId, Region};
use parking_lot::Mutex;
use std::collections::BTreeMap;

/// More than any estate fills at a time. Beyond it, those that are nearly full are forgotten first.
const MAX_BUCKETS: usize = 65_536;

/// What a bucket belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BucketKey {
    /// Who calls.
    pub account: AccountId,
    /// Where.
    pub region: Region,
    /// The service, by endpoint prefix.
    pub service: &'static str,
    /// The operation, or `*` where operations share a bucket.
    pub operation: &'static str,
}

/// How much a bucket lets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Requests a second, on the average; 0 lets nothing through.
    pub per_second: u32,
    /// Requests at once; at least one is always meant.
    pub burst: u32,
}

/// All buckets that are not full.
#[derive(Default)]
pub struct Throttle {
    /// When each bucket will be full again, in nanoseconds since 1970.
    full_at: Mutex<BTreeMap<BucketKey, i128>>,
}

impl Throttle {
    /// Takes a token. `Err` says after how long there will be one.
    pub fn take(&self, key: BucketKey, rate: Rate, now: Timestamp) -> Result<(), Duration> {
        if rate.per_second == 0 {
            return Err(Duration::MAX);
        }
        let now = i128::from(now.0) * 1_000;
        let interval = 1_000_000_000 / i128::from(rate.per_second);
        let room = interval * i128::from(rate.burst.max(1));
        let mut buckets = self.full_at.lock();
        let full_at = buckets.get(&key).map_or(now, |at| (*at).max(now)) + interval;
        if full_at - now > room {
            return Err(Duration::from_nanos(u64::try_from(full_at - now - room).unwrap_or(u64::MAX)));
        }
        if buckets.len() >= MAX_BUCKETS && !buckets.contains_key(&key) {
            make_room(&mut buckets, now);
        }
        buckets.insert(key, full_at);
        Ok(())
    }

    /// How many buckets are remembered.
    pub fn len(&self) -> usize {
        self.full_at.lock().len()
    }

    /// Whether all buckets are full.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Forgets the buckets that are full, and if few are, the eighth that would be full soonest.
fn make_room(buckets: &mut BTreeMap<BucketKey, i128>, now: i128) {
    buckets.retain(|_, full_at| *full_at > now);
    let most = MAX_BUCKETS - MAX_BUCKETS / 8;
    if buckets.len() > most {
        let mut times: Vec<i128> = buckets.values().copied().collect();
        let extra = times.len() - most;
        let (_, limit, _) = times.select_nth_unstable(extra);
        let limit = *limit;
        let mut left = extra;
        buckets.retain(|_, full_at| {
            let goes = left > 0 && *full_at <= limit;
            left -= usize::from(goes);
            !goes
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(account: u64, operation: &'static str) -> BucketKey {
        let region = Region::new("eu-west-1").unwrap();
        BucketKey { account: AccountId::from_number(account).unwrap(), region, service: "queue", operation }
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(1_000_000 + millis)
    }

    #[test]
    fn a_burst_passes_and_then_the_rate() {
        let throttle = Throttle::default();
        let rate = Rate { per_second: 10, burst: 3 };
        let take = |millis| throttle.take(key(1, "Send"), rate, at(millis)).map_err(|wait| wait.as_millis());
        for (millis, expect) in [
            (0, Ok(())),
            (0, Ok(())),
            (0, Ok(())),
            (0, Err(100)),
            (40, Err(60)),
            (100, Ok(())),
            (100, Err(100)),
            (10_000, Ok(())),
            (10_000, Ok(())),
            (10_000, Ok(())),
            (10_000, Err(100)),
        ] {
            assert_eq!(take(millis), expect, "at {millis} ms");
        }
    }

    #[test]
    fn over_a_long_time_the_rate_is_exact() {
        for (per_second, burst) in [(1, 1), (3, 1), (7, 20), (2_000, 5)] {
            let throttle = Throttle::default();
            let rate = Rate { per_second, burst };
            let passed = (0..100_000).filter(|n| throttle.take(key(1, "Send"), rate, at(n / 10)).is_ok()).count();
            // The last request comes after 9.999 s.
            let expect = 9_999 * per_second as usize / 1_000 + burst as usize;
            assert!(passed.abs_diff(expect) <= 1, "{rate:?}: {passed} and not {expect}");
        }
    }

    #[test]
    fn buckets_are_apart_and_a_rate_of_nothing_stops_all() {
        let throttle = Throttle::default();
        let rate = Rate { per_second: 1, burst: 1 };
        for key in [key(1, "Send"), key(2, "Send"), key(1, "Receive")] {
            assert_eq!(throttle.take(key, rate, at(0)), Ok(()));
            assert!(throttle.take(key, rate, at(0)).is_err());
        }
        assert!(throttle.take(key(9, "Send"), Rate { per_second: 0, burst: 9 }, at(0)).is_err());
        assert!(throttle.take(key(9, "Send"), Rate { per_second: 1, burst: 0 }, at(0)).is_ok());
    }

    #[test]
    fn a_clock_that_stands_at_the_end_of_time_does_no_harm() {
        let throttle = Throttle::default();
        let rate = Rate { per_second: 1, burst: u32::MAX };
        for now in [Timestamp::MAX, Timestamp(i64::MIN), Timestamp(0)] {
            let _ = throttle.take(key(1, "Send"), rate, now);
        }
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let throttle = Throttle::default();
        let rate = Rate { per_second: 1, burst: 1 };
        (0..MAX_BUCKETS as u64).for_each(|n| throttle.take(key(n, "Send"), rate, at(0)).unwrap());
        assert_eq!(throttle.len(), MAX_BUCKETS);
        throttle.take(key(1_000_000, "Send"), rate, at(1)).unwrap();
        assert_eq!(throttle.len(), MAX_BUCKETS - MAX_BUCKETS / 8 + 1);
        assert!(throttle.take(key(1_000_000, "Send"), rate, at(2)).is_err());
        (0..MAX_BUCKETS as u64).for_each(|n| throttle.take(key(n, "Get"), rate, at(5_000)).unwrap());
        assert!(throttle.len() <= MAX_BUCKETS);
    }
}
