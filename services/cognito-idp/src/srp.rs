//! SRP-6a as Cognito's clients speak it: the 3,072-bit group of RFC 5054, SHA-256, and a key by HKDF with the words
//! "Caldera Derived Key". The wire form of numbers is hexadecimal with a zero in front where the first bit is set.
//! <https://datatracker.ietf.org/doc/html/rfc5054>

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use num_bigint::BigUint;
use std::sync::LazyLock;

/// The group's prime.
const PRIME: &str = "\
    FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD\
    EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED\
    EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F\
    83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B\
    E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510\
    15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7\
    ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C\
    BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF";

/// Bytes of a salt.
pub const SALT_BYTES: usize = 16;
/// Bytes of the server's secret.
pub const SECRET_BYTES: usize = 48;

struct Group {
    prime: BigUint,
    generator: BigUint,
    multiplier: BigUint,
}

static GROUP: LazyLock<Group> = LazyLock::new(|| {
    let prime = BigUint::parse_bytes(PRIME.as_bytes(), 16).unwrap_or_default();
    let generator = BigUint::from(2_u8);
    let multiplier = hash(&[&padded(&prime), &[2]]);
    Group { prime, generator, multiplier }
});

/// What the server keeps of a password: `g^x mod N`. The pool's name is its id behind the underscore.
pub fn verifier(pool: &str, username: &str, password: &str, salt: &[u8]) -> Vec<u8> {
    let inner = digest(&SHA256, format!("{pool}{username}:{password}").as_bytes());
    let x = hash(&[&padded(&BigUint::from_bytes_be(salt)), inner.as_ref()]);
    GROUP.generator.modpow(&x, &GROUP.prime).to_bytes_be()
}

/// A client's public value; `None` if it is none that may be used (RFC 5054, section 2.5.4).
pub fn client_value(hex: &str) -> Option<Vec<u8>> {
    if hex.len() > 2 * 1024 {
        return None;
    }
    let value = BigUint::parse_bytes(hex.as_bytes(), 16)?;
    let zero = BigUint::default();
    (&value % &GROUP.prime != zero).then(|| value.to_bytes_be())
}

/// The server's public value `B = kv + g^b`, in hexadecimal.
pub fn server_value(verifier: &[u8], secret: &[u8]) -> String {
    public(&BigUint::from_bytes_be(verifier), &BigUint::from_bytes_be(secret)).to_str_radix(16)
}

fn public(verifier: &BigUint, secret: &BigUint) -> BigUint {
    let Group { prime, generator, multiplier } = &*GROUP;
    (multiplier * verifier + generator.modpow(secret, prime)) % prime
}

/// The key that both sides come to, if the client knows the password.
pub fn key(verifier: &[u8], client: &[u8], secret: &[u8]) -> [u8; 16] {
    let prime = &GROUP.prime;
    let (v, a, b) = (BigUint::from_bytes_be(verifier), BigUint::from_bytes_be(client), BigUint::from_bytes_be(secret));
    let u = hash(&[&padded(&a), &padded(&public(&v, &b))]);
    let shared = (a * v.modpow(&u, prime)).modpow(&b, prime);
    derived(&padded(&shared), &padded(&u))
}

/// HKDF with SHA-256, of which one block of 16 bytes is taken.
fn derived(shared: &[u8], salt: &[u8]) -> [u8; 16] {
    let extracted = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, salt), shared);
    let expanded = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, extracted.as_ref()), b"Caldera Derived Key\x01");
    expanded.as_ref().first_chunk().copied().unwrap_or_default()
}

/// Whether a client's claim is signed with the key.
pub fn verifies(key: &[u8; 16], (pool, username): (&str, &str), (block, stamp): (&[u8], &str), claim: &[u8]) -> bool {
    let message = [pool.as_bytes(), username.as_bytes(), block, stamp.as_bytes()].concat();
    hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, key), &message, claim).is_ok()
}

fn hash(parts: &[&[u8]]) -> BigUint {
    BigUint::from_bytes_be(digest(&SHA256, &parts.concat()).as_ref())
}

/// Bytes that no reader takes for a negative number's.
fn padded(number: &BigUint) -> Vec<u8> {
    let bytes = number.to_bytes_be();
    match bytes.first() {
        Some(first) if *first >= 0x80 => [&[0], bytes.as_slice()].concat(),
        _ => bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a client computes (RFC 5054, section 2.6): `S = (B - kg^x)^(a + ux)`.
    fn client_key((pool, username, password): (&str, &str, &str), salt: &[u8], a: &BigUint, server: &str) -> [u8; 16] {
        let Group { prime, generator, multiplier } = &*GROUP;
        let inner = digest(&SHA256, format!("{pool}{username}:{password}").as_bytes());
        let x = hash(&[&padded(&BigUint::from_bytes_be(salt)), inner.as_ref()]);
        let b = BigUint::parse_bytes(server.as_bytes(), 16).unwrap_or_default();
        let u = hash(&[&padded(&generator.modpow(a, prime)), &padded(&b)]);
        let base = (&b + multiplier * prime - multiplier * generator.modpow(&x, prime)) % prime;
        derived(&padded(&base.modpow(&(a + &u * x), prime)), &padded(&u))
    }

    #[test]
    fn both_sides_come_to_the_same_key_if_the_password_is_right() {
        let salt = [0x9a; SALT_BYTES];
        let verifier = verifier("AbCdEf", "ann", "Passw0rd!", &salt);
        let (a, secret) = (BigUint::from_bytes_be(&[7; 32]), [0x5c; SECRET_BYTES]);
        let public = GROUP.generator.modpow(&a, &GROUP.prime);
        let client = client_value(&public.to_str_radix(16)).unwrap_or_default();
        let server = server_value(&verifier, &secret);
        let own = key(&verifier, &client, &secret);
        assert_eq!(own, client_key(("AbCdEf", "ann", "Passw0rd!"), &salt, &a, &server));
        assert_ne!(own, client_key(("AbCdEf", "ann", "Passw0rd?"), &salt, &a, &server));
        assert_ne!(own, client_key(("AbCdEf", "bob", "Passw0rd!"), &salt, &a, &server));
    }

    #[test]
    fn values_that_give_the_key_away_are_refused() {
        for bad in ["", "xyz", "0", "00", PRIME, &"f".repeat(3000)] {
            assert_eq!(client_value(bad), None, "{bad}");
        }
        assert!(client_value("2").is_some());
    }
}
