//! Declared limits, which always hold: what flows into a bucket each second, and what is drawn from it.
//!
//! A bucket that is not here is full, so that one costs nothing until it is drawn from, and none is kept over a restart.

use clock::Timestamp;
use ids::{AccountId, Region};
use parking_lot::Mutex;
use service::Limit;
use std::collections::BTreeMap;

/// More than any estate draws from at a time. Beyond it, those that have filled up again are forgotten.
const MAX_BUCKETS: usize = 65_536;

/// Whose bucket: account, region and service.
pub(crate) type Owner = (AccountId, Region, &'static str);

/// All buckets that are not full.
#[derive(Default)]
pub(crate) struct Buckets {
    held: Mutex<BTreeMap<(Owner, String), Held>>,
}

/// What a bucket held at a moment.
#[derive(Debug, Clone, Copy)]
struct Held {
    amount: f64,
    at: Timestamp,
    limit: Limit,
}

impl Held {
    fn now(self, limit: Limit, now: Timestamp) -> f64 {
        let seconds = now.since(self.at).as_secs_f64();
        (self.amount + seconds * self.limit.per_second).min(limit.most)
    }
}

impl Buckets {
    /// Takes `amount` if it is there. An amount that the bucket could never hold passes when it is full.
    pub(crate) fn draw(&self, owner: Owner, name: &str, limit: Limit, amount: f64, now: Timestamp) -> bool {
        let mut held = self.held.lock();
        let key = (owner, name.to_owned());
        let there = held.get(&key).map_or(limit.most, |held| held.now(limit, now));
        if there < amount.min(limit.most) {
            return false;
        }
        if held.len() >= MAX_BUCKETS {
            held.retain(|_, held| held.now(held.limit, now) < held.limit.most);
        }
        held.insert(key, Held { amount: there - amount, at: now, limit });
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_gives_what_it_holds_and_fills_by_the_second() {
        let owner = (AccountId::DEFAULT, Region::new("eu-west-1").unwrap(), "tables");
        let buckets = Buckets::default();
        let limit = Limit { per_second: 2.0, most: 10.0 };
        let draw = |name: &str, amount, second| buckets.draw(owner, name, limit, amount, Timestamp::from_secs(second));
        for (name, amount, second, expect) in [
            ("a", 6.0, 0, true),
            ("a", 6.0, 0, false),
            ("b", 6.0, 0, true),
            ("a", 4.0, 0, true),
            ("a", 0.5, 0, false),
            ("a", 2.0, 1, true),
            ("a", 0.5, 1, false),
            ("a", 11.0, 1_000, true),
            ("a", 0.5, 1_000, false),
        ] {
            assert_eq!(draw(name, amount, second), expect, "{name} {amount} at {second}");
        }
    }
}
