//! The form in which rows are kept: compact, and readable by a later version of the same row.
//!
//! A structure is its set members, each a tag (`(index + 1) << 3 | kind`, as a LEB128 varint) and its content, ended by
//! a zero byte. Absent members are not written; a member unknown to the reader is skipped by its kind. So members may be added
//! at a row's end and optional ones emptied, but never moved or retyped: that takes a migration and a new format version.
//! A row holds no [`crate::Value`]: a free document is kept as the text it came in.

use crate::{Peek, Slot, Struct};
use bytes::Bytes;
use clock::Timestamp;

const DEEPEST: u32 = 64;

const ABSENT: u8 = 0;
const FALSE: u8 = 1;
const TRUE: u8 = 2;
const NUMBER: u8 = 3;
const FLOAT: u8 = 4;
const BYTES: u8 = 5;
const LIST: u8 = 6;
const GROUP: u8 = 7;

/// The bytes are no packed row of this type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackError(&'static str);

impl PackError {
    pub(crate) fn of(why: &'static str) -> PackError {
        PackError(why)
    }
}

impl std::fmt::Display for PackError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a stored row cannot be read: {}", self.0)
    }
}

impl std::error::Error for PackError {}

/// The row as bytes.
pub fn pack(row: &dyn Struct) -> Vec<u8> {
    pack_sized(row, 1024)
}

/// [`pack`] for rows of about `bytes` bytes: room for them is made at once.
pub fn pack_sized(row: &dyn Struct, bytes: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes);
    members(&mut out, row);
    out
}

/// Fills a default `row` from bytes that [`pack`] made of this or an earlier version of its type.
pub fn unpack(bytes: &[u8], row: &mut dyn Struct) -> Result<(), PackError> {
    let mut input = Input { rest: bytes, depth: 0 };
    input.members(row)?;
    if input.rest.is_empty() { Ok(()) } else { Err(PackError("bytes are left over")) }
}

/// The number in the member at `index` of a packed row, without making anything of the others; `None` where it is not set.
pub fn packed_number(bytes: &[u8], index: usize) -> Result<Option<i64>, PackError> {
    let mut input = Input { rest: bytes, depth: 0 };
    loop {
        let tag = input.varint()?;
        let kind = (tag & 7) as u8;
        match tag >> 3 {
            _ if tag == 0 => return Ok(None),
            number if number == index as u64 + 1 && kind == NUMBER => return input.number().map(Some),
            _ => input.skip(kind)?,
        }
    }
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

fn bytes(out: &mut Vec<u8>, content: &[u8]) {
    varint(out, content.len() as u64);
    out.extend_from_slice(content);
}

fn members(out: &mut Vec<u8>, row: &dyn Struct) {
    for index in 0..row.members().len() {
        if let Some(node) = row.member(index) {
            entry(out, index as u64 + 1, node.peek());
        }
    }
    out.push(0);
}

fn entry(out: &mut Vec<u8>, number: u64, node: Peek<'_>) {
    let kind = match node {
        Peek::Absent | Peek::Encoded(_) => return,
        Peek::Bool(false) => FALSE,
        Peek::Bool(true) => TRUE,
        Peek::Int(_) | Peek::Time(_) => NUMBER,
        Peek::Float(_) => FLOAT,
        Peek::Str(_) | Peek::Blob(_) => BYTES,
        Peek::List(_) | Peek::Map(_) => LIST,
        Peek::Struct(_) => GROUP,
    };
    varint(out, number << 3 | u64::from(kind));
    content(out, node);
}

fn content(out: &mut Vec<u8>, node: Peek<'_>) {
    match node {
        Peek::Absent | Peek::Encoded(_) | Peek::Bool(_) => {}
        Peek::Int(v) => varint(out, zigzag(v)),
        Peek::Time(v) => varint(out, zigzag(v.0)),
        Peek::Float(v) => out.extend_from_slice(&v.to_le_bytes()),
        Peek::Str(v) => bytes(out, v.as_bytes()),
        Peek::Blob(v) => bytes(out, v),
        Peek::List(list) => {
            varint(out, list.len() as u64);
            for node in (0..list.len()).filter_map(|i| list.at(i)) {
                element(out, node.peek());
            }
        }
        Peek::Map(map) => {
            varint(out, map.len() as u64 * 2);
            for (key, node) in (0..map.len()).filter_map(|i| map.at(i)) {
                element(out, Peek::Str(key));
                element(out, node.peek());
            }
        }
        Peek::Struct(s) => members(out, s),
    }
}

/// An element of a list carries its kind alone, so that an absent one keeps its place.
fn element(out: &mut Vec<u8>, node: Peek<'_>) {
    match node {
        Peek::Absent | Peek::Encoded(_) => out.push(ABSENT),
        node => {
            let at = out.len();
            entry(out, 0, node);
            debug_assert!(out.len() > at);
        }
    }
}

struct Input<'a> {
    rest: &'a [u8],
    depth: u32,
}

