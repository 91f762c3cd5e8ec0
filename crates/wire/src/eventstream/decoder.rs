use super::FrameError;
use super::message::{Message, PRELUDE, Prelude};

/// How much a [`Decoder`] takes.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of one payload.
    pub payload: usize,
}

impl Default for Limits {
    /// 24 MiB, as AWS's SDKs have it.
    fn default() -> Limits {
        Limits { payload: 24 << 20 }
    }
}

/// Frames out of bytes that come in any pieces.
///
/// It holds at most what was pushed and not yet taken; whoever pushes takes all messages before pushing more. After an
/// error the stream is lost: the same error comes again.
#[derive(Debug, Default)]
pub struct Decoder {
    buffer: Vec<u8>,
    start: usize,
    limits: Limits,
    failed: Option<FrameError>,
}

impl Decoder {
    /// A decoder that takes frames up to these limits.
    pub fn new(limits: Limits) -> Decoder {
        Decoder { limits, ..Decoder::default() }
    }

    /// Takes the next bytes of the stream.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.start > 0 {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole message; `None` until more bytes are pushed.
    ///
    /// # Errors
    /// Whatever makes the bytes no frame. A prelude is judged as soon as it is there.
    pub fn take(&mut self) -> Result<Option<Message>, FrameError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let taken = self.frame();
        if let Err(error) = taken {
            self.failed = Some(error);
            self.buffer = Vec::new();
            self.start = 0;
        }
        taken
    }

    /// Whether the stream may end here: no part of a frame is left over.
    pub fn is_at_end(&self) -> bool {
        self.failed.is_none() && self.start == self.buffer.len()
    }

    fn frame(&mut self) -> Result<Option<Message>, FrameError> {
        let rest = self.buffer.get(self.start..).unwrap_or_default();
        let Some(head) = rest.first_chunk::<PRELUDE>() else { return Ok(None) };
        let prelude = Prelude::read(head, self.limits.payload)?;
        let Some(frame) = rest.get(..prelude.total) else { return Ok(None) };
        let message = Message::decode(frame, prelude)?;
        self.start += prelude.total;
        Ok(Some(message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eventstream::{Header, HeaderValue};
    use bytes::Bytes;
    use clock::Timestamp;

    fn text(name: &str, text: &str) -> Header {
        Header { name: name.into(), value: HeaderValue::Str(text.into()) }
    }

    fn of(headers: Vec<(&str, HeaderValue)>, payload: &'static [u8]) -> Message {
        let headers = headers.into_iter().map(|(name, value)| Header { name: name.into(), value }).collect();
        Message { headers, payload: Bytes::from_static(payload) }
    }

    /// The frames of botocore's `tests/unit/test_eventstream.py` (Apache-2.0).
    fn good() -> Vec<(&'static [u8], Message)> {
        let all = vec![
            ("0", HeaderValue::Bool(true)),
            ("1", HeaderValue::Bool(false)),
            ("2", HeaderValue::Byte(2)),
            ("3", HeaderValue::Short(3)),
            ("4", HeaderValue::Integer(4)),
            ("5", HeaderValue::Long(5)),
            ("6", HeaderValue::Bytes(Bytes::from_static(b"bytes"))),
            ("7", HeaderValue::Str("utf8".into())),
            ("8", HeaderValue::Time(Timestamp::from_millis(8))),
            ("9", HeaderValue::Uuid(*b"0123456789abcdef")),
        ];
        let error =
            vec![text(":message-type", "error"), text(":error-code", "code"), text(":error-message", "message")];
        vec![
            (b"\x00\x00\x00\x10\x00\x00\x00\x00\x05\xc2H\xeb}\x98\xc8\xff", Message::default()),
            (
                b"\x00\x00\x00\x17\x00\x00\x00\x07)\x86\x01X\x04byte\x02\xff\xc2\xf8i\xdc",
                of(vec![("byte", HeaderValue::Byte(-1))], b""),
            ),
            (
                b"\x00\x00\x00\x19\x00\x00\x00\tq\x0e\x92>\x05short\x03\xff\xff\xb2|\xb6\xcc",
                of(vec![("short", HeaderValue::Short(-1))], b""),
            ),
            (
                b"\x00\x00\x00\x1d\x00\x00\x00\r\x83\xe3\xf0\xe7\x07integer\x04\xff\xff\xff\xff\x8b\x8e\x12\xeb",
                of(vec![("integer", HeaderValue::Integer(-1))], b""),
            ),
            (
                b"\x00\x00\x00\x1e\x00\x00\x00\x0e]J\xdb\x8d\x04long\x05\xff\xff\xff\xff\xff\xff\xff\xffK\xc22\xda",
                of(vec![("long", HeaderValue::Long(-1))], b""),
            ),
            (b"\x00\x00\x00\x1d\x00\x00\x00\x00\xfdR\x8cZ{'foo':'bar'}\xc3e96", of(vec![], b"{'foo':'bar'}")),
            (
                b"\x00\x00\x00=\x00\x00\x00 \x07\xfd\x83\x96\x0ccontent-type\x07\x00\x10application/json{'foo':'bar'}\x8d\x9c\x08\xb1",
                of(vec![("content-type", HeaderValue::Str("application/json".into()))], b"{'foo':'bar'}"),
            ),
            (
                b"\x00\x00\x00\x62\x00\x00\x00\x52\x03\xb5\xcb\x9c\x010\x00\x011\x01\x012\x02\x02\x013\x03\x00\x03\
                \x014\x04\x00\x00\x00\x04\x015\x05\x00\x00\x00\x00\x00\x00\x00\x05\x016\x06\x00\x05bytes\x017\x07\x00\x04utf8\
                \x018\x08\x00\x00\x00\x00\x00\x00\x00\x08\x019\x090123456789abcdef\x63\x35\x36\x71",
                of(all, b""),
            ),
            (
                b"\x00\x00\x00\x52\x00\x00\x00\x42\xbf\x23\x63\x7e\x0d:message-type\x07\x00\x05error\
                \x0b:error-code\x07\x00\x04code\x0e:error-message\x07\x00\x07message\x6b\x6c\xea\x3d",
                Message { headers: error, payload: Bytes::new() },
            ),
        ]
    }

    #[test]
    fn frames_are_read_and_written_to_the_byte() {
        for (frame, message) in good() {
            let mut decoder = Decoder::default();
            decoder.push(frame);
            assert_eq!(decoder.take(), Ok(Some(message.clone())));
            assert!(decoder.is_at_end());
            assert_eq!(message.encode().unwrap(), frame);
        }
    }

    #[test]
    fn a_stream_may_be_cut_anywhere() {
        let stream: Vec<u8> = good().iter().flat_map(|(frame, _)| frame.iter().copied()).collect();
        let messages: Vec<Message> = good().into_iter().map(|(_, message)| message).collect();
        for piece in [1, 2, 3, 7, 11, 64, stream.len()] {
            let mut decoder = Decoder::default();
            let mut got = Vec::new();
            for part in stream.chunks(piece) {
                decoder.push(part);
                while let Some(message) = decoder.take().unwrap() {
                    got.push(message);
                }
            }
            assert_eq!(got, messages, "pieces of {piece}");
            assert!(decoder.is_at_end());
        }
        let mut decoder = Decoder::default();
        decoder.push(&stream[..stream.len() - 1]);
        while decoder.take().unwrap().is_some() {}
        assert!(!decoder.is_at_end());
    }

    #[test]
    fn damaged_frames_are_refused() {
        let long = &b"\x01\x80\x00\x21\x00\x00\x00\x00\xdd\x3f\x33\xb1"[..];
        for (frame, error) in [
            (
                &b"\x00\x00\x00=\xff\x00\x01\x02\x07\xfd\x83\x96\x0ccontent-type\x07\x00\x10application/json{'foo':'bar'}\x8d\x9c\x08\xb1"[..],
                FrameError::PreludeSum,
            ),
            (
                b"\x00\x00\x00=\x00\x00\x00 \x07\xfd\x83\x96\x0ccontent+type\x07\x00\x10application/json{'foo':'bar'}\x8d\x9c\x08\xb1",
                FrameError::MessageSum,
            ),
            (b"\x01\x00\x00\x1d\x00\x00\x00\x00\xfdR\x8cZ{'foo':'bar'}\xc3e96", FrameError::PreludeSum),
            (b"\x00\x00\x00\x1d\x00\x00\x00\x00\xfdR\x8cZ{'foo':'bar'\x8d\xc3e96", FrameError::MessageSum),
            (
                b"\x00\x00\x00\x24\x00\x00\x00\x14\x4b\xb9\x82\xd0\x04test\x04asdf\x04test\x04asdf\xf3\xf4\x75\x63",
                FrameError::Duplicate,
            ),
            (
                b"\x00\x00\x00\x3d\xff\x00\x01\x02\x15\x83\xf5\xc2\x0ccontent-type\x07\x00\x10application/json{'foo':'bar'}\x2f\x37\x7f\x5d",
                FrameError::TooLong,
            ),
            (long, FrameError::TooLong),
        ] {
            let mut decoder = Decoder::default();
            decoder.push(frame);
            assert_eq!(decoder.take(), Err(error));
            decoder.push(b"more");
            assert_eq!(decoder.take(), Err(error), "a lost stream stays lost");
        }
    }

    #[test]
    fn no_damage_of_one_bit_passes() {
        for (frame, message) in good() {
            for at in 0..frame.len() * 8 {
                let mut bad = frame.to_vec();
                bad[at / 8] ^= 1 << (at % 8);
                let mut decoder = Decoder::default();
                decoder.push(&bad);
                let got = decoder.take();
                assert!(got.is_err() || got == Ok(None), "{message:?} with bit {at} turned");
            }
        }
    }

    #[test]
    fn headers_that_the_format_cannot_hold() {
        for (name, value, error) in [
            ("", HeaderValue::Bool(true), FrameError::Header),
            (&*"n".repeat(256), HeaderValue::Bool(true), FrameError::Header),
            ("n", HeaderValue::Str("v".repeat(32_768)), FrameError::TooLong),
        ] {
            assert_eq!(Message::default().with(name, value).encode(), Err(error));
        }
    }
}
