//! One record of the log, to and from bytes. The layout is in the parent module's text.

use crate::blobs::{BLOB_ID_BYTES, BlobId};

/// Length of a record's header in bytes.
pub(crate) const HEAD_BYTES: usize = 20;

const PUT: u8 = 1;
const DELETE: u8 = 2;
const WIPE: u8 = 3;
const END: u8 = 4;
const BODY: u8 = 5;
const NAMES: u8 = 6;
const RELEASES: u8 = 7;

pub(crate) fn crc(bytes: &[u8]) -> u32 {
    crc_fast::crc32_iscsi(bytes)
}

/// A change as the log holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op<'a> {
    Put {
        key: &'a [u8],
        value: &'a [u8],
    },
    Delete {
        key: &'a [u8],
    },
    /// Every row written before is gone.
    Wipe,
    /// A piece of a file of bodies, in an export.
    Body {
        place: u64,
        offset: u64,
        bytes: &'a [u8],
    },
    /// An export ends here, whole, with so many rows.
    End {
        rows: u64,
    },
    /// A row of this record names the body.
    Names {
        body: BlobId,
    },
    /// From this record on, no row names the body.
    Releases {
        body: BlobId,
    },
}

/// Builds a record at the end of a buffer.
pub(crate) struct Builder<'a> {
    buffer: &'a mut Vec<u8>,
    start: usize,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(buffer: &'a mut Vec<u8>, attachment: &[u8]) -> Builder<'a> {
        let start = buffer.len();
        buffer.extend_from_slice(&[0; HEAD_BYTES]);
        buffer.extend_from_slice(&length(attachment));
        buffer.extend_from_slice(attachment);
        Builder { buffer, start }
    }

    pub(crate) fn op(&mut self, op: Op<'_>) {
        match op {
            Op::Put { key, value } => {
                self.buffer.push(PUT);
                self.buffer.extend_from_slice(&length(key));
                self.buffer.extend_from_slice(&length(value));
                self.buffer.extend_from_slice(key);
                self.buffer.extend_from_slice(value);
            }
            Op::Delete { key } => {
                self.buffer.push(DELETE);
                self.buffer.extend_from_slice(&length(key));
                self.buffer.extend_from_slice(key);
            }
            Op::Wipe => self.buffer.push(WIPE),
            Op::Body { place, offset, bytes } => {
                self.buffer.push(BODY);
                self.buffer.extend_from_slice(&place.to_le_bytes());
                self.buffer.extend_from_slice(&offset.to_le_bytes());
                self.buffer.extend_from_slice(&length(bytes));
                self.buffer.extend_from_slice(bytes);
            }
            Op::End { rows } => {
                self.buffer.push(END);
                self.buffer.extend_from_slice(&rows.to_le_bytes());
            }
            Op::Names { body } => {
                self.buffer.push(NAMES);
                self.buffer.extend_from_slice(&body.to_bytes());
            }
            Op::Releases { body } => {
                self.buffer.push(RELEASES);
                self.buffer.extend_from_slice(&body.to_bytes());
            }
        }
    }

    /// Fills in the header.
    pub(crate) fn finish(self, seq: u64) {
        let record = &mut self.buffer[self.start..];
        let (head, body) = record.split_at_mut(HEAD_BYTES);
        head[..4].copy_from_slice(&length(body));
        head[4..12].copy_from_slice(&seq.to_le_bytes());
        let head_crc = crc(&head[..12]);
        head[12..16].copy_from_slice(&head_crc.to_le_bytes());
        head[16..20].copy_from_slice(&crc(body).to_le_bytes());
    }
}

// Transactions are limited to far less than 4 GiB before they come here.
fn length(bytes: &[u8]) -> [u8; 4] {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes()
}

/// A record as read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record<'a> {
    pub(crate) seq: u64,
    pub(crate) attachment: &'a [u8],
    ops: &'a [u8],
    /// Length of the whole record in bytes.
    pub(crate) length: usize,
}

/// Why no record could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bad {
    /// The bytes end before the record does, as after a write cut short.
    Cut,
    /// The bytes are there and are not a record.
    Wrong(&'static str),
}

