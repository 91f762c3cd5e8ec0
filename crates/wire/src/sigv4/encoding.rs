//! Bytes and their text forms: hexadecimal, percent-encoding as AWS defines it (`UriEncode`), digests.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use aws_lc_rs::digest;
use base64::Engine as _;
use std::borrow::Cow;

/// A SHA-256 digest or a signature, as 64 lower-case hexadecimal digits.
pub(super) type Hex = [u8; 64];

const LOWER: &[u8; 16] = b"0123456789abcdef";
const UPPER: &[u8; 16] = b"0123456789ABCDEF";

/// SHA-256 of no bytes at all.
pub(super) const EMPTY_SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Writes 32 bytes as lower-case hexadecimal; input beyond 32 bytes is not read.
pub(super) fn hex(bytes: &[u8]) -> Hex {
    let mut text = [b'0'; 64];
    for (pair, byte) in text.chunks_exact_mut(2).zip(bytes) {
        if let [high, low] = pair {
            *high = LOWER[usize::from(byte >> 4)];
            *low = LOWER[usize::from(byte & 15)];
        }
    }
    text
}

/// The SHA-256 of `bytes` in hexadecimal.
pub(super) fn sha256_hex(bytes: &[u8]) -> Hex {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

/// Hexadecimal digits as text. They are ASCII by construction, so that nothing is ever replaced.
pub(super) fn hex_text(digits: &Hex) -> String {
    String::from_utf8_lossy(digits).into_owned()
}

/// The SHA-256 of `text` in Base64: how AWS echoes a header that may hold a secret.
pub(super) fn sha256_base64(text: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(digest::digest(&digest::SHA256, text))
}

/// Whether `UriEncode` leaves the byte as it is.
pub(super) const fn is_unreserved(byte: u8) -> bool {
    matches!(byte, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~')
}

/// Appends one byte as `%XX`.
pub(super) fn push_escaped(out: &mut Vec<u8>, byte: u8) {
    out.extend_from_slice(&[b'%', UPPER[usize::from(byte >> 4)], UPPER[usize::from(byte & 15)]]);
}

/// Appends `text` as `UriEncode(text, encodeSlash = true)`.
pub(super) fn push_encoded(out: &mut Vec<u8>, text: &[u8]) {
    for &byte in text {
        if is_unreserved(byte) {
            out.push(byte);
        } else {
            push_escaped(out, byte);
        }
    }
}

/// The byte that the escape at the head of `text` (`%XX`) stands for.
pub(super) fn escape_at(text: &[u8]) -> Option<u8> {
    let digit = |b: &u8| char::from(*b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    match text {
        [b'%', high, low, ..] => Some(digit(high)? << 4 | digit(low)?),
        _ => None,
    }
}

/// Decodes a name or value of a query string, where `+` is a space and a stray `%` is itself.
pub(super) fn query_decoded(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|b| b == b'%' || b == b'+') {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        if let Some(decoded) = escape_at(rest) {
            out.push(decoded);
            rest = rest.get(3..).unwrap_or_default();
        } else {
            out.push(if byte == b'+' { b' ' } else { byte });
            rest = after;
        }
    }
    Cow::Owned(String::from_utf8_lossy(&out).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings() {
        assert_eq!(sha256_hex(b""), EMPTY_SHA256.as_bytes());
        assert_eq!(hex_text(&hex(&[0xab; 32])), "ab".repeat(32));
        for (text, expect) in
            [("a%20b", "a b"), ("a+b", "a b"), ("100%", "100%"), ("%zz", "%zz"), ("%C3%A9", "é"), ("%2", "%2")]
        {
            assert_eq!(query_decoded(text), expect, "{text}");
        }
        let mut out = Vec::new();
        push_encoded(&mut out, "a b/é~*".as_bytes());
        assert_eq!(out, b"a%20b%2F%C3%A9~%2A");
    }
}
