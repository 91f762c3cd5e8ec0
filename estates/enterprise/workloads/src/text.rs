//! Digests and encodings.

use aws_lc_rs::digest;
use std::fmt::Write;

/// SHA-256 in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

/// Small hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// An id that follows from what it is for: the same parts give the same id, whoever asks and however often.
pub fn derived(prefix: &str, parts: &[&str]) -> String {
    // Lengths keep ("ab", "c") and ("a", "bc") apart.
    let joined: String = parts.iter().map(|part| format!("{}:{part}", part.len())).collect();
    format!("{prefix}{}", sha256(joined.as_bytes()).get(..26).unwrap_or_default())
}

/// What RFC 3986 leaves unreserved, and the slash where it divides a path; all else by `%` and two digits.
pub fn encode(text: &str, keeps_slash: bool) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || (keeps_slash && byte == b'/') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_reserved_is_encoded() {
        assert_eq!(encode("a b/ü~", true), "a%20b/%C3%BC~");
        assert_eq!(encode("a/b=c", false), "a%2Fb%3Dc");
    }

    #[test]
    fn derived_ids_follow_from_their_parts() {
        assert_eq!(derived("ord-", &["ann", "k1"]), derived("ord-", &["ann", "k1"]));
        assert_ne!(derived("ord-", &["ann", "k1"]), derived("ord-", &["annk", "1"]));
        assert_eq!(derived("ord-", &["ann", "k1"]).len(), 30);
    }
}