impl<'a> Input<'a> {
    fn byte(&mut self) -> Result<u8, PackError> {
        let (first, rest) = self.rest.split_first().ok_or(PackError("it ends too early"))?;
        self.rest = rest;
        Ok(*first)
    }

    fn varint(&mut self) -> Result<u64, PackError> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let b = self.byte()?;
            value |= u64::from(b & 0x7f) << shift;
            if b < 0x80 {
                return Ok(value);
            }
        }
        Err(PackError("a number is too long"))
    }

    fn number(&mut self) -> Result<i64, PackError> {
        let v = self.varint()?;
        Ok((v >> 1) as i64 ^ -((v & 1) as i64))
    }

    fn float(&mut self) -> Result<f64, PackError> {
        let (head, rest) = self.rest.split_first_chunk::<8>().ok_or(PackError("it ends too early"))?;
        self.rest = rest;
        Ok(f64::from_le_bytes(*head))
    }

    fn bytes(&mut self) -> Result<&'a [u8], PackError> {
        let len = usize::try_from(self.varint()?).map_err(|_| PackError("a length is too large"))?;
        let (head, rest) = self.rest.split_at_checked(len).ok_or(PackError("it ends too early"))?;
        self.rest = rest;
        Ok(head)
    }

    fn text(&mut self) -> Result<&'a str, PackError> {
        std::str::from_utf8(self.bytes()?).map_err(|_| PackError("a text is not UTF-8"))
    }

    fn deeper(&mut self) -> Result<(), PackError> {
        self.depth += 1;
        if self.depth > DEEPEST { Err(PackError("it is nested too deeply")) } else { Ok(()) }
    }

    fn members(&mut self, row: &mut dyn Struct) -> Result<(), PackError> {
        self.deeper()?;
        loop {
            let tag = self.varint()?;
            if tag == 0 {
                self.depth -= 1;
                return Ok(());
            }
            let kind = (tag & 7) as u8;
            let index = usize::try_from(tag >> 3).unwrap_or(usize::MAX).wrapping_sub(1);
            match row.member_mut(index) {
                Some(node) => self.fill(kind, node.slot())?,
                None => self.skip(kind)?,
            }
        }
    }

    fn fill(&mut self, kind: u8, slot: Slot<'_>) -> Result<(), PackError> {
        match (kind, slot) {
            (FALSE, Slot::Bool(v)) => *v = false,
            (TRUE, Slot::Bool(v)) => *v = true,
            (NUMBER, Slot::Int(v)) => *v = self.number()?,
            (NUMBER, Slot::Time(v)) => *v = Timestamp(self.number()?),
            (FLOAT, Slot::Float(v)) => *v = self.float()?,
            (BYTES, Slot::Str(v)) => self.text()?.clone_into(v),
            (BYTES, Slot::Blob(v)) => *v = Bytes::copy_from_slice(self.bytes()?),
            (LIST, Slot::List(list)) => {
                self.deeper()?;
                for _ in 0..self.varint()? {
                    let node = list.push();
                    let kind = self.byte()?;
                    if kind != ABSENT {
                        self.fill(kind, node.slot())?;
                    }
                }
                self.depth -= 1;
            }
            (LIST, Slot::Map(map)) => {
                self.deeper()?;
                for _ in 0..self.varint()? / 2 {
                    self.byte()?;
                    let node = map.entry(self.text()?.to_owned());
                    let kind = self.byte()?;
                    if kind != ABSENT {
                        self.fill(kind, node.slot())?;
                    }
                }
                self.depth -= 1;
            }
            (GROUP, Slot::Struct(s)) => self.members(s)?,
            _ => return Err(PackError("a member has another type")),
        }
        Ok(())
    }

    fn skip(&mut self, kind: u8) -> Result<(), PackError> {
        match kind {
            ABSENT | FALSE | TRUE => {}
            NUMBER => drop(self.number()?),
            FLOAT => drop(self.float()?),
            BYTES => drop(self.bytes()?),
            LIST => {
                self.deeper()?;
                for _ in 0..self.varint()? {
                    let kind = self.byte()?;
                    self.skip(kind)?;
                }
                self.depth -= 1;
            }
            _ => {
                self.deeper()?;
                loop {
                    let tag = self.varint()?;
                    if tag == 0 {
                        break;
                    }
                    self.skip((tag & 7) as u8)?;
                }
                self.depth -= 1;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::IndexMap;

    crate::shape! {
        /// An early version of a row.
        pub struct Old {
            /// a
            pub name: String,
            /// b
            pub size: i64,
        }
        /// A later one.
        pub struct New {
            /// a
            pub name: String,
            /// b
            pub size: i64,
            /// c
            pub open: Option<bool>,
            /// d
            pub parts: Vec<Option<Old>>,
            /// e
            pub tags: IndexMap<String, String>,
            /// f
            pub weight: Option<f64>,
            /// g
            pub made: Timestamp,
            /// h
            pub body: Option<Bytes>,
            /// i
            pub inner: Option<Box<New>>,
        }
    }

    fn sample() -> New {
        New {
            name: "n".into(),
            size: -5,
            open: Some(false),
            parts: vec![Some(Old { name: "p".into(), size: 1 << 40 }), None],
            tags: [("k".to_owned(), "v".to_owned())].into_iter().collect(),
            weight: Some(-1.5),
            made: Timestamp(77),
            body: Some(Bytes::from_static(b"\0\xff")),
            inner: Some(Box::new(New { size: i64::MIN, ..New::default() })),
        }
    }

    #[test]
    fn what_is_packed_comes_back() {
        let mut back = New::default();
        unpack(&pack(&sample()), &mut back).unwrap();
        assert_eq!(back, sample());
    }

    #[test]
    fn older_and_newer_versions_read_each_other() {
        let mut old = Old::default();
        unpack(&pack(&sample()), &mut old).unwrap();
        assert_eq!(old, Old { name: "n".into(), size: -5 });
        let mut new = New::default();
        unpack(&pack(&old), &mut new).unwrap();
        assert_eq!((new.name.as_str(), new.size, new.parts.len()), ("n", -5, 0));
    }

    #[test]
    fn one_number_is_read_alone() {
        let bytes = pack(&sample());
        let number = |index| packed_number(&bytes, index).unwrap();
        assert_eq!([0, 1, 2, 6, 8, 99].map(number), [None, Some(-5), None, Some(77), None, None]);
        assert!(packed_number(&bytes[..bytes.len() - 1], 99).is_err());
    }

    #[test]
    fn damaged_bytes_are_an_error_and_never_a_panic() {
        let good = pack(&sample());
        for cut in 0..good.len() {
            assert!(unpack(&good[..cut], &mut New::default()).is_err(), "cut at {cut}");
        }
        for at in 0..good.len() {
            for bit in 0..8 {
                let mut bad = good.clone();
                bad[at] ^= 1 << bit;
                let _ = unpack(&bad, &mut New::default());
            }
        }
    }
}
