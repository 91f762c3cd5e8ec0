//! Tags of objects.

use crate::address::Bucket;
use crate::api::*;
use crate::notify::{self, Event};
use crate::state::ObjectRow;
use crate::{reading, tags, versions};
use service::{Cx, IndexMap, Result, View};

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html>
pub fn get_object_tagging(view: &View, input: GetObjectTaggingRequest) -> Result<GetObjectTaggingOutput> {
    let GetObjectTaggingRequest {
        bucket,
        key,
        version_id,
        expected_bucket_owner,
        request_payer: _, // stored only
    } = input;
    let bucket = Bucket::open(view, &bucket, expected_bucket_owner.as_deref())?;
    let row = reading::version(view, &bucket, &key, (version_id.as_deref(), "GET"))?;
    Ok(GetObjectTaggingOutput { version_id: reading::told_version(&bucket, &row), tag_set: tags::told(&row.tags) })
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html>
pub fn put_object_tagging(cx: &mut Cx, input: PutObjectTaggingRequest) -> Result<PutObjectTaggingOutput> {
    let PutObjectTaggingRequest {
        bucket,
        key,
        version_id,
        content_md5: _,        // stored only: the door has checked it
        checksum_algorithm: _, // stored only: the door has checked it
        tagging: Tagging { tag_set },
        expected_bucket_owner,
        request_payer: _, // stored only
    } = input;
    let bucket = Bucket::open(cx, &bucket, expected_bucket_owner.as_deref())?;
    let row = reading::version(cx, &bucket, &key, (version_id.as_deref(), "PUT"))?;
    let row = ObjectRow { tags: tags::checked(tag_set, tags::MOST_OF_OBJECT)?, ..row };
    versions::amend(cx, &bucket, &row)?;
    notify::tell(cx, &bucket, &Event { name: "ObjectTagging:Put", row: &row })?;
    Ok(PutObjectTaggingOutput { version_id: reading::told_version(&bucket, &row) })
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjectTagging.html>
pub fn delete_object_tagging(cx: &mut Cx, input: DeleteObjectTaggingRequest) -> Result<DeleteObjectTaggingOutput> {
    let DeleteObjectTaggingRequest { bucket, key, version_id, expected_bucket_owner } = input;
    let bucket = Bucket::open(cx, &bucket, expected_bucket_owner.as_deref())?;
    let row = reading::version(cx, &bucket, &key, (version_id.as_deref(), "DELETE"))?;
    let row = ObjectRow { tags: IndexMap::new(), ..row };
    versions::amend(cx, &bucket, &row)?;
    notify::tell(cx, &bucket, &Event { name: "ObjectTagging:Delete", row: &row })?;
    Ok(DeleteObjectTaggingOutput { version_id: reading::told_version(&bucket, &row) })
}
