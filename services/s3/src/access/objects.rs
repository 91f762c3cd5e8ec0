//! Objects, their versions and their parts.

use super::{Sent, on_bucket, on_object};
use crate::address::Bucket;
use crate::api::*;
use crate::ops::copies::Source;
use crate::state::ObjectRow;
use crate::{errors, tags, versions};
use service::{Access, Check, Result, View};

/// An object as a request names it.
struct Named<'a> {
    bucket: &'a str,
    owner: &'a Option<String>,
    key: &'a str,
    version_id: &'a Option<String>,
}

/// What reading or changing a version that is there asks for: one action without a version id, another with it.
fn existing(view: &View, named: &Named<'_>, actions: (&'static str, &'static str)) -> Result<Access> {
    let bucket = Bucket::open(view, named.bucket, named.owner.as_deref())?;
    Ok(Access::Checks(checks(view, &bucket, (named.key, named.version_id.as_deref()), actions)?))
}

fn checks(
    view: &View,
    bucket: &Bucket,
    (key, version_id): (&str, Option<&str>),
    (plain, versioned): (&'static str, &'static str),
) -> Result<Vec<Check>> {
    let row = versions::find(view, bucket, key, version_id)?;
    let action = if version_id.is_some() { versioned } else { plain };
    let check = on_object(view, bucket, (action, key)).sent("s3:VersionId", version_id);
    let mut checks = vec![existing_tags(check, row.as_ref())];
    if row.is_none_or(|row| row.marker && version_id.is_none()) {
        // "If you don't have the s3:ListBucket permission, Amazon S3 returns an HTTP status code 403."
        // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
        let action = if version_id.is_some() { "s3:ListBucketVersions" } else { "s3:ListBucket" };
        checks.push(on_bucket(view, bucket, action).key("s3:prefix", key));
    }
    Ok(checks)
}

fn existing_tags(check: Check, row: Option<&ObjectRow>) -> Check {
    let tags = row.into_iter().flat_map(|row| &row.tags);
    tags.fold(check, |check, (key, value)| check.key(format!("s3:ExistingObjectTag/{key}"), value.as_str()))
}

fn requested_tags<'a>(check: Check, tags: impl IntoIterator<Item = (&'a str, &'a str)>) -> Check {
    let tags: Vec<_> = tags.into_iter().collect();
    if tags.is_empty() {
        return check;
    }
    let check = check.keys("s3:RequestObjectTagKeys", tags.iter().map(|(key, _)| (*key).to_owned()));
    tags.into_iter().fold(check, |check, (key, value)| check.key(format!("s3:RequestObjectTag/{key}"), value))
}

macro_rules! named {
    ($input:ident) => {
        &Named {
            bucket: &$input.bucket,
            owner: &$input.expected_bucket_owner,
            key: &$input.key,
            version_id: &$input.version_id,
        }
    };
}

pub fn get_object(view: &View, input: &GetObjectRequest) -> Result<Access> {
    existing(view, named!(input), ("s3:GetObject", "s3:GetObjectVersion"))
}

pub fn head_object(view: &View, input: &HeadObjectRequest) -> Result<Access> {
    existing(view, named!(input), ("s3:GetObject", "s3:GetObjectVersion"))
}

pub fn get_object_acl(view: &View, input: &GetObjectAclRequest) -> Result<Access> {
    existing(view, named!(input), ("s3:GetObjectAcl", "s3:GetObjectVersionAcl"))
}

