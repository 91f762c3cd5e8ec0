//! What was read of a base before. A base never changes, so what is known of it holds for as long as it is there; after a start
//! every row lies in one, and those that decide what a request may do are read again and again.

use bytes::Bytes;
use parking_lot::RwLock;
use rustc_hash::FxHashMap;

/// The most that is remembered, in bytes of keys, values and what they are kept in.
const MOST_BYTES: usize = 512 << 10;
/// A larger answer is not remembered: few of them would push out all others.
const MOST_ANSWER_BYTES: usize = 4 << 10;
/// What an answer takes besides its key and value, in bytes.
const OWN_BYTES: usize = 96;

/// Answers by key; `None` is an answer too.
#[derive(Default)]
pub(crate) struct Seen(RwLock<Answers>);

#[derive(Default)]
struct Answers {
    by_key: FxHashMap<Box<[u8]>, Option<Bytes>>,
    bytes: usize,
}

impl Seen {
    /// The answer that was given before, or else the one that `look` gives.
    pub(crate) fn or_look<E>(
        &self,
        key: &[u8],
        look: impl FnOnce() -> Result<Option<Bytes>, E>,
    ) -> Result<Option<Bytes>, E> {
        if let Some(answer) = self.0.read().by_key.get(key) {
            return Ok(answer.clone());
        }
        let answer = look()?;
        let bytes = OWN_BYTES + key.len() + answer.as_ref().map_or(0, Bytes::len);
        // Nobody waits to remember.
        if bytes <= MOST_ANSWER_BYTES
            && let Some(mut known) = self.0.try_write()
        {
            if known.bytes + bytes > MOST_BYTES {
                *known = Answers::default();
            }
            if known.by_key.insert(key.into(), answer.clone()).is_none() {
                known.bytes += bytes;
            }
        }
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_answered_is_not_looked_up_again_and_memory_is_bounded() {
        let seen = Seen::default();
        let look = |key: u32, answer: Option<&'static [u8]>| {
            let mut looked = false;
            let found = seen.or_look::<()>(&key.to_be_bytes(), || {
                looked = true;
                Ok(answer.map(Bytes::from_static))
            });
            (found.unwrap(), looked)
        };
        assert_eq!(look(1, Some(b"row")), (Some(Bytes::from_static(b"row")), true));
        assert_eq!(look(1, None), (Some(Bytes::from_static(b"row")), false));
        assert_eq!(look(2, None), (None, true));
        assert_eq!(look(2, Some(b"row")), (None, false));
        assert_eq!(seen.or_look(b"3", || Err("unread")), Err("unread"));
        assert_eq!(look(3, Some(&[0; MOST_ANSWER_BYTES])).1, look(3, Some(b"")).1);
        for key in 4..20_000 {
            assert!(look(key, Some(b"row")).1);
            let known = seen.0.read();
            assert!(known.bytes <= MOST_BYTES && known.by_key.len() * OWN_BYTES <= MOST_BYTES);
        }
    }
}
