use crate::codec::fault::Bad;
use crate::codec::{DEEPEST, MOST_NODES};
use std::borrow::Cow;

/// A pull reader over CBOR, which counts depth and nodes and never trusts a length that the bytes do not bear out.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    depth: usize,
    nodes_left: usize,
}

/// What the head of an item says.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Head {
    Unsigned(u64),
    /// −1 − n
    Negative(u64),
    /// Bytes of a length, or in chunks.
    Bytes(Option<u64>),
    Text(Option<u64>),
    List(Option<u64>),
    Map(Option<u64>),
    Tag(u64),
    Bool(bool),
    Null,
    Float(f64),
    Break,
}

/// How many more items a list or map has.
#[derive(Clone, Copy)]
pub(super) struct Left(Option<u64>);

fn truncated() -> Bad {
    Bad::new("Unexpected end of the CBOR body")
}

fn malformed() -> Bad {
    Bad::new("The CBOR body is not well-formed")
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { bytes, at: 0, depth: 0, nodes_left: MOST_NODES }
    }

    fn take(&mut self, count: u64) -> Result<&'a [u8], Bad> {
        let count = usize::try_from(count).map_err(|_| truncated())?;
        let end = self.at.checked_add(count).ok_or_else(truncated)?;
        let taken = self.bytes.get(self.at..end).ok_or_else(truncated)?;
        self.at = end;
        Ok(taken)
    }

    fn number(&mut self, width: u64) -> Result<u64, Bad> {
        Ok(self.take(width)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    pub(super) fn head(&mut self) -> Result<Head, Bad> {
        let first = self.number(1)?;
        let (major, info) = (first >> 5, first & 31);
        let argument = match info {
            0..=23 => Some(info),
            24..=27 => Some(self.number(1 << (info - 24))?),
            31 => None,
            _ => return Err(malformed()),
        };
        Ok(match (major, argument) {
            (0, Some(n)) => Head::Unsigned(n),
            (1, Some(n)) => Head::Negative(n),
            (2, length) => Head::Bytes(length),
            (3, length) => Head::Text(length),
            (4, length) => Head::List(length),
            (5, length) => Head::Map(length),
            (6, Some(tag)) => Head::Tag(tag),
            (7, Some(bits)) => simple(info, bits)?,
            (7, None) => Head::Break,
            _ => return Err(malformed()),
        })
    }

    /// The next head, left where it is.
    pub(super) fn peek(&mut self) -> Result<Head, Bad> {
        let at = self.at;
        let head = self.head();
        self.at = at;
        head
    }

    /// Whether null or undefined is next; it is then left behind.
    pub(super) fn null(&mut self) -> Result<bool, Bad> {
        let at = self.at;
        let null = self.head()? == Head::Null;
        if !null {
            self.at = at;
        }
        Ok(null)
    }

    /// Enters a list or map.
    pub(super) fn enter(&mut self, length: Option<u64>) -> Result<Left, Bad> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Bad::new("The CBOR body is nested too deeply"));
        }
        Ok(Left(length))
    }

    /// Goes to the next element or entry; `false` at the end, which is left behind.
    pub(super) fn next(&mut self, left: &mut Left) -> Result<bool, Bad> {
        let more = match &mut left.0 {
            Some(0) => false,
            Some(count) => {
                *count -= 1;
                true
            }
            None => {
                let at = self.at;
                let more = self.head()? != Head::Break;
                if more {
                    self.at = at;
                }
                more
            }
        };
        if more {
            self.nodes_left =
                self.nodes_left.checked_sub(1).ok_or_else(|| Bad::new("The CBOR body holds too many values"))?;
        } else {
            self.depth -= 1;
        }
        Ok(more)
    }

    /// The content of a byte or text string whose head said `length`.
    pub(super) fn bytes(&mut self, length: Option<u64>, text: bool) -> Result<Cow<'a, [u8]>, Bad> {
        if let Some(length) = length {
            return self.take(length).map(Cow::Borrowed);
        }
        let mut whole = Vec::new();
        loop {
            match self.head()? {
                Head::Bytes(Some(length)) if !text => whole.extend_from_slice(self.take(length)?),
                Head::Text(Some(length)) if text => whole.extend_from_slice(self.take(length)?),
                Head::Break => return Ok(Cow::Owned(whole)),
                _ => return Err(malformed()),
            }
        }
    }

    pub(super) fn text(&mut self, length: Option<u64>) -> Result<Cow<'a, str>, Bad> {
        let utf8 = |_| Bad::new("A text is not valid UTF-8");
        Ok(match self.bytes(length, true)? {
            Cow::Borrowed(bytes) => Cow::Borrowed(std::str::from_utf8(bytes).map_err(utf8)?),
            Cow::Owned(bytes) => Cow::Owned(String::from_utf8(bytes).map_err(|e| utf8(e.utf8_error()))?),
        })
    }

    /// A map's key, which must be text.
    pub(super) fn key(&mut self) -> Result<Cow<'a, str>, Bad> {
        match self.head()? {
            Head::Text(length) => self.text(length),
            _ => Err(Bad::new("A map's key is not text")),
        }
    }

    /// Passes over one item.
    pub(super) fn skip(&mut self) -> Result<(), Bad> {
        let mut head = self.head()?;
        while let Head::Tag(_) = head {
            head = self.head()?;
        }
        match head {
            Head::Bytes(length) => self.bytes(length, false).map(drop),
            Head::Text(length) => self.bytes(length, true).map(drop),
            Head::List(length) => {
                let mut left = self.enter(length)?;
                while self.next(&mut left)? {
                    self.skip()?;
                }
                Ok(())
            }
            Head::Map(length) => {
                let mut left = self.enter(length)?;
                while self.next(&mut left)? {
                    self.skip()?;
                    self.skip()?;
                }
                Ok(())
            }
            Head::Break => Err(malformed()),
            _ => Ok(()),
        }
    }

    pub(super) fn end(&self) -> Result<(), Bad> {
        if self.at == self.bytes.len() { Ok(()) } else { Err(Bad::new("Bytes follow the CBOR body")) }
    }
}

