//! RSA public keys in the two forms that IAM takes and shows: OpenSSH's, and PEM.
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetSSHPublicKey.html>

use crate::x509::{self, PublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};

const KIND: &[u8] = b"ssh-rsa";
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const SEQUENCE: u8 = 0x30;
/// The algorithm `rsaEncryption` without parameters: RFC 3279, section 2.3.1.
const RSA: &[u8] = &[0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/// The least length of a key, in bits.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadSSHPublicKey.html>
pub const LEAST_BITS: usize = 2048;

/// The bytes of a key in either form; `None` for what is no RSA key.
pub fn decode(body: &str) -> Option<Vec<u8>> {
    if body.contains("-----BEGIN ") {
        let PublicKey::Rsa(modulus, exponent) = x509::rsa_public_key(body)? else { return None };
        return Some([KIND, exponent.as_slice(), modulus.as_slice()].map(field).concat());
    }
    let mut words = body.split_whitespace();
    let bytes = STANDARD.decode(words.next().filter(|kind| kind.as_bytes() == KIND).and(words.next())?).ok()?;
    bits(&bytes)?;
    Some(bytes)
}

/// How many bits the modulus of a key has; `None` where the key is not whole.
pub fn bits(bytes: &[u8]) -> Option<usize> {
    let mut fields = Fields(bytes);
    let (kind, exponent, modulus) = (fields.next()?, fields.next()?, fields.next()?);
    // The first byte is a zero where the number would be negative without it.
    let modulus = modulus.strip_prefix(&[0]).unwrap_or(modulus);
    let first = modulus.first().filter(|_| kind == KIND && !exponent.is_empty() && fields.0.is_empty())?;
    Some(modulus.len() * 8 - first.leading_zeros() as usize)
}

/// A key in OpenSSH's form.
pub fn open_ssh(bytes: &[u8]) -> String {
    format!("ssh-rsa {}", STANDARD.encode(bytes))
}

fn field(content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
    [&length.to_be_bytes()[..], content].concat()
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

    const SPKI: &str = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA9w64L7mLQ9HO7axZx+Pu
YlUNxs9rq9BKCwXkujO/Fwpk36j+0Zsl1ALvjVZ1VpKQk2Zfl/jz5LF4hmCfB+eZ
30ZL/oJqu/G03of/BJrKSGXT5JoFtXSR50/tbKa9GYmpUsGii9/E4O3FYWw2cY0y
0kBypJDS8IJvFy9i+ZwF6BwvTtjH8t4pzFBzF86PD8j1edLof2xMaoTY+obkrKzq
foVfQfpsttINn1dy7Vv4skwpeYUQK7zOBZzQkxHVHNafeiuHyDNBVxpJk78UM3Yk
VqNbfCm1bJhxc6aiRNU33vvmBU2VoIGtgmkwT5X0J/nZRhSvhPXtaugIan1gLTpu
QQIDAQAB
-----END PUBLIC KEY-----";
    const PKCS1: &str = "-----BEGIN RSA PUBLIC KEY-----
MIIBCgKCAQEA9w64L7mLQ9HO7axZx+PuYlUNxs9rq9BKCwXkujO/Fwpk36j+0Zsl
1ALvjVZ1VpKQk2Zfl/jz5LF4hmCfB+eZ30ZL/oJqu/G03of/BJrKSGXT5JoFtXSR
50/tbKa9GYmpUsGii9/E4O3FYWw2cY0y0kBypJDS8IJvFy9i+ZwF6BwvTtjH8t4p
zFBzF86PD8j1edLof2xMaoTY+obkrKzqfoVfQfpsttINn1dy7Vv4skwpeYUQK7zO
BZzQkxHVHNafeiuHyDNBVxpJk78UM3YkVqNbfCm1bJhxc6aiRNU33vvmBU2VoIGt
gmkwT5X0J/nZRhSvhPXtaugIan1gLTpuQQIDAQAB
-----END RSA PUBLIC KEY-----";
    const BOTH: &str = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQD3DrgvuYtD0c7trFnH4+5iVQ3Gz2ur0EoLBeS6M78XCmTfqP7Rmy\
    XUAu+NVnVWkpCTZl+X+PPksXiGYJ8H55nfRkv+gmq78bTeh/8EmspIZdPkmgW1dJHnT+1spr0ZialSwaKL38Tg7cVhbDZxjTLSQHKkkNLwgm8X\
    L2L5nAXoHC9O2Mfy3inMUHMXzo8PyPV50uh/bExqhNj6huSsrOp+hV9B+my20g2fV3LtW/iyTCl5hRArvM4FnNCTEdUc1p96K4fIM0FXGkmTvx\
    QzdiRWo1t8KbVsmHFzpqJE1Tfe++YFTZWgga2CaTBPlfQn+dlGFK+E9e1q6AhqfWAtOm5B a@b";

    #[test]
    fn both_forms_are_one_key() {
        let bytes = decode(BOTH).unwrap();
        assert_eq!(bits(&bytes), Some(2048));
        assert_eq!(pem(&bytes).as_deref(), Some(SPKI));
        assert_eq!([SPKI, PKCS1].map(decode), [Some(bytes.clone()), Some(bytes.clone())]);
        assert_eq!(open_ssh(&bytes), BOTH.strip_suffix(" a@b").unwrap());
        assert_eq!(bits(&decode(KEY).unwrap()), Some(1024));
        assert_eq!(decode(&SPKI.replace("BEGIN PUBLIC", "BEGIN PRIVATE")), None);
    }

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
