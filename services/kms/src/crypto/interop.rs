//! Both ways with OpenSSL, where the machine has it: signatures, encryption, agreement and the wrapping of imports.
#![expect(clippy::disallowed_methods, reason = "a test runs another implementation, on files of its own")]

use super::signing::{Message, sign, verify};
use super::wrapping::Wrapping;
use super::{agreement, generate, rsa};
use crate::spec::{Curve, Hash, Kind, RsaBits};
use std::process::Command;
use tempfile::TempDir;

/// A directory in which OpenSSL works.
struct OpenSsl(TempDir);

impl OpenSsl {
    /// None where it is not installed, which is said.
    fn find(test: &str) -> Option<OpenSsl> {
        if Command::new("openssl").arg("version").output().is_err() {
            eprintln!("{test}: skipped, for there is no openssl on this machine");
            return None;
        }
        Some(OpenSsl(tempfile::tempdir().unwrap()))
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.0.path().join(name), bytes).unwrap();
    }

    fn get(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.path().join(name)).unwrap()
    }

    /// Whether it ends well.
    fn run(&self, arguments: &str) -> bool {
        let run = Command::new("openssl").args(arguments.split(' ')).current_dir(self.0.path()).output().unwrap();
        if !run.status.success() {
            eprintln!("openssl {arguments}: {}", String::from_utf8_lossy(&run.stderr));
        }
        run.status.success()
    }
}

const PSS: &str = "-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:-1";

#[test]
fn openssl_verifies_our_signatures_and_we_its() {
    let Some(openssl) = OpenSsl::find("signatures") else { return };
    openssl.put("message", b"hello");
    for (kind, algorithm, options) in [
        (Kind::Rsa(RsaBits::B2048), "RSASSA_PKCS1_V1_5_SHA_256", "-sha256"),
        (Kind::Rsa(RsaBits::B2048), "RSASSA_PKCS1_V1_5_SHA_384", "-sha384"),
        (Kind::Rsa(RsaBits::B2048), "RSASSA_PKCS1_V1_5_SHA_512", "-sha512"),
        (Kind::Rsa(RsaBits::B2048), "RSASSA_PSS_SHA_256", "-sha256"),
        (Kind::Rsa(RsaBits::B3072), "RSASSA_PSS_SHA_512", "-sha512"),
        (Kind::Ecc(Curve::P256), "ECDSA_SHA_256", "-sha256"),
        (Kind::Ecc(Curve::P384), "ECDSA_SHA_384", "-sha384"),
        (Kind::Ecc(Curve::P521), "ECDSA_SHA_512", "-sha512"),
        (Kind::Ecc(Curve::P256K1), "ECDSA_SHA_256", "-sha256"),
    ] {
        let key = generate(kind).unwrap();
        openssl.put("private.der", &key.secret);
        openssl.put("public.der", &key.public);
        let padding = if algorithm.contains("PSS") { PSS } else { "" };
        let options = format!("{options} {padding}").trim_end().to_owned();

        openssl.put("ours", &sign(kind, &key.secret, algorithm, Message::Raw(b"hello")).unwrap());
        let command = format!("dgst {options} -keyform DER -verify public.der -signature ours message");
        assert!(openssl.run(&command), "{algorithm}");
        openssl.put("other", b"hullo");
        let command = format!("dgst {options} -keyform DER -verify public.der -signature ours other");
        assert!(!openssl.run(&command), "{algorithm}");

        assert!(
            openssl.run(&format!("dgst {options} -keyform DER -sign private.der -out theirs message")),
            "{algorithm}"
        );
        let theirs = openssl.get("theirs");
        assert!(verify(kind, &key.public, algorithm, Message::Raw(b"hello"), &theirs).unwrap(), "{algorithm}");
        assert!(!verify(kind, &key.public, algorithm, Message::Raw(b"hullo"), &theirs).unwrap(), "{algorithm}");
    }
}

