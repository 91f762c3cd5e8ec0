//! Software tokens: six digits that change every 30 s (RFC 6238).

use aws_lc_rs::hmac;
use service::Timestamp;

/// Seconds for which a code is shown.
const STEP: i64 = 30;
/// Bytes of a secret: 52 letters of base32.
pub const SECRET_BYTES: usize = 32;

/// The step in which a token shows `given`, now or a step earlier or later, after the step `spent`; `None` if it does not.
pub fn step_of(secret: &[u8], now: Timestamp, spent: i64, given: &str) -> Option<i64> {
    let now = now.secs().div_euclid(STEP);
    (now - 1..=now + 1).find(|step| *step > spent && code(secret, *step) == given)
}

fn code(secret: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    let offset = usize::from(bytes.last().copied().unwrap_or(0) & 0xf);
    let four = bytes.get(offset..offset + 4).and_then(|four| <[u8; 4]>::try_from(four).ok()).unwrap_or_default();
    format!("{:06}", (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000)
}

/// Bytes in the base32 of RFC 4648 without padding.
pub fn base32(bytes: &[u8]) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let letters = bytes.chunks(5).flat_map(|chunk| {
        let bits = chunk.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte)) << (8 * (5 - chunk.len()));
        let count = (chunk.len() * 8).div_ceil(5);
        (0..count).map(move |i| (bits >> (35 - 5 * i)) as usize & 31)
    });
    letters.filter_map(|i| alphabet.get(i)).map(|letter| char::from(*letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the last six of its eight digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = b"12345678901234567890";
        for (seconds, expect) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            let now = Timestamp::from_secs(seconds);
            assert_eq!(step_of(secret, now, 0, expect), Some(seconds / 30));
            assert_eq!(step_of(secret, now, seconds / 30, expect), None, "used once");
            assert_eq!(step_of(secret, Timestamp::from_secs(seconds + 61), 0, expect), None, "too late");
        }
        assert_eq!(base32(b"foobar"), "MZXW6YTBOI");
    }
}
