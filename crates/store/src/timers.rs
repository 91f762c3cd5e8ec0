//! What happens later: rows ordered by when they are due. There is no thread and no clock here; the owner asks.

use std::ops::Bound;

use bytes::Bytes;

use crate::error::Error;
use crate::key::KeyBuf;
use crate::read::Read;
use crate::rows::Direction;
use crate::tables::TIMERS;
use crate::txn::Txn;

/// A timer row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timer {
    /// When it is due, in microseconds of virtual time since 1970.
    pub due: i64,
    /// What tells it from others that are due at the same moment; among those, the smallest comes first.
    pub id: Bytes,
    /// What its owner gave along.
    pub payload: Bytes,
}

/// Reading timers, on a snapshot or within a transaction.
pub trait Timers: Read {
    /// When the first timer is due, in microseconds, if there is one.
    fn next_due(&self) -> Result<Option<i64>, Error> {
        let first = self.range(TIMERS, Bound::Unbounded, Bound::Unbounded, Direction::Forward).next();
        first.map(|row| row.map(|(key, _)| due_of(&key))).transpose()
    }

    /// The first timers due at or before `until`, in order, `limit` at most.
    fn due(&self, until: i64, limit: usize) -> Result<Vec<Timer>, Error> {
        let end = until.checked_add(1).map(|end| key(end, &[]));
        let end = end.as_ref().map_or(Bound::Unbounded, |end| Bound::Excluded(&end[..]));
        let rows = self.range(TIMERS, Bound::Unbounded, end, Direction::Forward).take(limit);
        rows.map(|row| {
            row.map(|(key, payload)| Timer { due: due_of(&key), id: key.slice(key.len().min(8)..), payload })
        })
        .collect()
    }
}

impl<R: Read + ?Sized> Timers for R {}

impl Txn {
    /// Sets a timer for `due`, in microseconds; one with the same moment and id is replaced.
    pub fn set_timer(&mut self, due: i64, id: &[u8], payload: &[u8]) {
        self.put(TIMERS, &key(due, id), Bytes::copy_from_slice(payload));
    }

    /// Takes away the timer set for `due` under `id`. There need not be one.
    pub fn cancel_timer(&mut self, due: i64, id: &[u8]) {
        self.delete(TIMERS, &key(due, id));
    }
}

/// With its sign turned, a number's bytes sort as the number does.
fn key(due: i64, id: &[u8]) -> KeyBuf {
    let mut key = KeyBuf::from_slice(&(due.cast_unsigned() ^ (1 << 63)).to_be_bytes());
    key.extend_from_slice(id);
    key
}

fn due_of(key: &[u8]) -> i64 {
    let bytes = key.first_chunk::<8>().copied().unwrap_or_default();
    (u64::from_be_bytes(bytes) ^ (1 << 63)).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Store;

    #[test]
    fn timers_come_in_order_of_time_then_id() {
        let store = Store::memory();
        let mut txn = store.begin();
        assert_eq!(txn.next_due().unwrap(), None);
        for (due, id) in [(5, "b"), (-3, "x"), (5, "a"), (i64::MAX, "last"), (i64::MIN, "first"), (6, "c")] {
            txn.set_timer(due, id.as_bytes(), id.as_bytes());
        }
        txn.cancel_timer(6, b"c");
        txn.cancel_timer(7, b"never was");
        txn.commit(b"").unwrap();
        let snapshot = store.snapshot();
        assert_eq!(snapshot.next_due().unwrap(), Some(i64::MIN));
        let check = |until: i64, limit: usize, ids: &[&str]| {
            let due = snapshot.due(until, limit).unwrap();
            assert_eq!(
                due.iter().map(|timer| &*timer.payload).collect::<Vec<_>>(),
                ids.iter().map(|id| id.as_bytes()).collect::<Vec<_>>()
            );
            assert!(due.iter().all(|timer| timer.id == timer.payload && timer.due <= until));
        };
        check(4, 10, &["first", "x"]);
        check(5, 10, &["first", "x", "a", "b"]);
        check(5, 3, &["first", "x", "a"]);
        check(i64::MAX, 10, &["first", "x", "a", "b", "last"]);
        check(i64::MIN, 10, &["first"]);
    }

    #[test]
    fn a_row_that_is_no_timer_does_no_harm() {
        let store = Store::memory();
        let mut txn = store.begin();
        txn.put(TIMERS, b"ab", Bytes::new());
        txn.commit(b"").unwrap();
        assert_eq!(store.snapshot().due(i64::MAX, 9).unwrap().len(), 1);
    }
}