#[test]
fn openssl_encrypts_for_us_and_we_for_it() {
    let Some(openssl) = OpenSsl::find("encryption") else { return };
    let key = generate(Kind::Rsa(RsaBits::B2048)).unwrap();
    openssl.put("private.der", &key.secret);
    openssl.put("public.der", &key.public);
    openssl.put("plain", b"hello");
    for (hash, name) in [(Hash::Sha1, "sha1"), (Hash::Sha256, "sha256")] {
        let padding = format!("-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:{name} -pkeyopt rsa_mgf1_md:{name}");
        let command = format!("pkeyutl -encrypt -pubin -keyform DER -inkey public.der {padding} -in plain -out theirs");
        assert!(openssl.run(&command));
        assert_eq!(rsa::decrypt(hash, &key.secret, &openssl.get("theirs")).unwrap().as_deref(), Some(&b"hello"[..]));

        openssl.put("ours", &rsa::encrypt(hash, &key.public, b"hello").unwrap());
        let command = format!("pkeyutl -decrypt -keyform DER -inkey private.der {padding} -in ours -out back");
        assert!(openssl.run(&command));
        assert_eq!(openssl.get("back"), b"hello");
    }
    assert_eq!(rsa::most_bytes(RsaBits::B2048, Hash::Sha256), 190);
    assert_eq!(rsa::most_bytes(RsaBits::B4096, Hash::Sha1), 470);
}

#[test]
fn openssl_agrees_on_the_same_secret() {
    let Some(openssl) = OpenSsl::find("agreement") else { return };
    for (curve, name) in [(Curve::P256, "P-256"), (Curve::P384, "P-384"), (Curve::P521, "P-521")] {
        let ours = generate(Kind::Ecc(curve)).unwrap();
        openssl.put("ours.der", &ours.public);
        assert!(
            openssl
                .run(&format!("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:{name} -outform DER -out theirs.der"))
        );
        assert!(openssl.run("pkey -inform DER -in theirs.der -pubout -outform DER -out theirs.pub"));
        assert!(
            openssl.run("pkeyutl -derive -keyform DER -inkey theirs.der -peerform DER -peerkey ours.der -out shared")
        );
        let shared = agreement::derive(curve, &ours.secret, &openssl.get("theirs.pub")).unwrap();
        assert_eq!(shared, Some(openssl.get("shared")), "{name}");
    }
}

#[test]
fn openssl_wraps_what_is_imported() {
    let Some(openssl) = OpenSsl::find("wrapping") else { return };
    let bits = RsaBits::B2048;
    let wrapper = generate(Kind::Rsa(bits)).unwrap();
    let imported = generate(Kind::Ecc(Curve::P256)).unwrap().secret;
    openssl.put("public.der", &wrapper.public);
    openssl.put("material", &imported);
    openssl.put("aes", &[7; 32]);
    let padding = "-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256";
    assert!(
        openssl.run(&format!("pkeyutl -encrypt -pubin -keyform DER -inkey public.der {padding} -in aes -out wrapped"))
    );
    let key = "07".repeat(32);
    assert!(openssl.run(&format!("enc -id-aes256-wrap-pad -K {key} -iv A65959A6 -in material -out tail")));
    let wrapped = [openssl.get("wrapped"), openssl.get("tail")].concat();
    let unwrap = |wrapping: Wrapping, bytes: &[u8]| wrapping.unwrap(bits, &wrapper.secret, bytes).unwrap();
    assert_eq!(unwrap(Wrapping::KeyWrap(Hash::Sha256), &wrapped), Some(imported));
    assert_eq!(unwrap(Wrapping::KeyWrap(Hash::Sha1), &wrapped), None);
    assert_eq!(unwrap(Wrapping::KeyWrap(Hash::Sha256), &wrapped[..wrapped.len() - 1]), None);
    assert_eq!(unwrap(Wrapping::Oaep(Hash::Sha256), &openssl.get("wrapped")), Some(vec![7; 32]));
}
