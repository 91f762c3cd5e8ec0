use super::FrameError;
use bytes::Bytes;
use clock::Timestamp;

/// The value of a header: the ten types of the frame format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeaderValue {
    /// Types 0 and 1.
    Bool(bool),
    /// Type 2.
    Byte(i8),
    /// Type 3.
    Short(i16),
    /// Type 4.
    Integer(i32),
    /// Type 5.
    Long(i64),
    /// Type 6, at most 32,767 bytes.
    Bytes(Bytes),
    /// Type 7, at most 32,767 bytes.
    Str(String),
    /// Type 8, in milliseconds on the wire.
    Time(Timestamp),
    /// Type 9.
    Uuid([u8; 16]),
}

/// Bytes of the longest string or byte array.
const LONGEST: usize = 32_767;

impl HeaderValue {
    pub(super) fn write(&self, out: &mut Vec<u8>) -> Result<(), FrameError> {
        match self {
            HeaderValue::Bool(true) => out.push(0),
            HeaderValue::Bool(false) => out.push(1),
            HeaderValue::Byte(v) => put(out, 2, &v.to_be_bytes()),
            HeaderValue::Short(v) => put(out, 3, &v.to_be_bytes()),
            HeaderValue::Integer(v) => put(out, 4, &v.to_be_bytes()),
            HeaderValue::Long(v) => put(out, 5, &v.to_be_bytes()),
            HeaderValue::Bytes(v) => sized(out, 6, v)?,
            HeaderValue::Str(v) => sized(out, 7, v.as_bytes())?,
            HeaderValue::Time(v) => put(out, 8, &v.millis().to_be_bytes()),
            HeaderValue::Uuid(v) => put(out, 9, v),
        }
        Ok(())
    }

    /// Reads a value and what follows it.
    pub(super) fn read(bytes: &[u8]) -> Result<(HeaderValue, &[u8]), FrameError> {
        let (kind, rest) = bytes.split_first().ok_or(FrameError::Header)?;
        Ok(match kind {
            0 => (HeaderValue::Bool(true), rest),
            1 => (HeaderValue::Bool(false), rest),
            2 => take(rest, |v| HeaderValue::Byte(i8::from_be_bytes(v)))?,
            3 => take(rest, |v| HeaderValue::Short(i16::from_be_bytes(v)))?,
            4 => take(rest, |v| HeaderValue::Integer(i32::from_be_bytes(v)))?,
            5 => take(rest, |v| HeaderValue::Long(i64::from_be_bytes(v)))?,
            6 => {
                let (content, rest) = content(rest)?;
                (HeaderValue::Bytes(Bytes::copy_from_slice(content)), rest)
            }
            7 => {
                let (content, rest) = content(rest)?;
                let text = std::str::from_utf8(content).map_err(|_| FrameError::Header)?;
                (HeaderValue::Str(text.to_owned()), rest)
            }
            8 => take(rest, |v| HeaderValue::Time(Timestamp::from_millis(i64::from_be_bytes(v))))?,
            9 => take(rest, HeaderValue::Uuid)?,
            _ => return Err(FrameError::Header),
        })
    }

    /// The text, if this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            HeaderValue::Str(text) => Some(text),
            _ => None,
        }
    }
}

fn put(out: &mut Vec<u8>, kind: u8, bytes: &[u8]) {
    out.push(kind);
    out.extend_from_slice(bytes);
}

fn sized(out: &mut Vec<u8>, kind: u8, bytes: &[u8]) -> Result<(), FrameError> {
    if bytes.len() > LONGEST {
        return Err(FrameError::TooLong);
    }
    put(out, kind, &(bytes.len() as u16).to_be_bytes());
    out.extend_from_slice(bytes);
    Ok(())
}

fn take<const N: usize>(bytes: &[u8], make: fn([u8; N]) -> HeaderValue) -> Result<(HeaderValue, &[u8]), FrameError> {
    let (head, rest) = bytes.split_first_chunk().ok_or(FrameError::Header)?;
    Ok((make(*head), rest))
}

fn content(bytes: &[u8]) -> Result<(&[u8], &[u8]), FrameError> {
    let (length, rest) = bytes.split_first_chunk().ok_or(FrameError::Header)?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or(FrameError::Header)
}
