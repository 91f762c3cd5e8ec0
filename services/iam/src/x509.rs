//! The little that IAM reads of X.509 certificates: that they are some, and when they end.
//! <https://datatracker.ietf.org/doc/html/rfc5280#section-4.1>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use service::Timestamp;

const INTEGER: u8 = 0x02;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;

/// When the first certificate of a PEM text ends; `None` if there is none that can be read.
pub fn expires(pem: &str) -> Option<Timestamp> {
    let certificate = decode(pem, "CERTIFICATE")?;
    let mut outer = Der(&certificate).take(SEQUENCE)?;
    let mut fields = outer.take(SEQUENCE)?;
    if fields.peek() == Some(VERSION) {
        fields.take(VERSION)?;
    }
    fields.take(INTEGER)?; // serial number
    fields.take(SEQUENCE)?; // signature algorithm
    fields.take(SEQUENCE)?; // issuer
    let mut validity = fields.take(SEQUENCE)?;
    validity.time()?;
    validity.time()
}

/// Whether a PEM text holds a private key that is not encrypted.
pub fn is_private_key(pem: &str) -> bool {
    let kinds = ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"];
    kinds.iter().any(|kind| decode(pem, kind).is_some_and(|key| Der(&key).take(SEQUENCE).is_some()))
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
        // The validity ends with the 96th byte, so what is cut off before is no date.
        for letters in (0..120).step_by(4) {
            let end = PEM.char_indices().filter(|(at, c)| *at > 27 && *c != '\n').nth(letters).map_or(0, |(at, _)| at);
            assert_eq!(expires(&format!("{}\n-----END CERTIFICATE-----", &PEM[..end])), None, "{letters}");
        }
        assert!(!is_private_key(PEM) && !is_private_key("private-key"));
        assert!(is_private_key("-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----"));
    }
}
