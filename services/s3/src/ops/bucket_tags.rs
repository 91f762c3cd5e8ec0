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
    let tags = tags::checked(tag_set, tags::MOST_OF_BUCKET)?;
    change(cx, (&bucket, expected_bucket_owner.as_deref()), |row| {
        row.tags = tags;
        Ok(())
    })
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketTagging.html>
pub fn delete_bucket_tagging(cx: &mut Cx, input: DeleteBucketTaggingRequest) -> Result<Nothing> {
    let DeleteBucketTaggingRequest { bucket, expected_bucket_owner } = input;
    change(cx, (&bucket, expected_bucket_owner.as_deref()), |row| {
        row.tags = IndexMap::new();
        Ok(())
    })
}
