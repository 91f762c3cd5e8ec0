//! The little that IAM reads of X.509 certificates and their keys: that they are some, when they end, and that they belong together.
//! <https://datatracker.ietf.org/doc/html/rfc5280#section-4.1>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use service::Timestamp;

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const PUBLIC_KEY: u8 = 0xa1;

/// What stands in a certificate that IAM reads.
#[derive(Debug, Clone, PartialEq)]
pub struct Certificate {
    /// When it ends.
    pub expires: Timestamp,
    /// Its key.
    pub key: PublicKey,
}

/// A public key, as certificates and private keys hold it.
#[derive(Debug, Clone, PartialEq)]
pub enum PublicKey {
    /// Modulus and exponent.
    Rsa(Vec<u8>, Vec<u8>),
    /// Any other: its bits.
    Other(Vec<u8>),
}

/// The first certificate of a PEM text; `None` if there is none that can be read.
pub fn certificate(pem: &str) -> Option<Certificate> {
    let bytes = decode(pem, "CERTIFICATE")?;
    let mut outer = Der(&bytes).take(SEQUENCE)?;
    let mut fields = outer.take(SEQUENCE)?;
    if fields.peek() == Some(VERSION) {
        fields.take(VERSION)?;
    }
    fields.take(INTEGER)?; // serial number
    fields.take(SEQUENCE)?; // signature algorithm
    fields.take(SEQUENCE)?; // issuer
    let mut validity = fields.take(SEQUENCE)?;
    validity.time()?;
    let expires = validity.time()?;
    fields.take(SEQUENCE)?; // subject
    let mut info = fields.take(SEQUENCE)?;
    info.take(SEQUENCE)?; // algorithm
    let key = bits(info.take(BIT_STRING)?)?;
    Some(Certificate { expires, key: rsa(Der(key)).unwrap_or_else(|| PublicKey::Other(key.to_vec())) })
}

/// The RSA key in a PEM text that holds a public key alone, with its algorithm or without.
pub fn rsa_public_key(pem: &str) -> Option<PublicKey> {
    if let Some(bytes) = decode(pem, "RSA PUBLIC KEY") {
        return rsa(Der(&bytes));
    }
    let bytes = decode(pem, "PUBLIC KEY")?;
    let mut info = Der(&bytes).take(SEQUENCE)?;
    info.take(SEQUENCE)?; // algorithm
    rsa(Der(bits(info.take(BIT_STRING)?)?))
}

/// The public key of the private key in a PEM text that is not encrypted. The outer `None` is no such key; the inner one a key
/// that does not say it.
pub fn public_key(pem: &str) -> Option<Option<PublicKey>> {
    if let Some(bytes) = decode(pem, "PRIVATE KEY") {
        let mut fields = Der(&bytes).take(SEQUENCE)?;
        fields.take(INTEGER)?; // version
        fields.take(SEQUENCE)?; // algorithm
        let inner = fields.take(OCTET_STRING)?;
        return Some(private(inner));
    }
    let kinds = ["RSA PRIVATE KEY", "EC PRIVATE KEY"];
    let bytes = kinds.iter().find_map(|kind| decode(pem, kind))?;
    Der(&bytes).take(SEQUENCE)?.take(INTEGER)?;
    Some(private(Der(&bytes)))
}

/// The key in an `RSAPrivateKey` (RFC 8017) or `ECPrivateKey` (RFC 5915), where it is told.
fn private(mut key: Der<'_>) -> Option<PublicKey> {
    let mut fields = key.take(SEQUENCE)?;
    fields.take(INTEGER)?; // version
    if fields.peek() == Some(INTEGER) {
        let modulus = fields.take(INTEGER)?;
        return Some(PublicKey::Rsa(modulus.0.to_vec(), fields.take(INTEGER)?.0.to_vec()));
    }
    fields.take(OCTET_STRING)?;
    if fields.peek() == Some(VERSION) {
        fields.take(VERSION)?; // the curve, in the same place as a certificate's version
    }
    Some(PublicKey::Other(bits(fields.take(PUBLIC_KEY)?.take(BIT_STRING)?)?.to_vec()))
}

fn rsa(mut key: Der<'_>) -> Option<PublicKey> {
    let mut fields = key.take(SEQUENCE)?;
    let modulus = fields.take(INTEGER)?;
    Some(PublicKey::Rsa(modulus.0.to_vec(), fields.take(INTEGER)?.0.to_vec()))
}

