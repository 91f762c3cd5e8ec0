//! One-time passwords of virtual MFA devices: six digits that change every 30 s.
//! <https://datatracker.ietf.org/doc/html/rfc6238>,
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_VirtualMFADevice.html>

use aws_lc_rs::hmac;
use service::Timestamp;

/// Seconds for which a code is shown.
const STEP: i64 = 30;
/// How far a device's clock may be off, in steps, when it is enabled or synchronised anew.
const REACH: i64 = 20;

/// The code that a device shows in a step.
pub(crate) fn code(seed: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, seed);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    let offset = usize::from(bytes.last().copied().unwrap_or(0) & 0xf);
    let four = bytes.get(offset..offset + 4).and_then(|four| <[u8; 4]>::try_from(four).ok()).unwrap_or_default();
    format!("{:06}", (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000)
}

/// Whether the device shows `given` now, a step more or less.
pub fn shows(seed: &[u8], drift: i64, now: Timestamp, given: &str) -> bool {
    let now = now.secs().div_euclid(STEP) + drift;
    (now - 1..=now + 1).any(|step| code(seed, step) == given)
}

/// How many steps the device's clock is ahead, by two codes that it showed one after the other; `None` if it did not.
pub fn drift(seed: &[u8], now: Timestamp, first: &str, second: &str) -> Option<i64> {
    let now = now.secs().div_euclid(STEP);
    let mut steps: Vec<i64> = (-REACH..=REACH).collect();
    steps.sort_by_key(|step| step.abs());
    let off = steps.into_iter().find(|off| code(seed, now + off) == second && code(seed, now + off - 1) == first)?;
    // The second code may be the present one or the next; neither means that the clock is off.
    Some(if off.abs() <= 1 { 0 } else { off })
}

/// Bytes in the base32 of RFC 4648; 5 bytes make 8 letters, and devices have a multiple of 5.
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

    /// The seed of RFC 6238's test vectors.
    const SEED: &[u8] = b"12345678901234567890";

    #[test]
    fn the_vectors_of_rfc_6238() {
        for (secs, expect) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(SEED, secs / STEP), expect);
            let at = |secs| Timestamp::from_secs(secs);
            assert!(shows(SEED, 0, at(secs), expect) && shows(SEED, 0, at(secs + STEP), expect));
            assert!(!shows(SEED, 0, at(secs + 2 * STEP), expect));
            assert!(shows(SEED, -2, at(secs + 2 * STEP), expect));
        }
    }

    #[test]
    fn two_codes_in_a_row_tell_the_drift() {
        let now = Timestamp::from_secs(30 * 1000);
        for (first, expect) in
            [(999, Some(0)), (1000, Some(0)), (998, Some(0)), (1010, Some(11)), (989, Some(-10)), (1030, None)]
        {
            assert_eq!(drift(SEED, now, &code(SEED, first), &code(SEED, first + 1)), expect, "{first}");
        }
        assert_eq!(drift(SEED, now, &code(SEED, 1000), &code(SEED, 1002)), None);
        assert_eq!(drift(SEED, now, "", ""), None);
    }

    #[test]
    fn base32_as_rfc_4648_has_it() {
        for (bytes, text) in [("", ""), ("f", "MY"), ("foo", "MZXW6"), ("fooba", "MZXW6YTB"), ("foobar", "MZXW6YTBOI")]
        {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
    }
}
