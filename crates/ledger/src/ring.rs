use bytes::Bytes;
use clock::Timestamp;
use ids::RequestId;
use std::collections::VecDeque;

/// The newest records, in memory: bounded by their number and by their bytes.
pub(crate) struct Ring {
    entries: VecDeque<Entry>,
    capacity: usize,
    max_bytes: usize,
    bytes: usize,
}

/// A record in memory, as its bytes: a tenth of what the struct would take.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) number: u64,
    pub(crate) id: RequestId,
    pub(crate) time: Timestamp,
    pub(crate) body: Bytes,
}

impl Ring {
    pub(crate) fn new(capacity: usize, max_bytes: usize) -> Ring {
        Ring { entries: VecDeque::new(), capacity: capacity.max(1), max_bytes, bytes: 0 }
    }

    /// Adds the newest record, whose number is one more than the last one's.
    pub(crate) fn push(&mut self, entry: Entry) {
        self.bytes += entry.body.len();
        self.entries.push_back(entry);
        while self.entries.len() > self.capacity || (self.bytes > self.max_bytes && self.entries.len() > 1) {
            if let Some(oldest) = self.entries.pop_front() {
                self.bytes -= oldest.body.len();
            }
        }
    }

    /// The number of the oldest record that is here.
    pub(crate) fn first(&self) -> Option<u64> {
        self.entries.front().map(|entry| entry.number)
    }

    /// Up to `most` records with numbers in `from..to`, oldest first: the oldest of them, or the newest.
    pub(crate) fn slice(&self, range: std::ops::Range<u64>, most: usize, newest: bool) -> Vec<Entry> {
        let Some(first) = self.first() else { return Vec::new() };
        let place = |number: u64| usize::try_from(number.saturating_sub(first)).unwrap_or(usize::MAX);
        let end = place(range.end).min(self.entries.len());
        let start = place(range.start).min(end);
        let (start, end) = match newest {
            true => (start.max(end.saturating_sub(most)), end),
            false => (start, end.min(start.saturating_add(most))),
        };
        self.entries.range(start..end).cloned().collect()
    }

    /// The newest record of a request.
    pub(crate) fn find(&self, id: RequestId) -> Option<Bytes> {
        self.entries.iter().rev().find(|entry| entry.id == id).map(|entry| entry.body.clone())
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(number: u64, size: usize) -> Entry {
        let id = RequestId(u128::from(number) * 10);
        Entry { number, id, time: Timestamp(0), body: vec![0; size].into() }
    }

    #[test]
    fn bounds_hold_and_slices_are_what_is_left() {
        let mut ring = Ring::new(4, 100);
        (5..=10).for_each(|n| ring.push(entry(n, 10)));
        assert_eq!((ring.first(), ring.len(), ring.bytes()), (Some(7), 4, 40));
        let check = |range, most, newest, expect: &[u64]| {
            let found: Vec<u64> = ring.slice(range, most, newest).iter().map(|e| e.number).collect();
            assert_eq!(found, expect);
        };
        check(0..u64::MAX, 9, false, &[7, 8, 9, 10]);
        check(8..u64::MAX, 2, false, &[8, 9]);
        check(0..10, 2, true, &[8, 9]);
        check(11..u64::MAX, 2, true, &[]);
        check(0..3, 2, false, &[]);
        assert!(ring.find(RequestId(80)).is_some() && ring.find(RequestId(60)).is_none());
        ring.push(entry(11, 70));
        assert_eq!((ring.first(), ring.bytes()), (Some(8), 100));
        ring.push(entry(12, 500));
        assert_eq!((ring.len(), ring.bytes()), (1, 500));
    }
}
