//! What kinds of key there are, what each may be used for, and by which algorithms.
//! <https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html>

/// A key spec.
#[derive(Debug, PartialEq, Eq)]
pub struct Spec {
    /// AWS's name, such as `RSA_2048`.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// What keys of it may be used for.
    pub usages: &'static [&'static str],
}

/// What a key is, as the cryptography needs to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// AES-256.
    Symmetric,
    /// RSA.
    Rsa(RsaBits),
    /// An elliptic curve for signatures and, but for the last, agreement.
    Ecc(Curve),
    /// Ed25519.
    Ed25519,
    /// HMAC.
    Hmac(Hash),
    /// ML-DSA.
    MlDsa(Level),
    /// ML-KEM.
    MlKem(Level),
}

/// The length of an RSA modulus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RsaBits {
    /// 2048.
    B2048,
    /// 3072.
    B3072,
    /// 4096.
    B4096,
}

/// An elliptic curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Curve {
    /// NIST P-256.
    P256,
    /// NIST P-384.
    P384,
    /// NIST P-521.
    P521,
    /// SECG secp256k1.
    P256K1,
}

/// A hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    /// SHA-1, for OAEP alone.
    Sha1,
    /// SHA-224.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

/// The parameter sets of the lattice algorithms, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// ML-DSA-44, ML-KEM-512.
    Low,
    /// ML-DSA-65, ML-KEM-768.
    Middle,
    /// ML-DSA-87, ML-KEM-1024.
    High,
}

/// `ENCRYPT_DECRYPT`
pub const ENCRYPT_DECRYPT: &str = "ENCRYPT_DECRYPT";
/// `SIGN_VERIFY`
pub const SIGN_VERIFY: &str = "SIGN_VERIFY";
/// `GENERATE_VERIFY_MAC`
pub const GENERATE_VERIFY_MAC: &str = "GENERATE_VERIFY_MAC";
/// `KEY_AGREEMENT`
pub const KEY_AGREEMENT: &str = "KEY_AGREEMENT";
/// `ENCAPSULATE_DECAPSULATE`
pub const ENCAPSULATE_DECAPSULATE: &str = "ENCAPSULATE_DECAPSULATE";
/// The spec and the algorithm of symmetric keys.
pub const SYMMETRIC_DEFAULT: &str = "SYMMETRIC_DEFAULT";

const RSA_USAGES: &[&str] = &[ENCRYPT_DECRYPT, SIGN_VERIFY];
const NIST_USAGES: &[&str] = &[SIGN_VERIFY, KEY_AGREEMENT];

const fn spec(name: &'static str, kind: Kind, usages: &'static [&'static str]) -> Spec {
    Spec { name, kind, usages }
}

/// All that exist here. `SM2` exists on AWS in its China regions alone.
static SPECS: &[Spec] = &[
    spec(SYMMETRIC_DEFAULT, Kind::Symmetric, &[ENCRYPT_DECRYPT]),
    spec("RSA_2048", Kind::Rsa(RsaBits::B2048), RSA_USAGES),
    spec("RSA_3072", Kind::Rsa(RsaBits::B3072), RSA_USAGES),
    spec("RSA_4096", Kind::Rsa(RsaBits::B4096), RSA_USAGES),
    spec("ECC_NIST_P256", Kind::Ecc(Curve::P256), NIST_USAGES),
    spec("ECC_NIST_P384", Kind::Ecc(Curve::P384), NIST_USAGES),
    spec("ECC_NIST_P521", Kind::Ecc(Curve::P521), NIST_USAGES),
    spec("ECC_SECG_P256K1", Kind::Ecc(Curve::P256K1), &[SIGN_VERIFY]),
    spec("ECC_NIST_EDWARDS25519", Kind::Ed25519, &[SIGN_VERIFY]),
    spec("HMAC_224", Kind::Hmac(Hash::Sha224), &[GENERATE_VERIFY_MAC]),
    spec("HMAC_256", Kind::Hmac(Hash::Sha256), &[GENERATE_VERIFY_MAC]),
    spec("HMAC_384", Kind::Hmac(Hash::Sha384), &[GENERATE_VERIFY_MAC]),
    spec("HMAC_512", Kind::Hmac(Hash::Sha512), &[GENERATE_VERIFY_MAC]),
    spec("ML_DSA_44", Kind::MlDsa(Level::Low), &[SIGN_VERIFY]),
    spec("ML_DSA_65", Kind::MlDsa(Level::Middle), &[SIGN_VERIFY]),
    spec("ML_DSA_87", Kind::MlDsa(Level::High), &[SIGN_VERIFY]),
    spec("ML_KEM_512", Kind::MlKem(Level::Low), &[ENCAPSULATE_DECAPSULATE]),
    spec("ML_KEM_768", Kind::MlKem(Level::Middle), &[ENCAPSULATE_DECAPSULATE]),
    spec("ML_KEM_1024", Kind::MlKem(Level::High), &[ENCAPSULATE_DECAPSULATE]),
];

/// The spec of that name; `None` for one that does not exist here.
pub fn find(name: &str) -> Option<&'static Spec> {
    SPECS.iter().find(|spec| spec.name == name)
}

