//! CRC-32C (Castagnoli), eight bytes a step, as the store's log uses it.

static TABLES: [[u32; 256]; 8] = tables();

const fn tables() -> [[u32; 256]; 8] {
    let mut out = [[0; 256]; 8];
    let mut i = 0;
    while i < 256 {
        let mut v = i as u32;
        let mut bit = 0;
        while bit < 8 {
            v = if v & 1 == 1 { v >> 1 ^ 0x82f6_3b78 } else { v >> 1 };
            bit += 1;
        }
        out[0][i] = v;
        i += 1;
    }
    let mut table = 1;
    while table < 8 {
        let mut i = 0;
        while i < 256 {
            let before = out[table - 1][i];
            out[table][i] = before >> 8 ^ out[0][(before & 0xff) as usize];
            i += 1;
        }
        table += 1;
    }
    out
}

/// The checksum of `bytes`.
pub(crate) fn crc(bytes: &[u8]) -> u32 {
    let (chunks, rest) = bytes.as_chunks::<8>();
    let mut sum = !0_u32;
    for chunk in chunks {
        let word = u64::from_le_bytes(*chunk) ^ u64::from(sum);
        // Every index is a byte, so none is out of a table's bounds.
        let part = |table: usize, shift: u32| TABLES[table][(word >> shift & 0xff) as usize];
        sum = part(7, 0) ^ part(6, 8) ^ part(5, 16) ^ part(4, 24);
        sum ^= part(3, 32) ^ part(2, 40) ^ part(1, 48) ^ part(0, 56);
    }
    for byte in rest {
        sum = sum >> 8 ^ TABLES[0][usize::from(sum as u8 ^ byte)];
    }
    !sum
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