/// Both the object and its attributes are asked for.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html>
pub fn get_object_attributes(view: &View, input: &GetObjectAttributesRequest) -> Result<Access> {
    let bucket = Bucket::open(view, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let place = (input.key.as_str(), input.version_id.as_deref());
    let mut all = checks(view, &bucket, place, ("s3:GetObject", "s3:GetObjectVersion"))?;
    let action = if place.1.is_some() { "s3:GetObjectVersionAttributes" } else { "s3:GetObjectAttributes" };
    all.insert(1, on_object(view, &bucket, (action, place.0)));
    Ok(Access::Checks(all))
}

pub fn get_object_tagging(view: &View, input: &GetObjectTaggingRequest) -> Result<Access> {
    existing(view, named!(input), ("s3:GetObjectTagging", "s3:GetObjectVersionTagging"))
}

pub fn delete_object_tagging(view: &View, input: &DeleteObjectTaggingRequest) -> Result<Access> {
    existing(view, named!(input), ("s3:DeleteObjectTagging", "s3:DeleteObjectVersionTagging"))
}

pub fn put_object_tagging(view: &View, input: &PutObjectTaggingRequest) -> Result<Access> {
    let access = existing(view, named!(input), ("s3:PutObjectTagging", "s3:PutObjectVersionTagging"))?;
    let Access::Checks(all) = access else { return Ok(access) };
    let tags: Vec<_> = input.tagging.tag_set.iter().map(|tag| (tag.key.as_str(), tag.value.as_str())).collect();
    Ok(Access::Checks(all.into_iter().map(|check| requested_tags(check, tags.iter().copied())).collect()))
}

pub fn put_object_acl(view: &View, input: &PutObjectAclRequest) -> Result<Access> {
    existing(view, named!(input), ("s3:PutObjectAcl", "s3:PutObjectVersionAcl"))
}

/// What a write says that conditions may ask about.
struct Written<'a> {
    acl: &'a Option<String>,
    algorithm: &'a Option<String>,
    kms_key: &'a Option<String>,
    class: &'a Option<String>,
    tagging: Option<&'a str>,
    if_match: Option<&'a str>,
    if_none_match: Option<&'a str>,
    copy_source: Option<&'a str>,
    metadata_directive: Option<&'a str>,
}

/// Tags that come with an object are asked for too.
fn write(view: &View, bucket: &Bucket, key: &str, written: &Written<'_>) -> Result<Vec<Check>> {
    let check = on_object(view, bucket, ("s3:PutObject", key))
        .sent("s3:x-amz-acl", written.acl.as_deref())
        .sent("s3:x-amz-server-side-encryption", written.algorithm.as_deref())
        .sent("s3:x-amz-server-side-encryption-aws-kms-key-id", written.kms_key.as_deref())
        .sent("s3:x-amz-storage-class", written.class.as_deref())
        .sent("s3:if-match", written.if_match)
        .sent("s3:if-none-match", written.if_none_match)
        .sent("s3:x-amz-copy-source", written.copy_source)
        .sent("s3:x-amz-metadata-directive", written.metadata_directive);
    let Some(tagging) = written.tagging else { return Ok(vec![check]) };
    let tags = tags::of_header(Some(tagging))?;
    let pairs: Vec<_> = tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let tagging = requested_tags(on_object(view, bucket, ("s3:PutObjectTagging", key)), pairs.iter().copied());
    Ok(vec![requested_tags(check, pairs), tagging])
}

