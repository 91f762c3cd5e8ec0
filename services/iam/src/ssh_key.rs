//! RSA public keys in the two forms that IAM takes and shows: OpenSSH's, and PEM.
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetSSHPublicKey.html>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};

const KIND: &[u8] = b"ssh-rsa";
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const SEQUENCE: u8 = 0x30;
/// The algorithm `rsaEncryption` without parameters: RFC 3279, section 2.3.1.
const RSA: &[u8] = &[0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/// The bytes of a key in OpenSSH's form; `None` for what is no RSA key.
pub fn decode(body: &str) -> Option<Vec<u8>> {
    let mut words = body.split_whitespace();
    let bytes = STANDARD.decode(words.next().filter(|kind| kind.as_bytes() == KIND).and(words.next())?).ok()?;
    let mut fields = Fields(&bytes);
    let whole =
        fields.next()? == KIND && !fields.next()?.is_empty() && !fields.next()?.is_empty() && fields.0.is_empty();
    whole.then_some(bytes)
}

/// MD5 of a key's bytes, in pairs of digits.
pub fn fingerprint(bytes: &[u8]) -> String {
    let pairs: Vec<String> = Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    pairs.join(":")
}

/// The key as PEM, a `SubjectPublicKeyInfo`; `None` where exponent and modulus are not whole.
pub fn pem(bytes: &[u8]) -> Option<String> {
    let mut fields = Fields(bytes);
    fields.next()?;
    let (exponent, modulus) = (fields.next()?, fields.next()?);
    let numbers = [element(INTEGER, modulus), element(INTEGER, exponent)].concat();
    let key = [&[0][..], &element(SEQUENCE, &numbers)].concat();
    let info = element(SEQUENCE, &[RSA, &element(BIT_STRING, &key)].concat());
    let text = STANDARD.encode(info);
    let mut lines = vec!["-----BEGIN PUBLIC KEY-----".to_owned()];
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, behind) = rest.split_at_checked(64).unwrap_or((rest, ""));
        lines.push(line.to_owned());
        rest = behind;
    }
    lines.push("-----END PUBLIC KEY-----".to_owned());
    Some(lines.join("\n"))
}

/// A run of fields, each with its length in four bytes before it: RFC 4253, section 6.6.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn next(&mut self) -> Option<&'a [u8]> {
        let (length, rest) = self.0.split_first_chunk::<4>()?;
        let (field, rest) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
        self.0 = rest;
        Some(field)
    }
}

/// An element of DER.
fn element(kind: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![kind];
    match u8::try_from(content.len()) {
        Ok(short @ ..0x80) => out.push(short),
        _ => {
            let bytes = content.len().to_be_bytes();
            let digits: Vec<u8> = bytes.into_iter().skip_while(|byte| *byte == 0).collect();
            out.push(0x80 | u8::try_from(digits.len()).unwrap_or(0));
            out.extend(digits);
        }
    }
    out.extend_from_slice(content);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDUmfeDaHssPcUup2lxg1sVcJLhXh4Om5MKN728oVwLemLTXXjtffN18/LyQy1mErFxEQ7Cbg1fKSHbc/0pbt8Gi+k3Cdtixs+qPwd/VloKWuCS7VqtNWEScqPHzM69pH9tUsKyzi4TQTRUzW0mf9AZCx+2EWyO4e3DHy4hbPfm1Q== a@b";

    #[test]
    fn a_key_in_both_forms() {
        let bytes = decode(KEY).unwrap();
        // The key stands in a certificate, too, whose SubjectPublicKeyInfo begins and ends so.
        let pem = pem(&bytes).unwrap();
        assert!(pem.starts_with(
            "-----BEGIN PUBLIC KEY-----\nMIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDUmfeDaHssPcUup2lxg1sVcJLh"
        ));
        assert!(pem.ends_with("bPfm1QIDAQAB\n-----END PUBLIC KEY-----"), "{pem}");
        for bad in
            ["", "ssh-rsa", "ssh-rsa !", "ssh-ed25519 AAAAB3NzaC1yc2E=", "ssh-rsa AAAA", "ssh-rsa AAAAB3NzaC1kc3M="]
        {
            assert_eq!(decode(bad), None, "{bad}");
        }
        assert_eq!(super::pem(b"\0\0\0\x07ssh-rsa\0\0\0\x03\x01\0\x01\0\0\xff\xff"), None);
        assert_eq!(fingerprint(b"").len(), 47);
    }
}
