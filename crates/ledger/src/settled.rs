use std::collections::BTreeSet;

/// More commits than the store keeps in its log between two folds; beyond it the oldest count as settled.
const MAX_HELD: usize = 1 << 18;

/// Which commits' records the ledger has, so that none is taken twice and none is missed.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    /// Up to here all are in synced segments: the store's log need not keep them.
    durable: u64,
    /// Up to here all have been copied, in order.
    copied: u64,
    /// Those behind `copied` that came out of order.
    held: BTreeSet<u64>,
}

impl Settled {
    pub(crate) fn new(durable: u64, held: BTreeSet<u64>) -> Settled {
        Settled { durable, copied: durable, held }
    }

    /// Whether the record of commit `seq` has been taken.
    pub(crate) fn has(&self, seq: u64) -> bool {
        seq <= self.copied || self.held.contains(&seq)
    }

    /// Whether the record of commit `seq` still has to be taken; it counts as taken from now on.
    pub(crate) fn take(&mut self, seq: u64) -> bool {
        if self.has(seq) || !self.held.insert(seq) {
            return false;
        }
        if self.held.len() > MAX_HELD
            && let Some(oldest) = self.held.pop_first()
        {
            self.copied = self.copied.max(oldest);
        }
        true
    }

    /// All commits up to `seq` have been given, in order.
    pub(crate) fn copied(&mut self, seq: u64) {
        if seq > self.copied {
            self.copied = seq;
            self.held = self.held.split_off(&(seq.saturating_add(1)));
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
        self.copied > seq || self.held.last().is_some_and(|last| *last > seq)
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
        settled.synced(14);
        assert_eq!(settled.durable(), 14);
        assert!(settled.is_ahead_of(15) && !settled.is_ahead_of(16));
    }

    #[test]
    fn what_is_held_is_bounded() {
        let mut settled = Settled::default();
        for seq in 1..=(MAX_HELD as u64 + 1_000) {
            assert!(settled.take(seq));
        }
        assert_eq!((settled.held.len(), settled.up_to()), (MAX_HELD, 1_000));
    }
}
