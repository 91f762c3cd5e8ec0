//! Keys as they are kept: two bytes of table (big endian), then the caller's key.
//! All tables share one ordered map, so that a snapshot is one pointer however many tables there are.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::ops::{Bound, Deref};
use std::sync::Arc;

use smallvec::SmallVec;

/// Which keyspace a row lives in. A name keeps its number for the life of a data directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableId(pub u16);

impl TableId {
    /// Whether it is one of the store's own, which have no names and the same numbers everywhere.
    pub(crate) fn is_own(self) -> bool {
        self.0 < crate::tables::FIRST_FREE
    }
}

/// A key with its table in front, as the maps own it. Most fit in place: a search then walks one node's memory, where
/// a pointer for each key would cost a cache miss for each comparison (measured: 2.3 us a get of 100,000 against 1.1).
#[derive(Clone)]
pub(crate) enum Key {
    Short { length: u8, bytes: [u8; SHORT_BYTES] },
    Long(Arc<[u8]>),
}

/// With the length and the variant's own byte, 48 in all.
const SHORT_BYTES: usize = 46;

impl From<&[u8]> for Key {
    fn from(from: &[u8]) -> Key {
        let mut bytes = [0; SHORT_BYTES];
        match (bytes.get_mut(..from.len()), u8::try_from(from.len())) {
            (Some(into), Ok(length)) => {
                into.copy_from_slice(from);
                Key::Short { length, bytes }
            }
            _ => Key::Long(Arc::from(from)),
        }
    }
}

impl Deref for Key {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Key::Short { length, bytes } => &bytes[..usize::from(*length)],
            Key::Long(bytes) => bytes,
        }
    }
}

impl Borrow<[u8]> for Key {
    fn borrow(&self) -> &[u8] {
        self
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Key) -> Ordering {
        (**self).cmp(other)
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Key) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        **self == **other
    }
}

impl Eq for Key {}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", (**self).escape_ascii())
    }
}

/// The same, built on the stack for one look-up.
pub(crate) type KeyBuf = SmallVec<[u8; 128]>;

/// How many bytes of a kept key name its table.
pub(crate) const TABLE_BYTES: usize = 2;

pub(crate) fn join(table: TableId, key: &[u8]) -> KeyBuf {
    joined(table, key, KeyBuf::from_slice)
}

/// A key with its table in front, for as long as `look` takes: a short one needs no memory of its own.
pub(crate) fn joined<T>(table: TableId, key: &[u8], look: impl FnOnce(&[u8]) -> T) -> T {
    let table = table.0.to_be_bytes();
    let mut short = [0; 128];
    match short.get_mut(..TABLE_BYTES + key.len()) {
        Some(place) => {
            let (front, rest) = place.split_at_mut(TABLE_BYTES);
            front.copy_from_slice(&table);
            rest.copy_from_slice(key);
            look(place)
        }
        None => look(&[&table, key].concat()),
    }
}

/// A span of kept keys. Never inverted: an empty request has no span at all.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    pub(crate) start: Bound<KeyBuf>,
    pub(crate) end: Bound<KeyBuf>,
}

impl Span {
    /// The span of `table` between two of the caller's bounds, or `None` if nothing can lie between them.
    pub(crate) fn of(table: TableId, from: Bound<&[u8]>, to: Bound<&[u8]>) -> Option<Span> {
        let start = match from {
            Bound::Unbounded => Bound::Included(join(table, &[])),
            Bound::Included(key) => Bound::Included(join(table, key)),
            Bound::Excluded(key) => Bound::Excluded(join(table, key)),
        };
        let end = match to {
            Bound::Unbounded => after_prefix(&join(table, &[])),
            Bound::Included(key) => Bound::Included(join(table, key)),
            Bound::Excluded(key) => Bound::Excluded(join(table, key)),
        };
        let span = Span { start, end };
        (!span.is_empty()).then_some(span)
    }

    /// Every key of `table` that begins with `prefix`.
    pub(crate) fn prefix(table: TableId, prefix: &[u8]) -> Span {
        let start = join(table, prefix);
        let end = after_prefix(&start);
        Span { start: Bound::Included(start), end }
    }