/// The record at the start of `bytes`.
pub(crate) fn decode(bytes: &[u8]) -> Result<Record<'_>, Bad> {
    let mut fields = Fields(bytes);
    let head = |fields: &mut Fields<'_>| Some((fields.u32()?, fields.u64()?, fields.u32()?, fields.u32()?));
    let (length, seq, head_crc, body_crc) = head(&mut fields).ok_or(Bad::Cut)?;
    if head_crc != crc(&bytes[..12]) {
        return Err(Bad::Wrong("a record's header does not match its checksum"));
    }
    let body = fields.take(length as usize).ok_or(Bad::Cut)?;
    if body_crc != crc(body) {
        return Err(Bad::Wrong("a record does not match its checksum"));
    }
    let mut fields = Fields(body);
    let attachment = fields.u32().and_then(|length| fields.take(length as usize));
    let attachment = attachment.ok_or(Bad::Wrong("a record's attachment is longer than the record"))?;
    Ok(Record { seq, attachment, ops: fields.0, length: HEAD_BYTES + length as usize })
}

impl<'a> Record<'a> {
    /// The operations, in order; `Err` where they do not parse.
    pub(crate) fn ops(&self) -> impl Iterator<Item = Result<Op<'a>, &'static str>> + use<'a> {
        let mut fields = Fields(self.ops);
        std::iter::from_fn(move || {
            if fields.0.is_empty() {
                return None;
            }
            let op = fields.op().ok_or("a record holds an operation that does not parse");
            if op.is_err() {
                fields.0 = &[];
            }
            Some(op)
        })
    }
}

/// Takes fields off the front of some bytes.
pub(crate) struct Fields<'a>(pub(crate) &'a [u8]);

impl<'a> Fields<'a> {
    pub(crate) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.take(4).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.take(8).and_then(|bytes| bytes.try_into().ok()).map(u64::from_le_bytes)
    }

    fn op(&mut self) -> Option<Op<'a>> {
        match self.take(1)? {
            [PUT] => {
                let (key, value) = (self.u32()?, self.u32()?);
                Some(Op::Put { key: self.take(key as usize)?, value: self.take(value as usize)? })
            }
            [DELETE] => {
                let key = self.u32()?;
                Some(Op::Delete { key: self.take(key as usize)? })
            }
            [WIPE] => Some(Op::Wipe),
            [BODY] => {
                let (place, offset, length) = (self.u64()?, self.u64()?, self.u32()?);
                Some(Op::Body { place, offset, bytes: self.take(length as usize)? })
            }
            [END] => Some(Op::End { rows: self.u64()? }),
            [NAMES] => Some(Op::Names { body: BlobId::from_bytes(self.take(BLOB_ID_BYTES)?)? }),
            [RELEASES] => Some(Op::Releases { body: BlobId::from_bytes(self.take(BLOB_ID_BYTES)?)? }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> (Vec<u8>, Vec<Op<'static>>) {
        let ops = vec![
            Op::Wipe,
            Op::Put { key: b"\0\x07key", value: b"value" },
            Op::Delete { key: b"\0\x07gone" },
            Op::Put { key: b"\0\x07empty", value: b"" },
            Op::Body { place: 7, offset: 9, bytes: b"a body" },
            Op::End { rows: 2 },
            Op::Names { body: BlobId::from_bytes(&[3; BLOB_ID_BYTES]).unwrap() },
            Op::Releases { body: BlobId::from_bytes(&[4; BLOB_ID_BYTES]).unwrap() },
        ];
        let mut bytes = Vec::new();
        let mut builder = Builder::new(&mut bytes, b"who did it");
        ops.iter().for_each(|op| builder.op(*op));
        builder.finish(42);
        (bytes, ops)
    }

    #[test]
    fn a_record_reads_back() {
        let (mut bytes, ops) = sample();
        let length = bytes.len();
        bytes.extend_from_slice(b"the next one");
        let record = decode(&bytes).unwrap();
        assert_eq!((record.seq, record.attachment, record.length), (42, &b"who did it"[..], length));
        assert_eq!(record.ops().collect::<Result<Vec<_>, _>>().unwrap(), ops);
    }

    #[test]
    fn every_cut_is_a_cut_and_every_flipped_bit_is_wrong() {
        let (bytes, _) = sample();
        for end in 0..bytes.len() {
            assert_eq!(decode(&bytes[..end]).unwrap_err(), Bad::Cut, "cut at {end}");
        }
        for at in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[at / 8] ^= 1 << (at % 8);
            assert!(matches!(decode(&flipped), Err(Bad::Wrong(_))), "bit {at}");
        }
    }
}