fn simple(info: u64, bits: u64) -> Result<Head, Bad> {
    Ok(match info {
        20 => Head::Bool(false),
        21 => Head::Bool(true),
        22 | 23 => Head::Null,
        25 => Head::Float(half(bits)),
        26 => Head::Float(f64::from(f32::from_bits(bits as u32))),
        27 => Head::Float(f64::from_bits(bits)),
        _ => return Err(malformed()),
    })
}

/// A 16-bit float (RFC 8949, appendix D).
fn half(bits: u64) -> f64 {
    let (exponent, fraction) = ((bits >> 10) & 31, (bits & 1023) as f64);
    let number = match exponent {
        0 => fraction * (-24_f64).exp2(),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1024.0 + fraction) * (exponent as f64 - 25.0).exp2(),
    };
    if bits & 0x8000 == 0 { number } else { -number }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads() {
        for (bytes, want) in [
            (&b"\x17"[..], Head::Unsigned(23)),
            (b"\x19\x01\x00", Head::Unsigned(256)),
            (b"\x3b\xff\xff\xff\xff\xff\xff\xff\xff", Head::Negative(u64::MAX)),
            (b"\xf9\x3c\x00", Head::Float(1.0)),
            (b"\xf9\xc4\x00", Head::Float(-4.0)),
            (b"\xf9\x00\x01", Head::Float(5.960464477539063e-8)),
            (b"\xfa\x47\xc3\x50\x00", Head::Float(100000.0)),
            (b"\xf7", Head::Null),
            (b"\xff", Head::Break),
            (b"\x9f", Head::List(None)),
        ] {
            assert_eq!(Reader::new(bytes).head().unwrap(), want, "{bytes:x?}");
        }
    }

    #[test]
    fn what_is_cut_off_or_too_long_is_refused() {
        for bytes in [
            &b""[..],
            b"\x19\x01",
            b"\x7b\xff\xff\xff\xff\xff\xff\xff\xffab",
            b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff\x01",
            b"\x9f\x01",
            b"\x5f\x61a\xff",
            b"\x1c",
            b"\xf8\x18",
            b"\xff",
        ] {
            assert!(Reader::new(bytes).skip().is_err(), "{bytes:x?}");
        }
        assert!(Reader::new(&[0x81; 1000]).skip().is_err());
        assert!(Reader::new(&[0xc1; 1_000_000]).skip().is_err());
    }
}