pub fn put_object(view: &View, input: &PutObjectRequest) -> Result<Access> {
    let bucket = Bucket::open(view, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let written = Written {
        acl: &input.acl,
        algorithm: &input.server_side_encryption,
        kms_key: &input.ssekms_key_id,
        class: &input.storage_class,
        tagging: input.tagging.as_deref(),
        if_match: input.if_match.as_deref(),
        if_none_match: input.if_none_match.as_deref(),
        copy_source: None,
        metadata_directive: None,
    };
    write(view, &bucket, &input.key, &written).map(Access::Checks)
}

pub fn create_multipart_upload(view: &View, input: &CreateMultipartUploadRequest) -> Result<Access> {
    let bucket = Bucket::open(view, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let written = Written {
        acl: &input.acl,
        algorithm: &input.server_side_encryption,
        kms_key: &input.ssekms_key_id,
        class: &input.storage_class,
        tagging: input.tagging.as_deref(),
        if_match: None,
        if_none_match: None,
        copy_source: None,
        metadata_directive: None,
    };
    write(view, &bucket, &input.key, &written).map(Access::Checks)
}

/// The source is read and the copy written; tags that go along are read and written too.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html>
pub fn copy_object(view: &View, input: &CopyObjectRequest) -> Result<Access> {
    let bucket = Bucket::open(view, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let source = Source::parse(&input.copy_source)?;
    let (mut all, row) = source_checks(view, &source)?;
    let replaces = input.tagging_directive.as_deref() == Some("REPLACE");
    let written = Written {
        acl: &input.acl,
        algorithm: &input.server_side_encryption,
        kms_key: &input.ssekms_key_id,
        class: &input.storage_class,
        tagging: input.tagging.as_deref().filter(|_| replaces),
        if_match: input.if_match.as_deref(),
        if_none_match: input.if_none_match.as_deref(),
        copy_source: Some(input.copy_source.trim_start_matches('/')),
        metadata_directive: input.metadata_directive.as_deref(),
    };
    all.extend(write(view, &bucket, &input.key, &written)?);
    if let Some((from, row)) = row.filter(|(_, row)| !replaces && !row.tags.is_empty()) {
        let action = if source.version_id.is_some() { "s3:GetObjectVersionTagging" } else { "s3:GetObjectTagging" };
        all.push(existing_tags(on_object(view, &from, (action, &source.key)), Some(&row)));
        all.push(on_object(view, &bucket, ("s3:PutObjectTagging", &input.key)));
    }
    Ok(Access::Checks(all))
}

type FromSource = (Vec<Check>, Option<(Bucket, ObjectRow)>);

/// The right to read what is copied, wherever it is.
fn source_checks(view: &View, source: &Source) -> Result<FromSource> {
    let from = Bucket::find(view, &source.bucket)?.ok_or_else(|| errors::no_such_bucket(&source.bucket))?;
    let place = (source.key.as_str(), source.version_id.as_deref());
    let all = checks(view, &from, place, ("s3:GetObject", "s3:GetObjectVersion"))?;
    let row = versions::find(view, &from, place.0, place.1)?.map(|row| (from, row));
    Ok((all, row))
}

/// One action on an object that need not be there.
fn on_key(
    view: &View,
    (bucket, owner): (&str, &Option<String>),
    (action, key): (&'static str, &str),
) -> Result<Access> {
    let bucket = Bucket::open(view, bucket, owner.as_deref())?;
    Ok(Access::to(on_object(view, &bucket, (action, key))))
}

pub fn upload_part(view: &View, input: &UploadPartRequest) -> Result<Access> {
    on_key(view, (&input.bucket, &input.expected_bucket_owner), ("s3:PutObject", &input.key))
}

pub fn upload_part_copy(view: &View, input: &UploadPartCopyRequest) -> Result<Access> {
    let bucket = Bucket::open(view, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let (mut all, _) = source_checks(view, &Source::parse(&input.copy_source)?)?;
    let source = input.copy_source.trim_start_matches('/');
    all.push(on_object(view, &bucket, ("s3:PutObject", &input.key)).key("s3:x-amz-copy-source", source));
    Ok(Access::Checks(all))
}

pub fn complete_multipart_upload(view: &View, input: &CompleteMultipartUploadRequest) -> Result<Access> {
    on_key(view, (&input.bucket, &input.expected_bucket_owner), ("s3:PutObject", &input.key))
}

pub fn abort_multipart_upload(view: &View, input: &AbortMultipartUploadRequest) -> Result<Access> {
    on_key(view, (&input.bucket, &input.expected_bucket_owner), ("s3:AbortMultipartUpload", &input.key))
}

pub fn list_parts(view: &View, input: &ListPartsRequest) -> Result<Access> {
    on_key(view, (&input.bucket, &input.expected_bucket_owner), ("s3:ListMultipartUploadParts", &input.key))
}

/// What the deletion of one key asks for.
pub fn deletion(view: &View, bucket: &Bucket, key: &str, version_id: Option<&str>) -> Check {
    let action = if version_id.is_some() { "s3:DeleteObjectVersion" } else { "s3:DeleteObject" };
    on_object(view, bucket, (action, key)).sent("s3:VersionId", version_id)
}

pub fn delete_object(view: &View, input: &DeleteObjectRequest) -> Result<Access> {
    let bucket = Bucket::open(view, &input.bucket, input.expected_bucket_owner.as_deref())?;
    Ok(Access::to(deletion(view, &bucket, &input.key, input.version_id.as_deref())))
}

/// Each key is decided on its own, by the handler.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html>
pub fn delete_objects(view: &View, input: &DeleteObjectsRequest) -> Result<Access> {
    Bucket::open(view, &input.bucket, input.expected_bucket_owner.as_deref())?;
    Ok(Access::Signed)
}
