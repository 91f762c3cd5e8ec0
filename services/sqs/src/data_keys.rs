//! The data keys of queues that have a KMS key: made and decrypted by KMS as whoever sends or receives, and known to
//! each of them for the queue's reuse period.
//!
//! A sender needs `kms:GenerateDataKey` and, to make sure of the new key, `kms:Decrypt`; a receiver `kms:Decrypt`.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html>

use crate::address::Address;
use crate::errors;
use crate::peers::{Decrypt, DescribeKey, GenerateDataKey};
use crate::state::{DATA_KEYS, DataKey, Queue, Seal};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrap};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use service::{As, Bytes, Cx, Duration, Error, IndexMap, Result};
use std::sync::LazyLock;

/// A data key in clear.
pub type Plain = [u8; 32];

/// The key that AWS manages for SQS, which is made when it is first asked for.
const MANAGED: &str = "alias/aws/sqs";
/// By what KMS, and its policies, know the queue.
const CONTEXT: &str = "aws:sqs:arn";
/// Under what a principal finds the key that his next message is enciphered with.
const NEXT: &str = "";
/// `KmsDataKeyReusePeriodSeconds` where nothing is said.
const USUAL_SECONDS: i64 = 300;

/// What data keys are kept under while they may be used again. It is never written anywhere: who reads the rows of another
/// process, or after it has ended, must ask KMS.
static WRAPPING: LazyLock<Plain> = LazyLock::new(|| {
    let mut key = [0; 32];
    service::secret(&mut key);
    key
});

fn wrapped(plain: &Plain) -> Result<Bytes> {
    let mut out = [0; 40];
    let kek = AesKek::new(&AES_256, &*WRAPPING).map_err(Error::internal)?;
    kek.wrap(plain, &mut out).map(|bytes| Bytes::copy_from_slice(bytes)).map_err(Error::internal)
}

fn unwrapped(kept: &[u8]) -> Option<Plain> {
    let mut out = [0; 40];
    let kek = AesKek::new(&AES_256, &*WRAPPING).ok()?;
    (*kek.unwrap(kept, &mut out).ok()?).try_into().ok()
}

/// A key for a message of the caller's, and how it is to be asked for again.
pub fn next(cx: &mut Cx, queue: &Queue, key_id: &str) -> Result<(Seal, Plain)> {
    if let Some((row, plain)) = known(cx, queue, NEXT)?
        && row.key_id == key_id
    {
        return Ok((Seal { data_key: row.data_key, queue_arn: row.queue_arn, ..Seal::default() }, plain));
    }
    let queue_arn = Address::own(cx, &queue.name).arn();
    let id = match key_id {
        MANAGED => {
            let described = cx.call(&As::caller(), &DescribeKey { key_id: MANAGED.to_owned() });
            described.map_err(errors::of_kms)?.key_metadata.map(|key| key.arn).unwrap_or_default()
        }
        id => id.to_owned(),
    };
    let call = GenerateDataKey {
        key_id: id,
        key_spec: Some("AES_256".to_owned()),
        encryption_context: Some(context(&queue_arn)),
    };
    let made = cx.call(&As::caller(), &call).map_err(errors::of_kms)?;
    let data_key = made.ciphertext_blob.unwrap_or_default();
    let seal = Seal { data_key, queue_arn, ..Seal::default() };
    let plain = decrypt(cx, &seal)?;
    remember(cx, queue, (NEXT, key_id), (&seal, &plain))?;
    remember(cx, queue, (&name(&seal.data_key), key_id), (&seal, &plain))?;
    Ok((seal, plain))
}

/// The key of a message that the caller receives.
pub fn of(cx: &mut Cx, queue: &Queue, seal: &Seal) -> Result<Plain> {
    let name = name(&seal.data_key);
    if let Some((_, plain)) = known(cx, queue, &name)? {
        return Ok(plain);
    }
    let plain = decrypt(cx, seal)?;
    remember(cx, queue, (&name, ""), (seal, &plain))?;
    Ok(plain)
}

fn context(queue_arn: &str) -> IndexMap<String, String> {
    IndexMap::from([(CONTEXT.to_owned(), queue_arn.to_owned())])
}

fn decrypt(cx: &mut Cx, seal: &Seal) -> Result<Plain> {
    let call = Decrypt {
        ciphertext_blob: seal.data_key.clone(),
        encryption_context: Some(context(&seal.queue_arn)),
        key_id: None,
    };
    let opened = cx.call(&As::caller(), &call).map_err(errors::of_kms)?;
    let plain = opened.plaintext.as_deref().and_then(|bytes| bytes.try_into().ok());
    plain.ok_or_else(|| Error::internal("KMS decrypted no data key"))
}

/// A name for a data key by which nobody has it.
fn name(data_key: &[u8]) -> String {
    STANDARD.encode(digest(&SHA256, data_key))
}

fn place(cx: &Cx, queue: &Queue, name: &str) -> (i64, String, String) {
    (queue.id, cx.caller().arn.clone(), name.to_owned())
}

/// A data key that the caller was given within the reuse period.
fn known(cx: &Cx, queue: &Queue, name: &str) -> Result<Option<(DataKey, Plain)>> {
    let row = cx.get(&DATA_KEYS, &place(cx, queue, name))?.filter(|row| cx.now() < row.until);
    Ok(row.and_then(|row| unwrapped(&row.kept).map(|plain| (row, plain))))
}

/// Keeps a data key for the reuse period, and drops those of the caller's whose period is over.
fn remember(cx: &mut Cx, queue: &Queue, (name, key_id): (&str, &str), (seal, plain): (&Seal, &Plain)) -> Result<()> {
    let now = cx.now();
    let caller = cx.caller().arn.clone();
    let all: Vec<DataKey> = cx.rows(&DATA_KEYS, (queue.id, caller.as_str())).collect::<Result<_>>()?;
    for row in all.into_iter().filter(|row| row.until <= now) {
        cx.delete(&DATA_KEYS, &(queue.id, caller.clone(), row.name))?;
    }
    let period = queue.kms_data_key_reuse_period_seconds.unwrap_or(USUAL_SECONDS);
    let row = DataKey {
        principal: caller.clone(),
        name: name.to_owned(),
        until: now.after(Duration::from_secs(period.unsigned_abs())),
        key_id: key_id.to_owned(),
        data_key: seal.data_key.clone(),
        queue_arn: seal.queue_arn.clone(),
        kept: wrapped(plain)?,
    };
    cx.put(&DATA_KEYS, &(queue.id, caller, row.name.clone()), &row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_no_key_in_clear() {
        let plain = [7; 32];
        let kept = wrapped(&plain).unwrap();
        assert_eq!(unwrapped(&kept), Some(plain));
        assert!(!kept.windows(8).any(|window| window == [7; 8]));
        let mut damaged = kept.to_vec();
        damaged[0] ^= 1;
        assert_eq!(unwrapped(&damaged), None);
        assert_eq!(unwrapped(&[]), None);
    }
}
