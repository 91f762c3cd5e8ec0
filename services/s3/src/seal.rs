//! Server-side encryption: which key a body's own key is kept under.
//!
//! Every body is enciphered as it comes, with a key that no other has. For SSE-S3 that key stands in the row; for SSE-KMS
//! it is wrapped (AES key wrap, RFC 3394) under a data key that KMS made and alone can decrypt: without the KMS key
//! nobody reads the body again, and S3 itself keeps nothing that could.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html>

use crate::address::Bucket;
use crate::errors;
use crate::peers::{Decrypt, DescribeKey, GenerateDataKey};
use crate::state::SealRow;
use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrap};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use service::{As, BodyKey, Bytes, Cx, Error, IndexMap, Result};

/// The encryption of objects of their own accord.
pub const SSE_S3: &str = "AES256";
const KMS: [&str; 2] = ["aws:kms", "aws:kms:dsse"];
/// The key of a bucket that names none.
const MANAGED: &str = "alias/aws/s3";
/// The context by which KMS, and its policies, know what is encrypted.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#encryption-context>
const ARN: &str = "aws:s3:arn";

/// What a request says of encryption.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// `x-amz-server-side-encryption`
    pub algorithm: Option<String>,
    /// `x-amz-server-side-encryption-aws-kms-key-id`
    pub key: Option<String>,
    /// `x-amz-server-side-encryption-context`
    pub context: Option<String>,
    /// `x-amz-server-side-encryption-bucket-key-enabled`
    pub bucket_key: Option<bool>,
}

/// What keys of bodies are sealed with.
pub enum Sealer {
    /// Nothing.
    Plain,
    /// A data key.
    Data([u8; 32]),
}

impl Sealer {
    /// Seals a body's key.
    pub fn seal(&self, key: &BodyKey) -> Result<Bytes> {
        let Sealer::Data(data_key) = self else { return Ok(Bytes::copy_from_slice(key.as_bytes())) };
        let mut out = [0; 40];
        let kek = AesKek::new(&AES_256, data_key).map_err(Error::internal)?;
        let sealed = kek.wrap(key.as_bytes(), &mut out).map_err(Error::internal)?;
        Ok(Bytes::copy_from_slice(sealed))
    }

    /// Opens what [`Sealer::seal`] sealed.
    pub fn open(&self, sealed: &[u8]) -> Result<BodyKey> {
        let damaged = || Error::internal("the key of a body cannot be read");
        let Sealer::Data(data_key) = self else { return BodyKey::from_bytes(sealed).ok_or_else(damaged) };
        let mut out = [0; 40];
        let kek = AesKek::new(&AES_256, data_key).map_err(Error::internal)?;
        let opened = kek.unwrap(sealed, &mut out).map_err(|_| damaged())?;
        BodyKey::from_bytes(opened).ok_or_else(damaged)
    }
}

/// Whether KMS has a say in reading what is sealed so.
pub fn needs_kms(seal: &SealRow) -> bool {
    KMS.contains(&seal.algorithm.as_str())
}

/// Checks what a request, or a bucket's configuration, says of the algorithm.
pub fn check_algorithm(algorithm: &str) -> Result<()> {
    if algorithm == SSE_S3 || KMS.contains(&algorithm) {
        return Ok(());
    }
    let text = "The encryption method specified is not supported";
    Err(Error::new("InvalidEncryptionAlgorithmError", text).status(400).with("ArgumentValue", algorithm))
}

/// What a new object's keys are sealed with: as its request says, or else its bucket.
pub fn begin(cx: &mut Cx, bucket: &Bucket, key: &str, wish: &Wish) -> Result<(SealRow, Sealer)> {
    let default = &bucket.row.encryption;
    let algorithm = wish.algorithm.as_deref().unwrap_or(&default.algorithm);
    check_algorithm(algorithm)?;
    if algorithm == SSE_S3 {
        if wish.key.is_some() || wish.context.is_some() {
            let text = "Server Side Encryption with AWS KMS managed key requires HTTP header \
                        x-amz-server-side-encryption : aws:kms";
            let name = "x-amz-server-side-encryption";
            return Err(errors::invalid_argument(text, name, wish.algorithm.clone().unwrap_or_default()));
        }
        return Ok((SealRow { algorithm: SSE_S3.to_owned(), ..SealRow::default() }, Sealer::Plain));
    }
    let own = wish.algorithm.as_ref().is_none_or(|algorithm| *algorithm == default.algorithm);
    let key_id = wish
        .key
        .as_deref()
        .filter(|key| !key.is_empty())
        .or(Some(default.key.as_str()).filter(|_| own))
        .unwrap_or_default();
    let bucket_key = algorithm == "aws:kms" && wish.bucket_key.unwrap_or(own && default.bucket_key);
    // A bucket key's context is the bucket, so that one answer of KMS serves many objects.
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
    let resource = if bucket_key { bucket.arn().to_string() } else { bucket.object_arn(key) };
    let mut context = read_context(wish.context.as_deref())?;
    context.insert(ARN.to_owned(), resource);
    let key_id = match key_id {
        "" | MANAGED => managed(cx)?,
        id => id.to_owned(),
    };
    let call =
        GenerateDataKey { key_id, key_spec: Some("AES_256".to_owned()), encryption_context: Some(context.clone()) };
    let made = cx.call(&As::caller(), &call).map_err(of_kms)?;
    let plaintext = made.plaintext.as_deref().and_then(|bytes| bytes.try_into().ok());
    let data_key = plaintext.ok_or_else(|| Error::internal("KMS made no data key"))?;
    let row = SealRow {
        algorithm: algorithm.to_owned(),
        key_arn: made.key_id.unwrap_or_default(),
        data_key: made.ciphertext_blob.unwrap_or_default(),
        context,
        bucket_key,
    };
    Ok((row, Sealer::Data(data_key)))
}

