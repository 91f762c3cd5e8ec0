//! Rows as they were at the end of a past second: the present, with what history has kept put back.

use std::iter::Peekable;
use std::ops::Bound;

use bytes::{Buf, Bytes};

use crate::error::Error;
use crate::history::{covering, history_prefix, ordered, parse, was};
use crate::key::{KeyBuf, TABLE_BYTES, TableId, after_prefix, join};
use crate::read::{Read, Snapshot};
use crate::rows::{Direction, Rows};
use crate::tables::{HISTORY, RETAINED};

/// The second in a history key's end or in a range's row.
pub(crate) fn since_of(bytes: &[u8]) -> i64 {
    let bytes = bytes.first_chunk::<8>().copied().unwrap_or_default();
    (u64::from_be_bytes(bytes) ^ (1 << 63)).cast_signed()
}

/// The last kept range at or before `bound`.
pub(crate) fn floor_in_snapshot(snapshot: &Snapshot, bound: &[u8]) -> Result<Option<(KeyBuf, i64)>, Error> {
    let mut below = snapshot.range(RETAINED, Bound::Unbounded, Bound::Included(bound), Direction::Reverse);
    let row = below.next().transpose()?;
    Ok(row.map(|(range, since)| (KeyBuf::from_slice(&range), since_of(&since))))
}

/// Kept ranges as they were at the end of a second. Made by [`Snapshot::at`].
#[derive(Clone)]
pub struct Past {
    snapshot: Snapshot,
    second: i64,
}

impl Snapshot {
    /// The rows as they were at the end of a second of virtual time, since 1970. Only kept ranges can be read so, back
    /// to where [`crate::Txn::retain`] said.
    pub fn at(&self, second: i64) -> Past {
        Past { snapshot: self.clone(), second }
    }
}

impl Past {
    /// The value that `key` had, or `None`.
    ///
    /// # Errors
    /// [`Error::NotRetained`] if nobody asked to keep that second.
    pub fn get(&self, table: TableId, key: &[u8]) -> Result<Option<Bytes>, Error> {
        self.check(table, key)?;
        let mut row = history_prefix(&join(table, key));
        row.extend_from_slice(&[0, 1]);
        let (mut from, end) = (row.clone(), after_prefix(&row));
        from.extend_from_slice(&ordered(self.second));
        let mut kept = self.snapshot.range(HISTORY, Bound::Excluded(&from), slice(&end), Direction::Forward);
        match kept.next().transpose()? {
            Some((_, kept)) => Ok(was(&kept)),
            None => self.snapshot.get(table, key),
        }
    }

    /// The rows whose keys began with `prefix`, from `from` on, the smallest key first. Each is read as it is asked for.
    ///
    /// # Errors
    /// [`Error::NotRetained`] if nobody asked to keep that second of the whole range.
    pub fn prefix(&self, table: TableId, prefix: &[u8], from: Bound<&[u8]>) -> Result<PastRows<'_>, Error> {
        self.check(table, prefix)?;
        let from = match from {
            Bound::Included(key) | Bound::Excluded(key) if key < prefix => Bound::Included(prefix),
            Bound::Unbounded => Bound::Included(prefix),
            from => from,
        };
        let start = match from {
            Bound::Included(key) => history_prefix(&join(table, key)),
            Bound::Excluded(key) => {
                // Behind all changes of that row, before any of a longer one.
                let mut behind = history_prefix(&join(table, key));
                behind.extend_from_slice(&[0, 2]);
                behind
            }
            Bound::Unbounded => KeyBuf::new(),
        };
        let end = after_prefix(&history_prefix(&join(table, prefix)));
        let past = self.snapshot.range(HISTORY, Bound::Included(&start), slice(&end), Direction::Forward);
        let end = match after_prefix(prefix) {
            Bound::Excluded(end) => Bound::Excluded(end),
            _ => Bound::Unbounded,
        };
        let now = self.snapshot.range(table, from, slice(&end), Direction::Forward).peekable();
        Ok(PastRows { now, past, undo: None, last: KeyBuf::new(), second: self.second, started: false })
    }

    fn check(&self, table: TableId, prefix: &[u8]) -> Result<(), Error> {
        let since = covering(&join(table, prefix), |bound| floor_in_snapshot(&self.snapshot, bound))?;
        match since {
            Some(since) if since <= self.second => Ok(()),
            since => Err(Error::NotRetained { second: self.second, since }),
        }
    }
}

fn slice(bound: &Bound<KeyBuf>) -> Bound<&[u8]> {
    match bound {
        Bound::Included(key) => Bound::Included(key),
        Bound::Excluded(key) => Bound::Excluded(key),
        Bound::Unbounded => Bound::Unbounded,
    }
}

/// Rows as they were, in the order of their keys. After an error there is nothing more.
pub struct PastRows<'a> {
    now: Peekable<Rows<'a>>,
    past: Rows<'a>,
    /// The next row that is not as it was, and what it was.
    undo: Option<(Bytes, Option<Bytes>)>,
    /// The row whose later changes do not matter, with its table.
    last: KeyBuf,
    second: i64,
    started: bool,
}

impl PastRows<'_> {
    /// Finds the next row that has changed since.
    fn step(&mut self) -> Result<(), Error> {
        self.undo = None;
        while let Some(row) = self.past.next().transpose()? {
            let Some((joined, _)) = parse(&row.0).filter(|(_, second)| *second > self.second) else { continue };
            // Only its first change after the second tells what it was then.
            if joined != self.last {
                let mut key = Bytes::copy_from_slice(&joined);
                key.advance(TABLE_BYTES);
                self.last = joined;
                self.undo = Some((key, was(&row.1)));
                break;
            }
        }
        Ok(())
    }

    fn advance(&mut self) -> Result<Option<(Bytes, Bytes)>, Error> {
        if !self.started {
            self.started = true;
            self.step()?;
        }
        loop {
            let now = match self.now.peek() {
                Some(Ok((key, _))) => Some(key),
                Some(Err(_)) => return self.now.next().transpose(),
                None => None,
            };
            let Some((key, _)) = self.undo.as_ref().filter(|(key, _)| now.is_none_or(|now| key <= now)) else {
                return self.now.next().transpose();
            };
            if now == Some(key) {
                self.now.next().transpose()?;
            }
            let undo = self.undo.take();
            self.step()?;
            if let Some((key, Some(value))) = undo {
                return Ok(Some((key, value)));
            }
        }
    }
}

impl Iterator for PastRows<'_> {
    type Item = Result<(Bytes, Bytes), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.advance().transpose()
    }
}
