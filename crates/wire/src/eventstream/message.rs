use super::HeaderValue;
use bytes::Bytes;
use crc_fast::{CrcAlgorithm, checksum};
use std::fmt;

/// Bytes of a frame's prelude: its length, its headers' length, and the sum of both.
pub const PRELUDE: usize = 12;
/// Bytes of the sum at a frame's end.
const SUM: usize = 4;
/// Bytes that a frame's headers may take together.
pub const MOST_HEADERS: usize = 128 << 10;

/// Why bytes are no frame, or a message cannot be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameError {
    /// The sum over the prelude is wrong.
    PreludeSum,
    /// The sum over the message is wrong.
    MessageSum,
    /// The lengths contradict each other.
    Length,
    /// The frame, its headers or one of them is longer than is taken.
    TooLong,
    /// A header is cut off, unnamed, of no known type or no UTF-8.
    Header,
    /// A header stands there twice.
    Duplicate,
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FrameError::PreludeSum => "The event's prelude does not match its checksum",
            FrameError::MessageSum => "The event does not match its checksum",
            FrameError::Length => "The event's lengths contradict each other",
            FrameError::TooLong => "The event is too long",
            FrameError::Header => "A header of the event cannot be read",
            FrameError::Duplicate => "A header of the event is there twice",
        })
    }
}

impl std::error::Error for FrameError {}

/// A header of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Its name, 1 to 255 bytes.
    pub name: String,
    /// Its value.
    pub value: HeaderValue,
}

/// One message: headers and a payload.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Message {
    /// The headers in their order, no name twice.
    pub headers: Vec<Header>,
    /// The payload.
    pub payload: Bytes,
}

impl Message {
    /// The value of the header called `name`.
    pub fn header(&self, name: &str) -> Option<&HeaderValue> {
        self.headers.iter().find(|h| h.name == name).map(|h| &h.value)
    }

    /// Adds a header.
    pub fn with(mut self, name: &str, value: HeaderValue) -> Message {
        self.headers.push(Header { name: name.to_owned(), value });
        self
    }

    /// Adds a header that is a string.
    pub fn with_text(self, name: &str, text: &str) -> Message {
        self.with(name, HeaderValue::Str(text.to_owned()))
    }

    /// The frame.
    ///
    /// # Errors
    /// [`FrameError::TooLong`] and [`FrameError::Header`] for headers that the format cannot hold.
    pub fn encode(&self) -> Result<Vec<u8>, FrameError> {
        let mut headers = Vec::with_capacity(64);
        for header in &self.headers {
            let length = u8::try_from(header.name.len()).ok().filter(|&n| n > 0).ok_or(FrameError::Header)?;
            headers.push(length);
            headers.extend_from_slice(header.name.as_bytes());
            header.value.write(&mut headers)?;
        }
        let whole = PRELUDE + headers.len() + self.payload.len() + SUM;
        let total = u32::try_from(whole).map_err(|_| FrameError::TooLong)?;
        if headers.len() > MOST_HEADERS {
            return Err(FrameError::TooLong);
        }
        let mut out = Vec::with_capacity(whole);
        out.extend_from_slice(&total.to_be_bytes());
        out.extend_from_slice(&(headers.len() as u32).to_be_bytes());
        out.extend_from_slice(&sum(&out).to_be_bytes());
        out.extend_from_slice(&headers);
        out.extend_from_slice(&self.payload);
        out.extend_from_slice(&sum(&out).to_be_bytes());
        Ok(out)
    }

    /// Reads a frame that is whole and whose prelude is checked.
    pub(super) fn decode(frame: &[u8], prelude: Prelude) -> Result<Message, FrameError> {
        let (body, told) = frame.split_last_chunk::<SUM>().ok_or(FrameError::Length)?;
        if sum(body) != u32::from_be_bytes(*told) {
            return Err(FrameError::MessageSum);
        }
        let content = body.get(PRELUDE..).ok_or(FrameError::Length)?;
        let (mut headers, payload) = content.split_at_checked(prelude.headers).ok_or(FrameError::Length)?;
        let mut message = Message { headers: Vec::new(), payload: Bytes::copy_from_slice(payload) };
        while let Some((length, rest)) = headers.split_first() {
            let (name, rest) = rest.split_at_checked(usize::from(*length)).ok_or(FrameError::Header)?;
            let name = std::str::from_utf8(name).ok().filter(|n| !n.is_empty()).ok_or(FrameError::Header)?;
            let (value, rest) = HeaderValue::read(rest)?;
            message.headers.push(Header { name: name.to_owned(), value });
            headers = rest;
        }
        message.has_no_twins()?;
        Ok(message)
    }

    fn has_no_twins(&self) -> Result<(), FrameError> {
        let mut names: Vec<&str> = self.headers.iter().map(|h| h.name.as_str()).collect();
        names.sort_unstable();
        if names.windows(2).any(|pair| pair.first() == pair.last()) {
            return Err(FrameError::Duplicate);
        }
        Ok(())
    }
}

/// The checked beginning of a frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct Prelude {
    /// Bytes of the whole frame.
    pub total: usize,
    /// Bytes of its headers.
    pub headers: usize,
}

impl Prelude {
    /// Reads the first [`PRELUDE`] bytes.
    pub fn read(bytes: &[u8; PRELUDE], most_payload: usize) -> Result<Prelude, FrameError> {
        let [t0, t1, t2, t3, h0, h1, h2, h3, s0, s1, s2, s3] = *bytes;
        if sum(&[t0, t1, t2, t3, h0, h1, h2, h3]) != u32::from_be_bytes([s0, s1, s2, s3]) {
            return Err(FrameError::PreludeSum);
        }
        let total = u32::from_be_bytes([t0, t1, t2, t3]) as usize;
        let headers = u32::from_be_bytes([h0, h1, h2, h3]) as usize;
        if headers > MOST_HEADERS {
            return Err(FrameError::TooLong);
        }
        let payload = total.checked_sub(PRELUDE + SUM + headers).ok_or(FrameError::Length)?;
        if payload > most_payload {
            return Err(FrameError::TooLong);
        }
        Ok(Prelude { total, headers })
    }
}

fn sum(bytes: &[u8]) -> u32 {
    // The algorithm has 32 bits, whatever the type that the library answers with.
    checksum(CrcAlgorithm::Crc32IsoHdlc, bytes) as u32
}