impl Spec {
    /// Whether a pair of keys belongs to it, of which one is public.
    pub fn is_asymmetric(&self) -> bool {
        !matches!(self.kind, Kind::Symmetric | Kind::Hmac(_))
    }

    /// Whether it is the spec of symmetric encryption keys, which alone rotate and have ciphertexts that tell their key.
    pub fn is_symmetric(&self) -> bool {
        self.kind == Kind::Symmetric
    }

    /// The algorithms of a key of this spec and `usage`, in the order in which DescribeKey shows them.
    pub fn algorithms(&self, usage: &str) -> &'static [&'static str] {
        match (self.kind, usage) {
            (Kind::Symmetric, _) => &[SYMMETRIC_DEFAULT],
            (Kind::Rsa(_), ENCRYPT_DECRYPT) => &["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"],
            (Kind::Rsa(_), _) => &[
                "RSASSA_PKCS1_V1_5_SHA_256",
                "RSASSA_PKCS1_V1_5_SHA_384",
                "RSASSA_PKCS1_V1_5_SHA_512",
                "RSASSA_PSS_SHA_256",
                "RSASSA_PSS_SHA_384",
                "RSASSA_PSS_SHA_512",
            ],
            (Kind::Ecc(_), KEY_AGREEMENT) => &["ECDH"],
            (Kind::Ecc(Curve::P256 | Curve::P256K1), _) => &["ECDSA_SHA_256"],
            (Kind::Ecc(Curve::P384), _) => &["ECDSA_SHA_384"],
            (Kind::Ecc(Curve::P521), _) => &["ECDSA_SHA_512"],
            (Kind::Ed25519, _) => &["ED25519_PH_SHA_512", "ED25519_SHA_512"],
            (Kind::Hmac(Hash::Sha384), _) => &["HMAC_SHA_384"],
            (Kind::Hmac(Hash::Sha512), _) => &["HMAC_SHA_512"],
            (Kind::Hmac(Hash::Sha224), _) => &["HMAC_SHA_224"],
            (Kind::Hmac(_), _) => &["HMAC_SHA_256"],
            (Kind::MlDsa(_), _) => &["ML_DSA_SHAKE_256"],
            (Kind::MlKem(_), _) => &["ML_KEM"],
        }
    }
}

impl RsaBits {
    /// Bytes of the modulus, and of all that is encrypted or signed with it.
    pub fn bytes(self) -> usize {
        match self {
            RsaBits::B2048 => 256,
            RsaBits::B3072 => 384,
            RsaBits::B4096 => 512,
        }
    }
}

impl Hash {
    /// Bytes of a digest.
    pub fn bytes(self) -> usize {
        match self {
            Hash::Sha1 => 20,
            Hash::Sha224 => 28,
            Hash::Sha256 => 32,
            Hash::Sha384 => 48,
            Hash::Sha512 => 64,
        }
    }

    /// The hash that the name of an algorithm ends in.
    pub fn of_algorithm(name: &str) -> Option<Hash> {
        Some(match name.rsplit("SHA_").next()? {
            "1" => Hash::Sha1,
            "224" => Hash::Sha224,
            "256" => Hash::Sha256,
            "384" => Hash::Sha384,
            "512" => Hash::Sha512,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usage_has_algorithms_and_every_signature_a_hash() {
        for spec in SPECS {
            assert!(find(spec.name).is_some_and(|found| found == spec));
            for usage in spec.usages {
                let algorithms = spec.algorithms(usage);
                assert!(!algorithms.is_empty(), "{} {usage}", spec.name);
                for name in algorithms.iter().filter(|name| name.contains("_SHA_")) {
                    assert!(Hash::of_algorithm(name).is_some(), "{name}");
                }
            }
        }
        assert_eq!(find("SM2"), None);
        assert_eq!(Hash::of_algorithm("ML_DSA_SHAKE_256"), None);
    }
}
