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

/// FIPS 186-4's ECDSA with the keys and signatures of RFC 6979, A.2.5 and A.2.6, for the message `sample`.
#[test]
fn ecdsa_takes_the_signatures_of_rfc_6979() {
    use super::signing::{Message, verify};
    use crate::spec::{Curve, Kind};
    let info =
        ["3059301306072a8648ce3d020106082a8648ce3d03010703420004", "3076301006072a8648ce3d020106052b8104002203620004"];
    for (curve, algorithm, info, point, signature) in [
        (
            Curve::P256,
            "ECDSA_SHA_256",
            info[0],
            "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f51\
             77a3c294d4462299",
            "3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716022100f7cb1c942d657c41d436c7a1b6e29f65\
             f3e900dbb9aff4064dc4ab2f843acda8",
        ),
        (
            Curve::P384,
            "ECDSA_SHA_384",
            info[1],
            "ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a254515480bc138015d9b72d7d5724\
             4ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533264720",
            "306602310094edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46023100\
             99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8",
        ),
    ] {
        let (public, signature) = (unhex(&format!("{info}{point}")), unhex(signature));
        let check = |message: &[u8]| verify(Kind::Ecc(curve), &public, algorithm, Message::Raw(message), &signature);
        assert!(check(b"sample").unwrap(), "{algorithm}");
        assert!(!check(b"test").unwrap(), "{algorithm}");
    }
}
