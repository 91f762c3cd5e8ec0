use parking_lot::Mutex;
use std::cell::RefCell;
use std::sync::Arc;

/// Where a cloud's chance comes from: the operating system, or a seed that makes a run repeatable.
#[derive(Clone)]
pub struct EntropySource(Option<Arc<Mutex<u64>>>);

impl EntropySource {
    /// The operating system's randomness.
    pub fn system() -> EntropySource {
        EntropySource(None)
    }

    /// A repeatable stream. Never for keys: [`Entropy::secret`] ignores it.
    pub fn seeded(seed: u64) -> EntropySource {
        EntropySource(Some(Arc::new(Mutex::new(seed))))
    }

    /// A stream of its own for one request, so that what one request draws never shifts another's.
    pub fn stream(&self) -> Entropy {
        let state = match &self.0 {
            None => from_system(),
            Some(seed) => {
                let mut seed = seed.lock();
                [split_mix(&mut seed), split_mix(&mut seed)]
            }
        };
        Entropy { state }
    }
}

fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Randomness of the system, drawn for many streams at once: one draw costs half a microsecond, however short it is.
struct Ahead {
    bytes: [u8; 1024],
    used: usize,
}

thread_local! {
    static AHEAD: RefCell<Ahead> = const { RefCell::new(Ahead { bytes: [0; 1024], used: 1024 }) };
}

fn from_system() -> [u64; 2] {
    AHEAD.with_borrow_mut(|ahead| {
        if ahead.used == ahead.bytes.len() {
            fill_from_system(&mut ahead.bytes);
            ahead.used = 0;
        }
        let mut half = || {
            let mut word = [0; 8];
            let end = ahead.used + word.len();
            // What was handed out must not be found here afterwards.
            word.swap_with_slice(&mut ahead.bytes[ahead.used..end]);
            ahead.used = end;
            u64::from_le_bytes(word)
        };
        [half(), half()]
    })
}

#[expect(
    clippy::panic,
    reason = "a machine without randomness can make no safe key: better no cloud than a guessable one"
)]
fn fill_from_system(bytes: &mut [u8]) {
    // The kernel's own generator: the cryptographic library's takes 50 ms to seed, which the first request would wait for.
    if getrandom::fill(bytes).is_err() {
        panic!("the operating system gives no random bytes");
    }
}

/// Fills `bytes` for a key, a nonce or a secret: the operating system's randomness, whatever the seed. For readers, which
/// have no stream; what they draw here is not drawn again when a request runs again.
pub fn secret(bytes: &mut [u8]) {
    fill_from_system(bytes);
}

/// One request's stream of chance. A clone repeats what the original will draw: a request that runs again draws the same ids.
#[derive(Clone, Debug)]
pub struct Entropy {
    state: [u64; 2],
}

impl Entropy {
    /// 64 random bits, for ids and jitter; not for keys.
    pub fn u64(&mut self) -> u64 {
        // xoroshiro128+: fast, and good enough for what only has to be unique.
        let [a, mut b] = self.state;
        let out = a.wrapping_add(b);
        b ^= a;
        self.state = [a.rotate_left(24) ^ b ^ (b << 16), b.rotate_left(37)];
        out
    }

    /// A stream of its own for a part of the request.
    pub fn fork(&mut self) -> Entropy {
        Entropy { state: [self.u64(), self.u64()] }
    }

    /// 128 random bits.
    pub fn u128(&mut self) -> u128 {
        u128::from(self.u64()) << 64 | u128::from(self.u64())
    }

    /// A number below `bound`; 0 for a bound of 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.u64()) * u128::from(bound)) >> 64) as u64
    }

    /// `len` characters drawn from `alphabet`.
    pub fn text(&mut self, alphabet: &str, len: usize) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        (0..len).filter_map(|_| letters.get(self.below(letters.len() as u64) as usize)).collect()
    }

    /// A random (version 4) UUID.
    pub fn uuid(&mut self) -> String {
        let v = self.u128() & !(0xf000 << 64) & !(0xc << 60) | 0x4000 << 64 | 0x8 << 60;
        let mut text = String::with_capacity(36);
        for digit in (0..32).rev() {
            text.push(char::from(b"0123456789abcdef"[(v >> (digit * 4)) as usize & 0xf]));
            if matches!(digit, 24 | 20 | 16 | 12) {
                text.push('-');
            }
        }
        text
    }

    /// Fills `bytes` for a key or a secret: always the operating system's randomness, whatever the seed.
    pub fn secret(&mut self, bytes: &mut [u8]) {
        fill_from_system(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_and_a_clone_replays() {
        let draw = |seed| {
            let source = EntropySource::seeded(seed);
            (source.stream().uuid(), source.stream().uuid())
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        assert_ne!(draw(7).0, draw(7).1);
        let mut a = EntropySource::system().stream();
        let mut b = a.clone();
        assert_eq!(a.text("abc123", 40), b.text("abc123", 40));
        let mut secrets = [[0; 16]; 2];
        for (stream, secret) in [&mut a, &mut b].into_iter().zip(&mut secrets) {
            stream.secret(secret);
        }
        assert_ne!(secrets[0], secrets[1]);
    }

    #[test]
    fn uuids_are_version_four() {
        let mut entropy = EntropySource::seeded(1).stream();
        for _ in 0..100 {
            let id = entropy.uuid();
            assert_eq!((id.len(), &id[14..15]), (36, "4"));
            assert!("89ab".contains(&id[19..20]), "{id}");
        }
    }

    #[test]
    fn below_stays_below_and_reaches_all() {
        let mut entropy = EntropySource::seeded(3).stream();
        let mut seen = [0_u32; 5];
        for _ in 0..1000 {
            seen[entropy.below(5) as usize] += 1;
        }
        assert!(seen.iter().all(|n| *n > 100), "{seen:?}");
        assert_eq!(entropy.below(0), 0);
    }
}