/// The bytes of a bit string, of which none is unused.
fn bits(content: Der<'_>) -> Option<&[u8]> {
    content.0.strip_prefix(&[0])
}

/// The bytes between the first lines that begin and end something of this kind.
fn decode(pem: &str, kind: &str) -> Option<Vec<u8>> {
    let (_, rest) = pem.split_once(&format!("-----BEGIN {kind}-----"))?;
    let (body, _) = rest.split_once(&format!("-----END {kind}-----"))?;
    let letters: String = body.split_whitespace().collect();
    STANDARD.decode(letters).ok()
}

/// A run of DER elements.
#[derive(Clone, Copy)]
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// The content of the next element, if it is of this kind.
    fn take(&mut self, kind: u8) -> Option<Der<'a>> {
        let (first, rest) = self.0.split_first()?;
        let (length, rest) = rest.split_first()?;
        let (length, rest) = match length {
            ..=0x7f => (usize::from(*length), rest),
            // A length of more than four bytes is that of no certificate.
            0x81..=0x84 => {
                let (digits, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
                (digits.iter().fold(0_usize, |sum, digit| sum << 8 | usize::from(*digit)), rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        (*first == kind).then_some(Der(content))
    }

    fn time(&mut self) -> Option<Timestamp> {
        let kind = self.peek()?;
        let content = self.take(kind)?;
        let text = std::str::from_utf8(content.0).ok()?;
        let digits = text.strip_suffix('Z')?;
        // Two digits from 50 on mean the last century.
        let full = match kind {
            GENERALIZED_TIME => digits.to_owned(),
            UTC_TIME if digits.get(..2)? < "50" => format!("20{digits}"),
            UTC_TIME => format!("19{digits}"),
            _ => return None,
        };
        let (date, time) = full.split_at_checked(8)?;
        Timestamp::parse_basic(&format!("{date}T{time}Z"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A self-signed certificate until 2292-08-19T19:05:20Z.
    pub const PEM: &str = "-----BEGIN CERTIFICATE-----
MIIBpzCCARACCQCY5yOdxCTrGjANBgkqhkiG9w0BAQsFADAXMRUwEwYDVQQKDAxt
b3RvIHRlc3RpbmcwIBcNMTgxMTA1MTkwNTIwWhgPMjI5MjA4MTkxOTA1MjBaMBcx
FTATBgNVBAoMDG1vdG8gdGVzdGluZzCBnzANBgkqhkiG9w0BAQEFAAOBjQAwgYkC
gYEA1Jn3g2h7LD3FLqdpcYNbFXCS4V4eDpuTCje9vKFcC3pi/01147X3zdfPy8Mt
ZhKxcREOwm4NXykh23P9KW7fBovpNwnbYsbPqj8Hf1ZaClrgku1arTVhEnKjx8zO
vaR/bVLCss4uE0E0VM1tJn/QGQsfthFsjuHtwx8uIWz35tUCAwEAATANBgkqhkiG
9w0BAQsFAAOBgQBWdOQ7bDc2nWkUhFjZoNIZrqjyNdjlMUndpwREVD7FQ/DuxJMj
FyDHrtlrS80dPUQWNYHw++oACDpWO01LGLPPrGmuO/7cOdojPEd852q5gd+7W9xt
8vUH+pBa6IBLbvBp+szli51V3TLSWcoyy4ceJNQU2vCkTLoFdS0RLd/7tQ==
-----END CERTIFICATE-----";

    const EC: &str = "-----BEGIN CERTIFICATE-----
MIIBgzCCASmgAwIBAgIUFk6sVLjdcPS7OwcvJdjUyTlKiJowCgYIKoZIzj0EAwIw
FjEUMBIGA1UEAwwLZXhhbXBsZS5jb20wIBcNMjYxMTIyMTkzNTU4WhgPMjEyNjEw
MjkxOTM1NThaMBYxFDASBgNVBAMMC2V4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYI
KoZIzj0DAQcDQgAElIhq1rktrsAsWmzG1PSxJ6sfMgWojNZOlZgXVVlXtFHkCgWO
JhYRjynBt/3mHioTHv0ls8j+a3hUBCLEShMpGaNTMFEwHQYDVR0OBBYEFHaFqxy9
VdIwKORapv1v3Douz42iMB8GA1UdIwQYMBaAFHaFqxy9VdIwKORapv1v3Douz42i
MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgD9jY8/LD8P9AsVxU
EvjA8mMn4BYJFHLPOf2EwTSStvICIQCXU9cF51yvGVMloeDjtEdczJtnExNrTlHc
tw8phT99ng==
-----END CERTIFICATE-----";
    const EC_KEY: &str = "-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIIYvBg+RJd2KXpy0+dUtLb2MStNCxuzm51OcMWcP0F6soAoGCCqGSM49
AwEHoUQDQgAElIhq1rktrsAsWmzG1PSxJ6sfMgWojNZOlZgXVVlXtFHkCgWOJhYR
jynBt/3mHioTHv0ls8j+a3hUBCLEShMpGQ==
-----END EC PRIVATE KEY-----";
    const EC_PKCS8: &str = "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQghi8GD5El3YpenLT5
1S0tvYxK00LG7ObnU5wxZw/QXqyhRANCAASUiGrWuS2uwCxabMbU9LEnqx8yBaiM
1k6VmBdVWVe0UeQKBY4mFhGPKcG3/eYeKhMe/SWzyP5reFQEIsRKEykZ
-----END PRIVATE KEY-----";
    const OTHER_KEY: &str = "-----BEGIN EC PRIVATE KEY-----
MHcCAQEEII+2Glnp17me9l4C3buWKDfmkI3xzknMCk6IaqDGvKJ0oAoGCCqGSM49
AwEHoUQDQgAELFJf9QjlXoGVTFrIYxeycnjcaXDi1F0d2OzqQbzP346sJWymM1BO
cxl8PU+HMzzPoSiKEt8YpVdlxAgEueZiPQ==
-----END EC PRIVATE KEY-----";
    const RSA: &str = "-----BEGIN CERTIFICATE-----
MIICCjCCAXOgAwIBAgIUNI77fObrlxMfA/cDuWkWVPsDOh8wDQYJKoZIhvcNAQEL
BQAwFjEUMBIGA1UEAwwLZXhhbXBsZS5jb20wIBcNMjYxMTIyMTkzNTU4WhgPMjEy
NjEwMjkxOTM1NThaMBYxFDASBgNVBAMMC2V4YW1wbGUuY29tMIGfMA0GCSqGSIb3
DQEBAQUAA4GNADCBiQKBgQC64itaTLyv/O4dFwICgN07S+vcxf9xbQ5XetcAd9MD
AekkF+vdAj//JdgM2J4iAk8VE4DvLvmQcT0R2LIfCloM5ICz7mlGUxNA4b+B3B5q
ZUgrVZ//UpJg90byN+v+eYZK9YrM8bgov9kk4Yg49lp3knNlkvXopviwR0SCpamX
twIDAQABo1MwUTAdBgNVHQ4EFgQU4ElWkb7dehdp/t9UvejVypzM2LswHwYDVR0j
BBgwFoAU4ElWkb7dehdp/t9UvejVypzM2LswDwYDVR0TAQH/BAUwAwEB/zANBgkq
hkiG9w0BAQsFAAOBgQATkG+Cvd3a2oFidvEJ+n4y2hXN1p4eo3xobpM40x5nym5e
UUFzqfLhrxsCqELWzL/Ejb3nHr3PVkz8E6cVAUWnsfTYnNF0HUruLPYXsosLejWW
lk6FDtCtHu+a3A83K1jog6v5ieyBg9zsfUwI6lYWlwO2BrgpFC7gPeedFPFX4g==
-----END CERTIFICATE-----";
    const RSA_KEY: &str = "-----BEGIN RSA PRIVATE KEY-----
MIICXAIBAAKBgQC64itaTLyv/O4dFwICgN07S+vcxf9xbQ5XetcAd9MDAekkF+vd
Aj//JdgM2J4iAk8VE4DvLvmQcT0R2LIfCloM5ICz7mlGUxNA4b+B3B5qZUgrVZ//
UpJg90byN+v+eYZK9YrM8bgov9kk4Yg49lp3knNlkvXopviwR0SCpamXtwIDAQAB
AoGABZhDx/5IH9SopEJOExkchmvtcbyTuyeSqFfLG/56WLqz6hq1OvaYR+EwKKJL
iaUcDPt6fq6fVg2t0Fz2aCt9KpyLyu6t0YtV06M6XQgeM9N3VTzb4LTEdPq4dJuz
j6kAYIL+9MiJcHyUYcc61V2SlEJmoo8LPpYObQfPEeBvEsECQQDc2tAoYgOiR9td
/ZHdVdYAOXl1wEE8jct30rcNprTRihuP8IgUwfK5JZby1TTPMGQBdombbIbrlNp4
6xYXeNdRAkEA2J9vEE2wqhd4KoJ9oft5TGBIbB+76gZxl8wAKwgLvFXB4FKIx0Xu
QpvCslaPMNO4oAGxNjE55Yh9DLSKG8RMhwJAdmYf/eY9yHv5UHQmBKCFr20gfk3p
K0tg7wXZ+MmMWmFN0WbDrU0kkLlkKR6/xutMUbR4pQgTdKxCS1zMZRz1YQJACRAy
n2YAvD0bI/wtsXdKDe4BWbTCMfpvCkDYyPQfOZQE9pO9cUj1vQezT67bctmI4fjw
JypMF9RsFvn+xUajRQJBAIA/H04ytEeVBslAQCFz8tjwAXbHwUd5WtzLtakmH4uu
DkD3f7c0aTNJgPZHm/RW+wwJWYZQbFCKX3TksTP71bQ=
-----END RSA PRIVATE KEY-----";
    const RSA_PKCS8: &str = "-----BEGIN PRIVATE KEY-----
MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBALriK1pMvK/87h0X
AgKA3TtL69zF/3FtDld61wB30wMB6SQX690CP/8l2AzYniICTxUTgO8u+ZBxPRHY
sh8KWgzkgLPuaUZTE0Dhv4HcHmplSCtVn/9SkmD3RvI36/55hkr1iszxuCi/2STh
iDj2WneSc2WS9eim+LBHRIKlqZe3AgMBAAECgYAFmEPH/kgf1KikQk4TGRyGa+1x
vJO7J5KoV8sb/npYurPqGrU69phH4TAookuJpRwM+3p+rp9WDa3QXPZoK30qnIvK
7q3Ri1XTozpdCB4z03dVPNvgtMR0+rh0m7OPqQBggv70yIlwfJRhxzrVXZKUQmai
jws+lg5tB88R4G8SwQJBANza0ChiA6JH2139kd1V1gA5eXXAQTyNy3fStw2mtNGK
G4/wiBTB8rkllvLVNM8wZAF2iZtshuuU2njrFhd411ECQQDYn28QTbCqF3gqgn2h
+3lMYEhsH7vqBnGXzAArCAu8VcHgUojHRe5Cm8KyVo8w07igAbE2MTnliH0MtIob
xEyHAkB2Zh/95j3Ie/lQdCYEoIWvbSB+TekrS2DvBdn4yYxaYU3RZsOtTSSQuWQp
Hr/G60xRtHilCBN0rEJLXMxlHPVhAkAJEDKfZgC8PRsj/C2xd0oN7gFZtMIx+m8K
QNjI9B85lAT2k71xSPW9B7NPrtty2Yjh+PAnKkwX1GwW+f7FRqNFAkEAgD8fTjK0
R5UGyUBAIXPy2PABdsfBR3la3Mu1qSYfi64OQPd/tzRpM0mA9keb9Fb7DAlZhlBs
UIpfdOSxM/vVtA==
-----END PRIVATE KEY-----";

    fn expires(pem: &str) -> Option<Timestamp> {
        certificate(pem).map(|certificate| certificate.expires)
    }

    #[test]
    fn keys_belong_to_their_certificates() {
        for (pem, key, same) in [
            (EC, EC_KEY, true),
            (EC, EC_PKCS8, true),
            (EC, OTHER_KEY, false),
            (RSA, RSA_KEY, true),
            (RSA, RSA_PKCS8, true),
            (RSA, EC_KEY, false),
            (PEM, RSA_KEY, false),
        ] {
            let told = public_key(key).unwrap().unwrap();
            assert_eq!(certificate(pem).unwrap().key == told, same, "{key}");
        }
        assert_eq!((public_key(PEM), public_key("private-key")), (None, None));
        assert_eq!(public_key("-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----"), None);
    }

    #[test]
    fn certificates_tell_when_they_end() {
        assert_eq!(expires(PEM).map(Timestamp::iso8601).as_deref(), Some("2292-08-19T19:05:20Z"));
        for bad in [
            "",
            "cert-body",
            "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
            &PEM.replace("MIIB", "MAAB"),
        ] {
            assert_eq!(expires(bad), None, "{bad}");
        }
        // What is cut off before the key's end is no certificate.
        for letters in (0..360).step_by(4) {
            let end = PEM.char_indices().filter(|(at, c)| *at > 27 && *c != '\n').nth(letters).map_or(0, |(at, _)| at);
            assert_eq!(expires(&format!("{}\n-----END CERTIFICATE-----", &PEM[..end])), None, "{letters}");
        }
    }
}
