//! Tags of buckets.

use super::buckets::change;
use crate::address::Bucket;
use crate::api::*;
use crate::{errors, tags};
use service::{Cx, IndexMap, Nothing, Result, View};

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketTagging.html>
pub fn get_bucket_tagging(view: &View, input: GetBucketTaggingRequest) -> Result<GetBucketTaggingOutput> {
    let GetBucketTaggingRequest { bucket, expected_bucket_owner } = input;
    let found = Bucket::open(view, &bucket, expected_bucket_owner.as_deref())?;
    if found.row.tags.is_empty() {
        return Err(errors::none_here("NoSuchTagSet", "The TagSet does not exist", &bucket));
    }
    Ok(GetBucketTaggingOutput { tag_set: tags::told(&found.row.tags) })
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html>
pub fn put_bucket_tagging(cx: &mut Cx, input: PutBucketTaggingRequest) -> Result<Nothing> {
    let PutBucketTaggingRequest {
        bucket,
        content_md5: _,        // stored only: the door has checked it
        checksum_algorithm: _, // stored only: the door has checked it
        tagging: Tagging { tag_set },
        expected_bucket_owner,
    } = input;
    let found = Bucket::open(cx, &bucket, expected_bucket_owner.as_deref())?;
    let tags = tags::of_bucket(cx.request(), tag_set, &found.row.tags)?;
    change(cx, (&bucket, None), |row| {
        row.tags = tags;
        Ok(())
    })
}

/// The tags of AWS's services stay, unless it is the service that asks.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketTagging.html>
pub fn delete_bucket_tagging(cx: &mut Cx, input: DeleteBucketTaggingRequest) -> Result<Nothing> {
    let DeleteBucketTaggingRequest { bucket, expected_bucket_owner } = input;
    let found = Bucket::open(cx, &bucket, expected_bucket_owner.as_deref())?;
    let kept = |key: &str| tags::is_reserved(key) && !cx.request().owns_tag(key);
    let tags: IndexMap<String, String> = found.row.tags.into_iter().filter(|(key, _)| kept(key)).collect();
    change(cx, (&bucket, None), |row| {
        row.tags = tags;
        Ok(())
    })
}
