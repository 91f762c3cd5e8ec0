//! CRC-32C (Castagnoli), as the store's log uses it.

/// The checksum of `bytes`.
pub(crate) fn crc(bytes: &[u8]) -> u32 {
    crc_fast::crc32_iscsi(bytes)
}

#[cfg(test)]
mod tests {
    use super::crc;

    /// The vectors of RFC 3720, appendix B.4, and the catalogue's check value.
    #[test]
    fn known_values() {
        let rising: Vec<u8> = (0..32).collect();
        for (bytes, expect) in [
            (&b""[..], 0),
            (b"123456789", 0xe306_9283),
            (&[0; 32], 0x8a91_36aa),
            (&[0xff; 32], 0x62a8_ab43),
            (&rising, 0x46dd_794e),
        ] {
            assert_eq!(crc(bytes), expect, "{bytes:?}");
        }
    }
}
