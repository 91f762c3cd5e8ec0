//! Versioning of buckets.

use crate::address::Bucket;
use crate::api::{
    GetBucketVersioningOutput, GetBucketVersioningRequest, PutBucketVersioningRequest, VersioningConfiguration,
};
use crate::errors;
use service::{Cx, Nothing, Result, View};

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html>
pub fn get_bucket_versioning(view: &View, input: GetBucketVersioningRequest) -> Result<GetBucketVersioningOutput> {
    let GetBucketVersioningRequest { bucket, expected_bucket_owner } = input;
    let bucket = Bucket::open(view, &bucket, expected_bucket_owner.as_deref())?;
    let status = bucket.is_versioned().then_some(bucket.row.versioning);
    Ok(GetBucketVersioningOutput { status, mfa_delete: None })
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html>
pub fn put_bucket_versioning(cx: &mut Cx, input: PutBucketVersioningRequest) -> Result<Nothing> {
    let PutBucketVersioningRequest {
        bucket,
        content_md5: _,        // stored only: the door has checked it
        checksum_algorithm: _, // stored only: the door has checked it
        mfa,
        versioning_configuration: VersioningConfiguration { mfa_delete, status },
        expected_bucket_owner,
    } = input;
    if mfa.is_some() || mfa_delete.is_some_and(|delete| delete != "Disabled") {
        return Err(errors::refuse("MfaDelete"));
    }
    let status = status.filter(|status| matches!(status.as_str(), "Enabled" | "Suspended"));
    let status = status.ok_or_else(|| {
        let text = "The Versioning element must be specified";
        service::Error::new("IllegalVersioningConfigurationException", text).status(400)
    })?;
    super::buckets::change(cx, (&bucket, expected_bucket_owner.as_deref()), |row| {
        row.versioning = status;
        Ok(())
    })
}
