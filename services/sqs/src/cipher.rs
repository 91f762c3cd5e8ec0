//! Bodies under a data key: AES-256-GCM. "SSE encrypts the body of a message"; its attributes and what the queue knows of it
//! stay in clear, and a queue without a key does nothing here.
//!
//! A message keeps its seal wherever it goes: into a dead-letter queue with another key or with none, and in a queue whose
//! key was changed or taken off.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html>

use crate::data_keys::{self, Plain};
use crate::state::{Message, Queue, Seal};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use service::{Bytes, Cx, Error, Result};

/// Enciphers the body of a message that is sent, where its queue has a key.
pub fn seal(cx: &mut Cx, queue: &Queue, message: &mut Message) -> Result<()> {
    let Some(key_id) = &queue.kms_master_key_id else { return Ok(()) };
    let (seal, plain) = data_keys::next(cx, queue, key_id)?;
    let body = encipher(&plain, &seal.queue_arn, std::mem::take(&mut message.body).into_bytes())?;
    message.seal = Some(Seal { body, ..seal });
    Ok(())
}

/// Deciphers the body of a message that is received, where it was enciphered.
pub fn open(cx: &mut Cx, queue: &Queue, message: &mut Message) -> Result<()> {
    let Some(seal) = message.seal.take() else { return Ok(()) };
    let plain = data_keys::of(cx, queue, &seal)?;
    message.body = decipher(&plain, &seal.queue_arn, &seal.body)?;
    Ok(())
}

fn key(plain: &Plain) -> Result<LessSafeKey> {
    UnboundKey::new(&AES_256_GCM, plain).map(LessSafeKey::new).map_err(Error::internal)
}

/// The nonce, and behind it the text with its tag.
fn encipher(plain: &Plain, queue_arn: &str, mut body: Vec<u8>) -> Result<Bytes> {
    let mut nonce = [0; NONCE_LEN];
    service::secret(&mut nonce);
    let (nonce_of_body, bound) = (Nonce::assume_unique_for_key(nonce), Aad::from(queue_arn.as_bytes()));
    key(plain)?.seal_in_place_append_tag(nonce_of_body, bound, &mut body).map_err(Error::internal)?;
    Ok([&nonce[..], &body].concat().into())
}

fn decipher(plain: &Plain, queue_arn: &str, sealed: &[u8]) -> Result<String> {
    let damaged = || Error::internal("a kept body cannot be deciphered");
    let (nonce, text) = sealed.split_first_chunk::<NONCE_LEN>().ok_or_else(damaged)?;
    let (nonce, bound) = (Nonce::assume_unique_for_key(*nonce), Aad::from(queue_arn.as_bytes()));
    let mut text = text.to_vec();
    let opened = key(plain)?.open_in_place(nonce, bound, &mut text).map_err(|_| damaged())?;
    String::from_utf8(opened.to_vec()).map_err(|_| damaged())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_comes_back_from_its_own_key_and_queue_alone() {
        let body = "a body that nobody reads";
        let sealed = encipher(&[1; 32], "queue", body.into()).unwrap();
        assert_ne!(sealed, encipher(&[1; 32], "queue", body.into()).unwrap());
        assert!(!sealed.windows(6).any(|window| window == b"nobody"));
        assert_eq!(decipher(&[1; 32], "queue", &sealed).unwrap(), body);
        assert!(decipher(&[2; 32], "queue", &sealed).is_err());
        assert!(decipher(&[1; 32], "other", &sealed).is_err());
        assert!(decipher(&[1; 32], "queue", &sealed[1..]).is_err() && decipher(&[1; 32], "queue", b"").is_err());
    }
}