/// The AWS managed key, which is made when it is first asked for.
fn managed(cx: &mut Cx) -> Result<String> {
    let described = cx.call(&As::caller(), &DescribeKey { key_id: MANAGED.to_owned() }).map_err(of_kms)?;
    Ok(described.key_metadata.map(|key| key.arn).unwrap_or_default())
}

/// What the keys of an object are sealed with that is there.
pub fn open(cx: &mut Cx, seal: &SealRow) -> Result<Sealer> {
    if !needs_kms(seal) {
        return Ok(Sealer::Plain);
    }
    let call = Decrypt {
        ciphertext_blob: seal.data_key.clone(),
        encryption_context: Some(seal.context.clone()),
        key_id: Some(seal.key_arn.clone()),
    };
    let opened = cx.call(&As::caller(), &call).map_err(of_kms)?;
    let plaintext = opened.plaintext.as_deref().and_then(|bytes| bytes.try_into().ok());
    Ok(Sealer::Data(plaintext.ok_or_else(|| Error::internal("KMS decrypted no data key"))?))
}

/// The client's own context: Base64 of a JSON object.
fn read_context(given: Option<&str>) -> Result<IndexMap<String, String>> {
    let Some(text) = given else { return Ok(IndexMap::new()) };
    let json = BASE64_STANDARD.decode(text).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let invalid = || {
        let text = "The header 'x-amz-server-side-encryption-context' shall be Base64-encoded UTF-8 string holding JSON \
                    which represents a string-string map";
        errors::invalid_argument(text, "x-amz-server-side-encryption-context", text)
    };
    json.ok_or_else(invalid)
}

/// What KMS refuses, as S3 tells it.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList>
fn of_kms(error: Error) -> Error {
    match error.code() {
        "AccessDeniedException" | "AccessDenied" => Error::new("AccessDenied", error.message().to_owned()).status(403),
        _ if error.is_receiver_fault() => error,
        code => Error::new(format!("KMS.{code}"), error.message().to_owned()).status(400),
    }
}

/// The answer's member for the algorithm, and those that only KMS has.
pub struct Told {
    /// `ServerSideEncryption`
    pub algorithm: Option<String>,
    /// `SSEKMSKeyId`
    pub key: Option<String>,
    /// `SSEKMSEncryptionContext`
    pub context: Option<String>,
    /// `BucketKeyEnabled`
    pub bucket_key: Option<bool>,
}

/// What answers say of it.
pub fn told(seal: &SealRow) -> Told {
    let own = seal.context.iter().any(|(name, _)| name != ARN);
    Told {
        algorithm: Some(seal.algorithm.clone()),
        key: Some(seal.key_arn.clone()).filter(|arn| !arn.is_empty()),
        context: own.then(|| BASE64_STANDARD.encode(serde_json::to_string(&seal.context).unwrap_or_default())),
        bucket_key: seal.bucket_key.then_some(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_from_its_own_seal_alone() {
        let key = BodyKey::fresh();
        let (mine, yours) = (Sealer::Data([1; 32]), Sealer::Data([2; 32]));
        let sealed = mine.seal(&key).unwrap();
        assert_ne!(sealed, key.as_bytes()[..]);
        assert_eq!(mine.open(&sealed).unwrap(), key);
        assert!(yours.open(&sealed).is_err() && mine.open(&sealed[1..]).is_err());
        assert_eq!(Sealer::Plain.open(&Sealer::Plain.seal(&key).unwrap()).unwrap(), key);
    }

    #[test]
    fn contexts() {
        let context = read_context(Some(&BASE64_STANDARD.encode(r#"{"a":"b"}"#))).unwrap();
        assert_eq!(context.get("a").map(String::as_str), Some("b"));
        for bad in ["!", "e30", &BASE64_STANDARD.encode("[1]")] {
            assert_eq!(read_context(Some(bad)).unwrap_err().code(), "InvalidArgument", "{bad}");
        }
    }
}
