//! How a record stands in a segment: a header with its own checksum, then the record's bytes.
//!
//! | bytes | what |
//! |---|---|
//! | 0..4 | [`MARK`]: two bytes that no UTF-8 text has, so that no request's own text can pass for a frame |
//! | 4..8 | length of the record |
//! | 8..16 | the record's number |
//! | 16..24 | the commit it rode in; 0 for none |
//! | 24..32 | its virtual time |
//! | 32..36 | checksum of the record |
//! | 36..40 | checksum of the 36 bytes before |
//!
//! All numbers are little-endian.

use crate::crc::crc;
use crate::record::MAX_RECORD_BYTES;
use bytes::Bytes;
use clock::Timestamp;

pub(crate) const FRAME_HEAD: usize = 40;
const MARK: [u8; 4] = [0xfe, 0xff, b'T', b'r'];

/// What a frame says of its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) number: u64,
    pub(crate) seq: u64,
    pub(crate) time: Timestamp,
}

/// A frame as found in a segment.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) tag: Tag,
    pub(crate) body: Bytes,
}

/// Adds a frame to `out`; `sum` is the body's checksum, which is made before any lock is taken.
pub(crate) fn write(out: &mut Vec<u8>, tag: Tag, body: &[u8], sum: u32) {
    let at = out.len();
    out.extend_from_slice(&MARK);
    out.extend_from_slice(&(body.len() as u32).to_le_bytes());
    out.extend_from_slice(&tag.number.to_le_bytes());
    out.extend_from_slice(&tag.seq.to_le_bytes());
    out.extend_from_slice(&tag.time.0.to_le_bytes());
    out.extend_from_slice(&sum.to_le_bytes());
    let head = crc(out.get(at..).unwrap_or_default());
    out.extend_from_slice(&head.to_le_bytes());
    out.extend_from_slice(body);
}

/// Walks the frames of a segment, past what is damaged.
pub(crate) struct Frames {
    bytes: Bytes,
    at: usize,
    /// Where the last whole frame ends.
    pub(crate) good: usize,
    /// How many stretches were skipped because they are damaged, with whole frames behind them.
    pub(crate) damaged: usize,
}

impl Frames {
    /// The frames of `bytes` from `at` on.
    pub(crate) fn new(bytes: Bytes, at: usize) -> Frames {
        Frames { bytes, at, good: at, damaged: 0 }
    }

    fn frame(&self, at: usize) -> Option<(Frame, usize)> {
        let head = self.bytes.get(at..)?.first_chunk::<FRAME_HEAD>()?;
        let (summed, sum) = head.split_last_chunk::<4>()?;
        if !head.starts_with(&MARK) || crc(summed) != u32::from_le_bytes(*sum) {
            return None;
        }
        let word = |from: usize| head.get(from..)?.first_chunk::<4>().map(|b| u32::from_le_bytes(*b));
        let long = |from: usize| head.get(from..)?.first_chunk::<8>().map(|b| u64::from_le_bytes(*b));
        let length = word(4)? as usize;
        let start = at + FRAME_HEAD;
        let body = self.bytes.get(start..start.checked_add(length)?)?;
        if length > MAX_RECORD_BYTES || crc(body) != word(32)? {
            return None;
        }
        let tag = Tag { number: long(8)?, seq: long(16)?, time: Timestamp(long(24)? as i64) };
        Some((Frame { tag, body: self.bytes.slice_ref(body) }, start + length))
    }
}

impl Iterator for Frames {
    type Item = Frame;

    fn next(&mut self) -> Option<Frame> {
        let mut found = self.frame(self.at);
        if found.is_none() && self.at < self.bytes.len() {
            let rest = self.bytes.get(self.at + 1..)?;
            let marks = rest.windows(MARK.len()).enumerate().filter(|(_, w)| **w == MARK);
            found = marks.map(|(offset, _)| self.at + 1 + offset).find_map(|at| self.frame(at));
            self.damaged += usize::from(found.is_some());
        }
        let Some((frame, end)) = found else {
            self.at = self.bytes.len();
            return None;
        };
        (self.at, self.good) = (end, end);
        Some(frame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three() -> (Vec<u8>, Vec<usize>) {
        let (mut out, mut ends) = (Vec::new(), vec![0]);
        for number in 1..=3 {
            let tag = Tag { number, seq: number * 10, time: Timestamp(-5) };
            let body = vec![number as u8; 20 * number as usize];
            write(&mut out, tag, &body, crc(&body));
            ends.push(out.len());
        }
        (out, ends)
    }

    fn numbers(bytes: &[u8]) -> (Vec<u64>, usize, usize) {
        let mut frames = Frames::new(Bytes::copy_from_slice(bytes), 0);
        let numbers = frames.by_ref().map(|frame| frame.tag.number).collect();
        (numbers, frames.good, frames.damaged)
    }

    #[test]
    fn frames_come_back_with_their_tags() {
        let (bytes, _) = three();
        let frames: Vec<Frame> = Frames::new(bytes.into(), 0).collect();
        assert_eq!(frames[1].tag, Tag { number: 2, seq: 20, time: Timestamp(-5) });
        assert_eq!(frames[1].body, vec![2; 40]);
        assert_eq!(frames.len(), 3);
    }

    #[test]
    fn a_cut_tail_costs_only_what_is_cut() {
        let (bytes, ends) = three();
        for cut in 0..bytes.len() {
            let whole = ends.iter().filter(|end| **end <= cut).count() - 1;
            assert_eq!(numbers(&bytes[..cut]), ((1..=whole as u64).collect(), ends[whole], 0), "cut at {cut}");
        }
    }

    #[test]
    fn a_damaged_byte_costs_one_frame() {
        let (bytes, ends) = three();
        for at in 0..bytes.len() {
            let mut bad = bytes.clone();
            bad[at] ^= 0x40;
            let hit = ends.iter().filter(|end| **end <= at).count() as u64;
            let (found, good, damaged) = numbers(&bad);
            assert_eq!(found, (1..=3).filter(|n| *n != hit).collect::<Vec<_>>(), "damaged at {at}");
            assert_eq!((good, damaged), if hit == 3 { (ends[2], 0) } else { (ends[3], 1) }, "damaged at {at}");
        }
    }
}
