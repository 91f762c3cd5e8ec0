use clock::Timestamp;
use ids::{AccountId, Region};

/// A key under construction: bytes whose order is the order of what was put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyBuf(Vec<u8>);

/// Most keys are no longer.
const USUAL_BYTES: usize = 80;

impl Default for KeyBuf {
    fn default() -> KeyBuf {
        KeyBuf(Vec::with_capacity(USUAL_BYTES))
    }
}

impl KeyBuf {
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Text: zero bytes are escaped, and the end marked so that a prefix sorts before what it begins.
    pub fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// Bytes, escaped and ended as text is.
    pub fn bytes(&mut self, bytes: &[u8]) {
        if bytes.contains(&0) {
            for (i, run) in bytes.split(|b| *b == 0).enumerate() {
                if i > 0 {
                    self.0.extend_from_slice(&[0, 0xff]);
                }
                self.0.extend_from_slice(run);
            }
        } else {
            self.0.extend_from_slice(bytes);
        }
        self.0.extend_from_slice(&END);
    }

    /// Bytes as they are, without an end: what follows is told apart by their length alone, or this is the beginning of
    /// what was put in with [`KeyBuf::bytes`].
    pub fn raw(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// Takes off the end that [`KeyBuf::bytes`] marked last: what remains begins every key whose bytes begin so.
    pub fn unended(mut self) -> KeyBuf {
        if self.0.ends_with(&END) {
            self.0.truncate(self.0.len() - END.len());
        }
        self
    }

    /// A number, the least first.
    pub fn number(&mut self, number: u64) {
        self.0.extend_from_slice(&number.to_be_bytes());
    }

    /// A number that may be negative, the least first.
    pub fn signed(&mut self, number: i64) {
        self.number((number as u64) ^ (1 << 63));
    }

    /// An account.
    pub fn account(&mut self, account: AccountId) {
        self.number(account.number());
    }

    /// A region.
    pub fn region(&mut self, region: Region) {
        self.0.extend_from_slice(region.as_bytes());
        self.0.extend_from_slice(&END);
    }
}

/// Ends a text, and sorts before all that can follow a zero byte within one.
const END: [u8; 2] = [0, 1];

/// What can be a row's key, or the beginning of one.
pub trait Key {
    /// Puts the key at the end of `out`.
    fn write(&self, out: &mut KeyBuf);
}

/// A key that was put together before.
impl Key for KeyBuf {
    fn write(&self, out: &mut KeyBuf) {
        out.raw(self.as_bytes());
    }
}

impl Key for str {
    fn write(&self, out: &mut KeyBuf) {
        out.text(self);
    }
}

impl Key for String {
    fn write(&self, out: &mut KeyBuf) {
        out.text(self);
    }
}

impl Key for u64 {
    fn write(&self, out: &mut KeyBuf) {
        out.number(*self);
    }
}

impl Key for i64 {
    fn write(&self, out: &mut KeyBuf) {
        out.signed(*self);
    }
}

impl Key for u128 {
    fn write(&self, out: &mut KeyBuf) {
        out.number((*self >> 64) as u64);
        out.number(*self as u64);
    }
}

impl Key for Timestamp {
    fn write(&self, out: &mut KeyBuf) {
        out.signed(self.0);
    }
}

impl<K: Key + ?Sized> Key for &K {
    fn write(&self, out: &mut KeyBuf) {
        (**self).write(out);
    }
}

/// The empty beginning: all rows of a scope.
impl Key for () {
    fn write(&self, _out: &mut KeyBuf) {}
}

impl<A: Key> Key for (A,) {
    fn write(&self, out: &mut KeyBuf) {
        self.0.write(out);
    }
}

impl<A: Key, B: Key> Key for (A, B) {
    fn write(&self, out: &mut KeyBuf) {
        self.0.write(out);
        self.1.write(out);
    }
}

impl<A: Key, B: Key, C: Key> Key for (A, B, C) {
    fn write(&self, out: &mut KeyBuf) {
        self.0.write(out);
        self.1.write(out);
        self.2.write(out);
    }
}

impl<A: Key, B: Key, C: Key, D: Key> Key for (A, B, C, D) {
    fn write(&self, out: &mut KeyBuf) {
        self.0.write(out);
        self.1.write(out);
        self.2.write(out);
        self.3.write(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(key: impl Key) -> Vec<u8> {
        let mut out = KeyBuf::default();
        key.write(&mut out);
        out.as_bytes().to_vec()
    }

    #[test]
    fn bytes_sort_as_values_do() {
        let texts = ["", "\0", "\0a", "a", "a\0", "a\0b", "aa", "b", "é"];
        for pair in texts.windows(2) {
            assert!(bytes(pair[0]) < bytes(pair[1]), "{pair:?}");
            assert!(bytes((pair[0], "z")) < bytes((pair[1], "a")), "{pair:?}");
        }
        let numbers = [i64::MIN, -1, 0, 1, i64::MAX];
        for pair in numbers.windows(2) {
            assert!(bytes(pair[0]) < bytes(pair[1]), "{pair:?}");
        }
        assert!(bytes(1_u64) < bytes(256_u64));
        assert!(bytes(("q", 2_u64)).starts_with(&bytes(("q",))));
    }
}
