//! How objects are encrypted whose request does not say.

use super::buckets::change;
use crate::address::Bucket;
use crate::api::*;
use crate::state::DefaultEncryption;
use crate::{errors, seal};
use service::{Cx, Nothing, Result, View};

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketEncryption.html>
pub fn get_bucket_encryption(view: &View, input: GetBucketEncryptionRequest) -> Result<GetBucketEncryptionOutput> {
    let GetBucketEncryptionRequest { bucket, expected_bucket_owner } = input;
    let found = Bucket::open(view, &bucket, expected_bucket_owner.as_deref())?;
    let DefaultEncryption { algorithm, key, bucket_key, chosen: _ } = found.row.encryption;
    let by_default = ServerSideEncryptionByDefault {
        sse_algorithm: algorithm,
        kms_master_key_id: Some(key).filter(|key| !key.is_empty()),
    };
    let rule = ServerSideEncryptionRule {
        apply_server_side_encryption_by_default: Some(by_default),
        bucket_key_enabled: Some(bucket_key),
        blocked_encryption_types: None,
    };
    let configuration = ServerSideEncryptionConfiguration { rules: vec![rule] };
    Ok(GetBucketEncryptionOutput { server_side_encryption_configuration: Some(configuration) })
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html>
pub fn put_bucket_encryption(cx: &mut Cx, input: PutBucketEncryptionRequest) -> Result<Nothing> {
    let PutBucketEncryptionRequest {
        bucket,
        content_md5: _,        // stored only: the door has checked it
        checksum_algorithm: _, // stored only: the door has checked it
        server_side_encryption_configuration: ServerSideEncryptionConfiguration { rules },
        expected_bucket_owner,
    } = input;
    let Ok([rule]) = <[ServerSideEncryptionRule; 1]>::try_from(rules) else { return Err(errors::malformed_xml()) };
    let ServerSideEncryptionRule {
        apply_server_side_encryption_by_default,
        bucket_key_enabled,
        blocked_encryption_types,
    } = rule;
    let blocked = blocked_encryption_types.and_then(|blocked| blocked.encryption_type).unwrap_or_default();
    if blocked.iter().any(|kind| kind != "NONE") {
        return Err(errors::refuse("BlockedEncryptionTypes"));
    }
    let given = apply_server_side_encryption_by_default.unwrap_or_else(|| ServerSideEncryptionByDefault {
        sse_algorithm: seal::SSE_S3.to_owned(),
        kms_master_key_id: None,
    });
    let ServerSideEncryptionByDefault { sse_algorithm, kms_master_key_id } = given;
    if seal::check_algorithm(&sse_algorithm).is_err() {
        return Err(errors::malformed_xml());
    }
    if sse_algorithm == seal::SSE_S3 && kms_master_key_id.is_some() {
        let text = "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse";
        return Err(errors::invalid_argument(text, "ApplyServerSideEncryptionByDefault", sse_algorithm));
    }
    let encryption = DefaultEncryption {
        algorithm: sse_algorithm,
        key: kms_master_key_id.unwrap_or_default(),
        bucket_key: bucket_key_enabled.unwrap_or_default(),
        chosen: true,
    };
    change(cx, (&bucket, expected_bucket_owner.as_deref()), |row| {
        row.encryption = encryption;
        Ok(())
    })
}

/// Back to SSE-S3, which no bucket can be without.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketEncryption.html>
pub fn delete_bucket_encryption(cx: &mut Cx, input: DeleteBucketEncryptionRequest) -> Result<Nothing> {
    let DeleteBucketEncryptionRequest { bucket, expected_bucket_owner } = input;
    change(cx, (&bucket, expected_bucket_owner.as_deref()), |row| {
        row.encryption = DefaultEncryption { algorithm: seal::SSE_S3.to_owned(), ..DefaultEncryption::default() };
        Ok(())
    })
}
