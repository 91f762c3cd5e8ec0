//! Signing keys, and a small cache of them: deriving one costs four HMACs, a use costs one.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use super::TERMINATOR;
use super::encoding::{Hex, hex};
use aws_lc_rs::{constant_time, hmac};
use parking_lot::RwLock;
use std::hash::{Hash as _, Hasher as _};
use std::sync::Arc;

/// A credential scope without its terminator: the day, Region and service that a signing key is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Scope<'a> {
    /// `YYYYMMDD`.
    pub day: &'a str,
    /// The Region as signed.
    pub region: &'a str,
    /// The service's signing name.
    pub service: &'a str,
}

impl Scope<'_> {
    /// Appends `YYYYMMDD/region/service/aws4_request`.
    pub(super) fn push(&self, out: &mut Vec<u8>) {
        for part in [self.day, self.region, self.service] {
            out.extend_from_slice(part.as_bytes());
            out.push(b'/');
        }
        out.extend_from_slice(TERMINATOR.as_bytes());
    }
}

/// The key that signs requests of one secret in one [`Scope`].
pub struct SigningKey {
    key: hmac::Key,
}

impl SigningKey {
    /// Derives the key from a secret access key.
    pub fn derive(secret: &str, scope: &Scope<'_>) -> Self {
        let mut first = Vec::with_capacity(4 + secret.len());
        first.extend_from_slice(b"AWS4");
        first.extend_from_slice(secret.as_bytes());
        let mut key = hmac::Key::new(hmac::HMAC_SHA256, &first);
        for part in [scope.day, scope.region, scope.service, TERMINATOR] {
            key = hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&key, part.as_bytes()).as_ref());
        }
        Self { key }
    }

    /// The signature of a string to sign.
    pub(super) fn sign(&self, string_to_sign: &[u8]) -> Hex {
        hex(hmac::sign(&self.key, string_to_sign).as_ref())
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey(..)")
    }
}

/// Whether two texts are equal, in a time that depends on their lengths only.
pub(super) fn same(a: &[u8], b: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(a, b).is_ok()
}

const SLOTS: usize = 256;

struct Entry {
    access_key: Box<str>,
    secret: Box<str>,
    day: Box<str>,
    region: Box<str>,
    service: Box<str>,
    key: Arc<SigningKey>,
}

impl Entry {
    fn is_for(&self, access_key: &str, secret: &str, scope: &Scope<'_>) -> bool {
        *self.access_key == *access_key
            && *self.day == *scope.day
            && *self.region == *scope.region
            && *self.service == *scope.service
            && same(self.secret.as_bytes(), secret.as_bytes())
    }
}

/// Signing keys lately used, at most 256: each access key and scope has one slot, which its next use takes over.
///
/// The secret is part of the match, so that a key whose secret has changed is never served a stale entry.
pub struct KeyCache {
    slots: Box<[RwLock<Option<Entry>>]>,
}

impl KeyCache {
    /// An empty cache.
    pub fn new() -> Self {
        Self { slots: (0..SLOTS).map(|_| RwLock::new(None)).collect() }
    }

    /// The signing key of `access_key` in `scope`, derived from `secret` unless it is held already.
    pub fn signing_key(&self, access_key: &str, secret: &str, scope: &Scope<'_>) -> Arc<SigningKey> {
        let mut hasher = rustc_hash::FxHasher::default();
        (access_key, scope).hash(&mut hasher);
        let slot = self.slots.get(hasher.finish() as usize % SLOTS);
        if let Some(slot) = slot
            && let Some(entry) = slot.read().as_ref()
            && entry.is_for(access_key, secret, scope)
        {
            return Arc::clone(&entry.key);
        }
        let key = Arc::new(SigningKey::derive(secret, scope));
        if let Some(slot) = slot {
            *slot.write() = Some(Entry {
                access_key: access_key.into(),
                secret: secret.into(),
                day: scope.day.into(),
                region: scope.region.into(),
                service: scope.service.into(),
                key: Arc::clone(&key),
            });
        }
        key
    }
}

impl Default for KeyCache {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for KeyCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyCache(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCOPE: Scope<'_> = Scope { day: "20150830", region: "us-east-1", service: "iam" };

    #[test]
    fn a_changed_secret_or_scope_is_another_key() {
        let cache = KeyCache::new();
        let signed = |secret: &str, scope: &Scope<'_>| cache.signing_key("AKID", secret, scope).sign(b"x");
        let first = signed("one", &SCOPE);
        assert_eq!(signed("one", &SCOPE), first);
        assert_ne!(signed("two", &SCOPE), first);
        assert_eq!(signed("one", &SCOPE), first);
        for scope in [
            Scope { day: "20150831", ..SCOPE },
            Scope { region: "eu-west-1", ..SCOPE },
            Scope { service: "sts", ..SCOPE },
        ] {
            assert_ne!(signed("one", &scope), first, "{scope:?}");
        }
    }

    #[test]
    fn a_held_key_is_shared() {
        let cache = KeyCache::new();
        let key = cache.signing_key("AKID", "secret", &SCOPE);
        assert!(Arc::ptr_eq(&key, &cache.signing_key("AKID", "secret", &SCOPE)));
    }
}