    /// Every key of every table.
    pub(crate) fn all() -> Span {
        Span { start: Bound::Unbounded, end: Bound::Unbounded }
    }

    /// The bounds as slices, for the maps' own range calls.
    pub(crate) fn as_slices(&self) -> (Bound<&[u8]>, Bound<&[u8]>) {
        (as_slice(&self.start), as_slice(&self.end))
    }

    /// Whether a walk that has come to `key` has left the span behind.
    pub(crate) fn is_passed(&self, key: &[u8], reverse: bool) -> bool {
        match if reverse { &self.start } else { &self.end } {
            Bound::Included(last) => {
                if reverse {
                    key < &last[..]
                } else {
                    key > &last[..]
                }
            }
            Bound::Excluded(last) => {
                if reverse {
                    key <= &last[..]
                } else {
                    key >= &last[..]
                }
            }
            Bound::Unbounded => false,
        }
    }

    // BTreeMap panics on an inverted range, so one never gets that far.
    fn is_empty(&self) -> bool {
        match (as_slice(&self.start), as_slice(&self.end)) {
            (Bound::Included(a), Bound::Included(b)) => a > b,
            (Bound::Included(a) | Bound::Excluded(a), Bound::Excluded(b))
            | (Bound::Excluded(a), Bound::Included(b)) => a >= b,
            _ => false,
        }
    }
}

fn as_slice(bound: &Bound<KeyBuf>) -> Bound<&[u8]> {
    match bound {
        Bound::Unbounded => Bound::Unbounded,
        Bound::Included(key) => Bound::Included(key),
        Bound::Excluded(key) => Bound::Excluded(key),
    }
}

/// The first bound that no key with this prefix reaches.
pub(crate) fn after_prefix(prefix: &[u8]) -> Bound<KeyBuf> {
    let kept = prefix.iter().rposition(|byte| *byte != u8::MAX);
    let Some(last) = kept else { return Bound::Unbounded };
    let mut end = KeyBuf::from_slice(&prefix[..=last]);
    end[last] += 1;
    Bound::Excluded(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_never_inverted() {
        let t = TableId(7);
        let check = |from: Bound<&[u8]>, to: Bound<&[u8]>, some: bool| {
            assert_eq!(Span::of(t, from, to).is_some(), some, "{from:?} {to:?}");
        };
        check(Bound::Included(b"b"), Bound::Included(b"a"), false);
        check(Bound::Included(b"a"), Bound::Included(b"a"), true);
        check(Bound::Included(b"a"), Bound::Excluded(b"a"), false);
        check(Bound::Excluded(b"a"), Bound::Included(b"a"), false);
        check(Bound::Excluded(b"a"), Bound::Excluded(b"b"), true);
        check(Bound::Unbounded, Bound::Excluded(b""), false);
        check(Bound::Unbounded, Bound::Unbounded, true);
    }

    #[test]
    fn short_and_long_keys_are_one_order() {
        let keys: Vec<Vec<u8>> = (0..=SHORT_BYTES + 2).map(|length| vec![7; length]).collect();
        for (at, bytes) in keys.iter().enumerate() {
            let key = Key::from(&bytes[..]);
            assert_eq!((&*key, matches!(key, Key::Short { .. })), (&bytes[..], at <= SHORT_BYTES));
            assert!(keys.iter().all(|other| key.cmp(&Key::from(&other[..])) == bytes.cmp(other)));
        }
        assert_eq!(size_of::<Key>(), 48);
    }

    #[test]
    fn a_prefix_ends_before_its_neighbour() {
        let check = |table: u16, prefix: &[u8], end: Bound<&[u8]>| {
            let span = Span::prefix(TableId(table), prefix);
            assert_eq!(span.as_slices().1, end, "{table} {prefix:?}");
        };
        check(1, b"ab", Bound::Excluded(b"\x00\x01ac"));
        check(1, b"a\xff", Bound::Excluded(b"\x00\x01b"));
        check(1, b"\xff\xff", Bound::Excluded(b"\x00\x02"));
        check(0x01ff, b"", Bound::Excluded(b"\x02"));
        check(u16::MAX, b"\xff", Bound::Unbounded);
    }
}
