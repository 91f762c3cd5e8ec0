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

/// The step in which the device shows `given`, now or a step earlier or later; `None` if it does not. Steps up to `spent` do not
/// count: a code is good for one use, and one that was passed over for none (RFC 6238, section 5.2).
pub fn step_of(seed: &[u8], drift: i64, now: Timestamp, spent: i64, given: &str) -> Option<i64> {
    let now = now.secs().div_euclid(STEP) + drift;
    (now - 1..=now + 1).find(|step| *step > spent && code(seed, *step) == given)
}

/// What two codes tell that a device showed one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// How many steps its clock is ahead.
    pub drift: i64,
    /// The step of the second.
    pub step: i64,
}

/// What two codes tell; `None` if the device did not show them one after the other, or one of them is of a step up to `spent`.
pub fn pair(seed: &[u8], now: Timestamp, spent: i64, (first, second): (&str, &str)) -> Option<Pair> {
    let now = now.secs().div_euclid(STEP);
    let mut steps: Vec<i64> = (-REACH..=REACH).collect();
    steps.sort_by_key(|step| step.abs());
    let off = steps.into_iter().find(|off| code(seed, now + off) == second && code(seed, now + off - 1) == first)?;
    // The second code may be the present one or the next; neither means that the clock is off.
    let pair = Pair { drift: if off.abs() <= 1 { 0 } else { off }, step: now + off };
    Some(pair).filter(|pair| pair.step - 1 > spent)
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
            let step = secs / STEP;
            let shown = |drift, secs| step_of(SEED, drift, Timestamp::from_secs(secs), -1, expect);
            assert_eq!([shown(0, secs), shown(0, secs + STEP)], [Some(step); 2]);
            assert_eq!([shown(0, secs + 2 * STEP), shown(-2, secs + 2 * STEP)], [None, Some(step)]);
            let after = |spent| step_of(SEED, 0, Timestamp::from_secs(secs), spent, expect);
            assert_eq!([after(step - 1), after(step), after(step + 1)], [Some(step), None, None]);
        }
    }

    #[test]
    fn two_codes_in_a_row_tell_the_drift() {
        let now = Timestamp::from_secs(30 * 1000);
        for (first, expect) in
            [(999, Some(0)), (1000, Some(0)), (998, Some(0)), (1010, Some(11)), (989, Some(-10)), (1030, None)]
        {
            let told = pair(SEED, now, -1, (&code(SEED, first), &code(SEED, first + 1)));
            assert_eq!(told, expect.map(|drift| Pair { drift, step: first + 1 }), "{first}");
        }
        let codes = [1000, 1001, 1002].map(|step| code(SEED, step));
        assert_eq!(pair(SEED, now, -1, (&codes[0], &codes[2])), None);
        assert_eq!(pair(SEED, now, -1, ("", "")), None);
        for (spent, expect) in [(999, true), (1000, false), (1001, false)] {
            assert_eq!(pair(SEED, now, spent, (&codes[0], &codes[1])).is_some(), expect, "{spent}");
        }
    }

    #[test]
    fn base32_as_rfc_4648_has_it() {
        for (bytes, text) in [("", ""), ("f", "MY"), ("foo", "MZXW6"), ("fooba", "MZXW6YTB"), ("foobar", "MZXW6YTBOI")]
        {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
    }
}
