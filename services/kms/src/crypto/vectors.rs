//! Known answers of NIST and the IETF.

use super::mac;
use crate::spec::Hash;

fn unhex(digits: &str) -> Vec<u8> {
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}

/// RFC 4231, test case 2.
#[test]
fn hmac_answers_rfc_4231() {
    for (hash, expected) in [
        (Hash::Sha224, "a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44"),
        (Hash::Sha256, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        (
            Hash::Sha384,
            "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
        ),
        (
            Hash::Sha512,
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a\
             6b4b636e070a38bce737",
        ),
    ] {
        let message = b"what do ya want for nothing?";
        assert_eq!(mac::generate(hash, b"Jefe", message), unhex(expected), "{hash:?}");
        assert!(mac::verify(hash, b"Jefe", message, &unhex(expected)));
        assert!(!mac::verify(hash, b"Jefe", message, &unhex(expected)[1..]));
    }
}

/// RFC 8032, section 7.1, test 2.
#[test]
fn ed25519_answers_rfc_8032() {
    use super::signing::{Message, sign, verify};
    use crate::spec::Kind;
    let seed = unhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
    let expected = unhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee\
         b00d291612bb0c00",
    );
    let pkcs8 = [unhex("302e020100300506032b657004220420"), seed].concat();
    let key = super::parse(Kind::Ed25519, &pkcs8).unwrap();
    let signature = sign(Kind::Ed25519, &key.secret, "ED25519_SHA_512", Message::Raw(&[0x72])).unwrap();
    assert_eq!(signature, expected);
    assert!(verify(Kind::Ed25519, &key.public, "ED25519_SHA_512", Message::Raw(&[0x72]), &signature).unwrap());
}

/// SP 800-56A's ECC CDH primitive, CAVS 14.1, P-256, COUNT = 0:
/// <https://csrc.nist.gov/projects/cryptographic-algorithm-validation-program/component-testing>
#[test]
fn ecdh_answers_nist_cavp() {
    use super::agreement::derive;
    use crate::spec::Curve;
    let private = "7d7dc5f71eb29ddaf80d6214632eeae03d9058af1fb6d22ed80badb62bc1a534";
    let own = "ead218590119e8876b29146ff89ca61770c4edbbf97d38ce385ed281d8a6b23028af61281fd35e2fa7002523acc85a429cb06ee6648325\
               389f59edfce1405141";
    let theirs = "700c48f77f56584c5cc632ca65640db91b6bacce3a4df6b42ce7cc838833d287db71e509e3fd9b060ddb20ba5c51dcc5948d46fbf640\
                  dfe0441782cab85fa4ac";
    let info = "3059301306072a8648ce3d020106082a8648ce3d030107034200";
    let pkcs8 =
        format!("308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420{private}a14403420004{own}");
    let theirs = unhex(&format!("{info}04{theirs}"));
    let shared = derive(Curve::P256, &unhex(&pkcs8), &theirs).unwrap();
    assert_eq!(shared, Some(unhex("46fc62106420ff012e54a434fbdd2d25ccc5852060561e68040dd7778997bd7b")));
}
