use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// Runs of commits that are remembered, each one a stretch without a gap; beyond it the oldest count as settled.
const MAX_RUNS: usize = 1 << 18;

/// Which commits' records the ledger has, so that none is taken twice and none is missed.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    /// Up to here all are in synced segments: the store's log need not keep them.
    durable: u64,
    /// Up to here all have been copied, in order.
    copied: u64,
    /// Those behind `copied` that came by another way, as runs by their first: most come one after the other.
    held: BTreeMap<u64, u64>,
}

impl Settled {
    pub(crate) fn new(durable: u64, held: BTreeSet<u64>) -> Settled {
        let mut settled = Settled { durable, copied: durable, held: BTreeMap::new() };
        for seq in held {
            settled.take(seq);
        }
        settled
    }

    /// Whether the record of commit `seq` has been taken.
    pub(crate) fn has(&self, seq: u64) -> bool {
        self.has_all(&(seq..=seq))
    }

    /// Whether the records of all these commits have been taken.
    pub(crate) fn has_all(&self, commits: &RangeInclusive<u64>) -> bool {
        let (first, last) = ((*commits.start()).max(self.copied.saturating_add(1)), *commits.end());
        first > last || self.held.range(..=first).next_back().is_some_and(|(_, end)| *end >= last)
    }

    /// Whether the record of commit `seq` still has to be taken; it counts as taken from now on.
    pub(crate) fn take(&mut self, seq: u64) -> bool {
        if self.has(seq) {
            return false;
        }
        let end = seq.checked_add(1).and_then(|next| self.held.remove(&next)).unwrap_or(seq);
        match self.held.range_mut(..seq).next_back() {
            Some((_, before)) if *before + 1 == seq => *before = end,
            _ => drop(self.held.insert(seq, end)),
        }
        if self.held.len() > MAX_RUNS
            && let Some((_, end)) = self.held.pop_first()
        {
            self.copied = self.copied.max(end);
        }
        true
    }

    /// All commits up to `seq` have been given, in order.
    pub(crate) fn copied(&mut self, seq: u64) {
        if seq > self.copied {
            self.copied = seq;
            let last = self.held.range(..=seq).next_back().map(|(_, end)| *end);
            self.held = self.held.split_off(&(seq.saturating_add(1)));
            if let Some(end) = last.filter(|end| *end > seq) {
                self.held.insert(seq + 1, end);
            }
        }
    }

    pub(crate) fn up_to(&self) -> u64 {
        self.copied
    }

    /// What had been copied up to `seq` is synced.
    pub(crate) fn synced(&mut self, seq: u64) {
        self.durable = self.durable.max(seq);
    }

    pub(crate) fn durable(&self) -> u64 {
        self.durable
    }

    /// Whether it knows of commits behind `seq`.
    pub(crate) fn is_ahead_of(&self, seq: u64) -> bool {
        self.copied > seq || self.held.last_key_value().is_some_and(|(_, last)| *last > seq)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_commit_is_taken_once_whatever_the_order() {
        let mut settled = Settled::new(10, [12, 15].into());
        for (seq, expect) in [(9, false), (10, false), (12, false), (14, true), (14, false), (11, true), (15, false)] {
            assert_eq!(settled.take(seq), expect, "{seq}");
        }
        settled.copied(14);
        assert_eq!((settled.take(13), settled.take(15), settled.take(16)), (false, false, true));
        assert_eq!((settled.durable(), settled.up_to()), (10, 14));
        assert!(settled.has_all(&(1..=16)) && !settled.has_all(&(9..=17)));
        settled.synced(14);
        assert_eq!(settled.durable(), 14);
        assert!(settled.is_ahead_of(15) && !settled.is_ahead_of(16));
    }

    #[test]
    fn what_is_held_is_bounded() {
        let mut settled = Settled::default();
        for seq in 1..=(MAX_RUNS as u64 + 1_000) {
            assert!(settled.take(2 * seq));
        }
        assert_eq!((settled.held.len(), settled.up_to()), (MAX_RUNS, 2_000));
    }

    #[test]
    fn runs_say_what_single_commits_would() {
        let (mut settled, mut plain) = (Settled::default(), BTreeSet::new());
        let mut chance = 7_u64;
        for _ in 0..20_000 {
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let seq = 1 + (chance >> 33) % 300;
            if chance >> 60 == 0 && seq < 280 {
                settled.copied(seq);
                plain.extend(1..=seq);
            } else {
                assert_eq!(settled.take(seq), plain.insert(seq), "{seq}");
            }
            let end = seq + (chance >> 20) % 20;
            assert_eq!(settled.has_all(&(seq..=end)), (seq..=end).all(|seq| plain.contains(&seq)), "{seq} to {end}");
            if plain.len() >= 295 {
                (settled, plain) = (Settled::default(), BTreeSet::new());
            }
        }
    }
}
