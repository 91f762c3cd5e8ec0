use std::fmt;

/// The id of one request, printed as a UUID: what `x-amzn-RequestId` carries and `terrella why` takes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u128);

impl RequestId {
    /// Reads the printed form.
    pub fn parse(text: &str) -> Option<RequestId> {
        let mut value: u128 = 0;
        let mut digits = 0;
        for (at, b) in text.bytes().enumerate() {
            if matches!(at, 8 | 13 | 18 | 23) {
                if b != b'-' {
                    return None;
                }
                continue;
            }
            value = value.checked_mul(16)? + u128::from(char::from(b).to_digit(16)?);
            digits += 1;
            if digits > 32 {
                return None;
            }
        }
        (digits == 32).then_some(RequestId(value))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // By hand: every reply carries one, and `write!` takes twenty times as long.
        let mut text = [b'-'; 36];
        let digit = |value: u8| if value < 10 { b'0' + value } else { b'a' - 10 + value };
        // Where each byte's two digits stand: behind the fourth, sixth, eighth and tenth is a hyphen.
        const PLACES: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
        for (byte, at) in self.0.to_be_bytes().into_iter().zip(PLACES) {
            text[at] = digit(byte >> 4);
            text[at + 1] = digit(byte & 0xf);
        }
        f.pad(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_and_reads_a_uuid() {
        let id = RequestId(0x0123_4567_89ab_cdef_0011_2233_4455_6677);
        assert_eq!(id.to_string(), "01234567-89ab-cdef-0011-223344556677");
        assert_eq!(RequestId::parse(&id.to_string()), Some(id));
        for text in [
            "",
            "x",
            "01234567-89ab-cdef-0011-22334455667",
            "01234567-89ab-cdef-0011-2233445566778",
            "0123456789abcdef0011223344556677",
        ] {
            assert_eq!(RequestId::parse(text), None, "{text}");
        }
    }
}
