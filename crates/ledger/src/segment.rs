//! A segment file: a header of 128 bytes, then frames. A segment's header tells what the one before it held, so that
//! only the last segment is read at the start.

use crate::crc::crc;
use crate::frame::Tag;
use clock::Timestamp;

pub(crate) const HEADER: usize = 128;
const MAGIC: &[u8; 8] = b"terledgr";
/// The version of the file's form.
const VERSION: u64 = 1;
const SUMMED: usize = HEADER - 4;

/// What a segment holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Summary {
    /// The least record number.
    pub(crate) first: u64,
    /// The greatest.
    pub(crate) last: u64,
    /// How many records there are.
    pub(crate) count: u64,
    /// The earliest virtual time.
    pub(crate) oldest: Timestamp,
    /// The latest.
    pub(crate) newest: Timestamp,
    /// The greatest commit that a record rode in; 0 for none.
    pub(crate) seq: u64,
}

impl Default for Summary {
    fn default() -> Summary {
        Summary { first: u64::MAX, last: 0, count: 0, oldest: Timestamp::MAX, newest: Timestamp(i64::MIN), seq: 0 }
    }
}

impl Summary {
    pub(crate) fn add(&mut self, tag: Tag) {
        let one =
            Summary { first: tag.number, last: tag.number, count: 1, oldest: tag.time, newest: tag.time, seq: tag.seq };
        self.merge(&one);
    }

    pub(crate) fn merge(&mut self, other: &Summary) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.count += other.count;
        self.oldest = self.oldest.min(other.oldest);
        self.newest = self.newest.max(other.newest);
        self.seq = self.seq.max(other.seq);
    }
}

/// What stands at a segment's head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    /// The segment's number, as in its name.
    pub(crate) segment: u64,
    /// Which numbering of commits its records mean: it changes when the store's numbering is set back.
    pub(crate) epoch: u64,
    /// Records of commits up to this one need not be recovered.
    pub(crate) settled: u64,
    /// The least number that its records may have.
    pub(crate) next: u64,
    /// What the segment before it held.
    pub(crate) before: Summary,
}

/// Why a header cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BadHeader {
    /// It is damaged, or cut.
    Damaged,
    /// A later version of the program wrote it.
    Newer(u64),
}

impl Header {
    pub(crate) fn write(&self) -> [u8; HEADER] {
        let before = &self.before;
        let fields = [
            u64::from_le_bytes(*MAGIC),
            VERSION,
            self.segment,
            self.epoch,
            self.settled,
            self.next,
            before.first,
            before.last,
            before.count,
            before.oldest.0 as u64,
            before.newest.0 as u64,
            before.seq,
        ];
        let mut out = [0; HEADER];
        for (place, field) in out.as_chunks_mut::<8>().0.iter_mut().zip(fields) {
            *place = field.to_le_bytes();
        }
        if let Some((summed, sum)) = out.split_last_chunk_mut::<4>() {
            *sum = crc(summed).to_le_bytes();
        }
        out
    }

    pub(crate) fn read(bytes: &[u8]) -> Result<Header, BadHeader> {
        let head = bytes.first_chunk::<HEADER>().ok_or(BadHeader::Damaged)?;
        let mut fields = head.as_chunks::<8>().0.iter().map(|chunk| u64::from_le_bytes(*chunk));
        let mut field = || fields.next().unwrap_or_default();
        let (magic, version) = (field(), field());
        if magic != u64::from_le_bytes(*MAGIC) {
            return Err(BadHeader::Damaged);
        }
        let (summed, sum) = head.split_at(SUMMED);
        if crc(summed).to_le_bytes() != sum {
            return Err(BadHeader::Damaged);
        }
        if version > VERSION {
            return Err(BadHeader::Newer(version));
        }
        Ok(Header {
            segment: field(),
            epoch: field(),
            settled: field(),
            next: field(),
            before: Summary {
                first: field(),
                last: field(),
                count: field(),
                oldest: Timestamp(field() as i64),
                newest: Timestamp(field() as i64),
                seq: field(),
            },
        })
    }
}

/// A segment's file name.
pub(crate) fn file_name(segment: u64) -> String {
    format!("{segment:016x}.ledger")
}

/// The number in a file name; `None` for a file of another kind.
pub(crate) fn number_of(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(".ledger")?;
    let number = u64::from_str_radix(digits, 16).ok()?;
    (file_name(number) == name).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_comes_back_and_a_damaged_one_does_not() {
        let mut before = Summary::default();
        before.add(Tag { number: 4, seq: 9, time: Timestamp(-3) });
        before.add(Tag { number: 5, seq: 0, time: Timestamp(8) });
        let header = Header { segment: 2, epoch: 1, settled: 7, next: 6, before };
        let bytes = header.write();
        assert_eq!(Header::read(&bytes), Ok(header));
        assert_eq!((before.count, before.seq, before.oldest, before.newest), (2, 9, Timestamp(-3), Timestamp(8)));
        for at in 0..HEADER {
            let mut bad = bytes;
            bad[at] ^= 1;
            assert_eq!(Header::read(&bad), Err(BadHeader::Damaged), "{at}");
            assert_eq!(Header::read(&bytes[..at]), Err(BadHeader::Damaged), "{at}");
        }
    }

    #[test]
    fn a_later_version_is_told_from_damage() {
        let mut bytes = Header { segment: 1, epoch: 0, settled: 0, next: 1, before: Summary::default() }.write();
        bytes[8] = 2;
        let sum = crc(&bytes[..SUMMED]).to_le_bytes();
        bytes[SUMMED..].copy_from_slice(&sum);
        assert_eq!(Header::read(&bytes), Err(BadHeader::Newer(2)));
    }

    #[test]
    fn names() {
        assert_eq!(number_of(&file_name(0x1f)), Some(0x1f));
        for name in ["1f.ledger", "000000000000001F.ledger", "000000000000001f.log", "", "LOCK"] {
            assert_eq!(number_of(name), None, "{name}");
        }
    }
}
