//! Objects deleted, one or up to a thousand.

use crate::address::Bucket;
use crate::api::{
    Delete, DeleteObjectOutput, DeleteObjectRequest, DeleteObjectsOutput, DeleteObjectsRequest, DeletedObject,
    Error as Refused, ObjectIdentifier,
};
use crate::notify::{self, Event};
use crate::versions::{self, Deleted};
use crate::{about, access, errors};
use service::{Cx, Result};

/// The most keys of one request.
const MOST: usize = 1000;

/// One thing to delete, and what must hold for it.
struct Wanted<'a> {
    key: &'a str,
    version_id: Option<&'a str>,
    etag: Option<&'a str>,
    size: Option<i64>,
    modified: Option<service::Timestamp>,
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html>
pub fn delete_object(cx: &mut Cx, input: DeleteObjectRequest) -> Result<DeleteObjectOutput> {
    let DeleteObjectRequest {
        bucket,
        key,
        mfa,
        version_id,
        request_payer: _,               // stored only
        bypass_governance_retention: _, // stored only: nothing is retained
        expected_bucket_owner,
        if_match,
        if_match_last_modified_time,
        if_match_size,
    } = input;
    if mfa.is_some() {
        return Err(errors::refuse("x-amz-mfa"));
    }
    let bucket = Bucket::open(cx, &bucket, expected_bucket_owner.as_deref())?;
    let wanted = Wanted {
        key: &key,
        version_id: version_id.as_deref(),
        etag: if_match.as_deref(),
        size: if_match_size,
        modified: if_match_last_modified_time,
    };
    let (delete_marker, gone) = match delete(cx, &bucket, &wanted)? {
        Deleted::Nothing => (None, version_id),
        Deleted::Version(row) => (Some(true).filter(|_| row.marker), version_id),
        Deleted::Marked(row) => (Some(true), Some(row.version_id)),
    };
    Ok(DeleteObjectOutput { delete_marker, version_id: gone, request_charged: None })
}

fn delete(cx: &mut Cx, bucket: &Bucket, wanted: &Wanted<'_>) -> Result<Deleted> {
    check(cx, bucket, wanted)?;
    let deleted = match wanted.version_id {
        None => versions::delete(cx, bucket, wanted.key)?,
        Some(id) => versions::delete_version(cx, bucket, wanted.key, id)?,
    };
    match &deleted {
        Deleted::Nothing => {}
        Deleted::Version(row) => notify::tell(cx, bucket, &Event { name: "ObjectRemoved:Delete", row })?,
        Deleted::Marked(row) => notify::tell(cx, bucket, &Event { name: "ObjectRemoved:DeleteMarkerCreated", row })?,
    }
    Ok(deleted)
}

/// The conditions of a deletion.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html>
fn check(cx: &Cx, bucket: &Bucket, wanted: &Wanted<'_>) -> Result<()> {
    if wanted.etag.is_none() && wanted.size.is_none() && wanted.modified.is_none() {
        return Ok(());
    }
    let row = versions::find(cx, bucket, wanted.key, wanted.version_id)?.filter(|row| !row.marker);
    let row = row.ok_or_else(|| errors::no_such_key(wanted.key))?;
    let holds = wanted.etag.is_none_or(|etag| about::names(etag, &row.etag))
        && wanted.size.is_none_or(|size| size == row.size)
        && wanted.modified.is_none_or(|modified| modified.secs() == row.modified.secs());
    if holds { Ok(()) } else { Err(errors::precondition_failed("If-Match")) }
}

/// Each key is decided on its own, and its refusal is part of the answer.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html>
pub fn delete_objects(cx: &mut Cx, input: DeleteObjectsRequest) -> Result<DeleteObjectsOutput> {
    let DeleteObjectsRequest {
        bucket,
        delete: Delete { objects, quiet },
        mfa,
        request_payer: _,               // stored only
        bypass_governance_retention: _, // stored only: nothing is retained
        expected_bucket_owner,
        checksum_algorithm: _, // stored only: the door has checked it
    } = input;
    if mfa.is_some() {
        return Err(errors::refuse("x-amz-mfa"));
    }
    let bucket = Bucket::open(cx, &bucket, expected_bucket_owner.as_deref())?;
    if objects.is_empty() || objects.len() > MOST {
        return Err(errors::malformed_xml());
    }
    let (mut deleted, mut refused) = (Vec::new(), Vec::new());
    for object in objects {
        match one(cx, &bucket, &object) {
            Ok(gone) => deleted.push(gone),
            Err(error) if error.is_receiver_fault() => return Err(error),
            Err(error) => refused.push(Refused {
                key: Some(object.key),
                version_id: object.version_id,
                code: Some(error.code().to_owned()),
                message: Some(error.message().to_owned()),
            }),
        }
    }
    Ok(DeleteObjectsOutput {
        deleted: Some(deleted).filter(|deleted| !deleted.is_empty() && quiet != Some(true)),
        request_charged: None,
        errors: Some(refused).filter(|refused| !refused.is_empty()),
    })
}

fn one(cx: &mut Cx, bucket: &Bucket, object: &ObjectIdentifier) -> Result<DeletedObject> {
    let ObjectIdentifier { key, version_id, e_tag, last_modified_time, size } = object;
    let version_id = version_id.as_deref().filter(|id| !id.is_empty());
    let check = access::deletion(cx, bucket, key, version_id);
    cx.may(cx.caller(), &check)?;
    let wanted = Wanted { key, version_id, etag: e_tag.as_deref(), size: *size, modified: *last_modified_time };
    let told =
        DeletedObject { key: Some(key.clone()), version_id: version_id.map(str::to_owned), ..DeletedObject::default() };
    Ok(match delete(cx, bucket, &wanted)? {
        Deleted::Version(row) if row.marker => {
            DeletedObject { delete_marker: Some(true), delete_marker_version_id: Some(row.version_id), ..told }
        }
        Deleted::Marked(row) => {
            DeletedObject { delete_marker: Some(true), delete_marker_version_id: Some(row.version_id), ..told }
        }
        Deleted::Nothing | Deleted::Version(_) => told,
    })
}
