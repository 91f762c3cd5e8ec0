//! The signatures of an event stream: each message carries its date and a signature that covers the one before it.
//!
//! <https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html>

use super::AmzDate;
use super::encoding::{hex_text, sha256_hex};
use super::error::{AuthError, SignatureMismatch};
use super::key::{Scope, SigningKey, same};

/// The chain of signatures of one event stream, in order. Each call advances it.
pub struct EventChain {
    secret: String,
    region: String,
    service: String,
    previous: Vec<u8>,
    /// The day of the key at hand, and the key.
    key: Option<(String, SigningKey)>,
}

impl EventChain {
    /// A chain that starts at the request's signature, `seed`, in hexadecimal.
    pub fn new(secret: &str, region: &str, service: &str, seed: &[u8]) -> Self {
        let (secret, region, service) = (secret.to_owned(), region.to_owned(), service.to_owned());
        Self { secret, region, service, previous: seed.to_vec(), key: None }
    }

    /// Signs the next event. `headers` is its encoded `:date` header, `payload` its payload.
    pub fn sign(&mut self, date: AmzDate, headers: &[u8], payload: &[u8]) -> [u8; 64] {
        self.next(date, headers, payload).1
    }

    /// Verifies the next event, whose `:chunk-signature` header holds `signature`, 32 bytes.
    ///
    /// # Errors
    /// [`AuthError::SignatureMismatch`].
    pub fn verify(&mut self, date: AmzDate, headers: &[u8], payload: &[u8], signature: &[u8]) -> Result<(), AuthError> {
        let (string_to_sign, right) = self.next(date, headers, payload);
        let provided = super::encoding::hex(signature);
        if signature.len() == 32 && same(&right, &provided) {
            return Ok(());
        }
        Err(AuthError::SignatureMismatch(Box::new(SignatureMismatch {
            access_key: String::new(),
            signature_provided: hex_text(&provided),
            string_to_sign: String::from_utf8_lossy(&string_to_sign).into_owned(),
            canonical_request: String::new(),
        })))
    }

    fn next(&mut self, date: AmzDate, headers: &[u8], payload: &[u8]) -> (Vec<u8>, [u8; 64]) {
        let day = date.day();
        let scope = Scope { day: &day, region: &self.region, service: &self.service };
        let mut text = Vec::with_capacity(320);
        text.extend_from_slice(b"AWS4-HMAC-SHA256-PAYLOAD\n");
        text.extend_from_slice(&date.basic());
        text.push(b'\n');
        scope.push(&mut text);
        for part in [self.previous.as_slice(), &sha256_hex(headers), &sha256_hex(payload)] {
            text.push(b'\n');
            text.extend_from_slice(part);
        }
        let key = match self.key.take() {
            Some((at, key)) if at == day => key,
            _ => SigningKey::derive(&self.secret, &scope),
        };
        let signature = key.sign(&text);
        self.key = Some((day, key));
        self.previous = signature.to_vec();
        (text, signature)
    }
}

impl std::fmt::Debug for EventChain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EventChain").field("region", &self.region).field("service", &self.service).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The string to sign of an event, as the test of Amazon's own signer has it (crate aws-sigv4, `event_stream`).
    #[test]
    fn an_event_is_signed_over_its_date_and_payload() {
        let seed = sha256_hex(b"last message sts");
        let date = AmzDate::from_epoch(123_456_789);
        let mut header = b"\x05:date\x08".to_vec();
        header.extend_from_slice(&123_456_789_000_i64.to_be_bytes());
        let mut chain = EventChain::new("SECRET", "us-east-1", "testservice", &seed);
        let (text, _) = chain.next(date, &header, b"unrelated");
        let text = String::from_utf8(text).unwrap();
        let expect = "AWS4-HMAC-SHA256-PAYLOAD\n19731129T213309Z\n19731129/us-east-1/testservice/aws4_request\n\
            be1f8c7d79ef8e1abc5254a2c70e4da3bfaf4f07328f527444e1fc6ea67273e2\n\
            0c0e3b3bf66b59b976181bd7d401927bbd624107303c713fd1e5f3d3c8dd1b1e\n";
        assert!(text.starts_with(expect), "{text}");
    }

    #[test]
    fn a_chain_verifies_what_it_signs_in_order_and_across_midnight() {
        let mut signer = EventChain::new("SECRET", "eu-west-1", "transcribe", &[b'0'; 64]);
        let mut verifier = EventChain::new("SECRET", "eu-west-1", "transcribe", &[b'0'; 64]);
        for (at, payload) in [(86_399, b"one"), (86_400, b"two"), (86_401, b"six")] {
            let date = AmzDate::from_epoch(at);
            let signature = unhex(&signer.sign(date, b"date", payload));
            assert_eq!(verifier.verify(date, b"date", payload, &signature), Ok(()));
        }
        let date = AmzDate::from_epoch(86_402);
        let signature = unhex(&signer.sign(date, b"date", b"ten"));
        for (headers, payload, signature) in
            [(&b"late"[..], &b"ten"[..], &signature[..]), (b"date", b"nine", &signature), (b"date", b"ten", b"short")]
        {
            let mut verifier = EventChain::new("SECRET", "eu-west-1", "transcribe", &verifier.previous);
            assert!(verifier.verify(date, headers, payload, signature).is_err());
        }
        assert_eq!(verifier.verify(date, b"date", b"ten", &signature), Ok(()));
    }

    fn unhex(text: &[u8]) -> Vec<u8> {
        text.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
    }
}
