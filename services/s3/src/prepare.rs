//! What is done before the writer's lock is taken: objects are answered with that need no key of KMS's, and what is copied
//! is read for its checksums.

use crate::about::{self, Acl};
use crate::address::Bucket;
use crate::api::{
    CopyObjectOutput, CopyObjectRequest, GetObjectOutput, GetObjectRequest, UploadPartCopyOutput, UploadPartCopyRequest,
};
use crate::checksums::{self, hex};
use crate::ops::copies::Source;
use crate::ops::parts::copied_range;
use crate::ops::reads::{self, Asked, Overrides};
use crate::reading::Conditions;
use crate::seal::{self, Sealer};
use crate::state::{ChecksumRow, ObjectRow};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use service::{Checksum, Error, Prepared, Result, View};
use std::ops::Range;

/// The answer, but for an object under KMS.
pub fn get_object(view: &View, input: &GetObjectRequest) -> Result<Prepared<GetObjectOutput, ()>> {
    let asked = Asked {
        bucket: &input.bucket,
        expected_bucket_owner: input.expected_bucket_owner.as_deref(),
        key: &input.key,
        version_id: input.version_id.as_deref(),
        conditions: Conditions {
            if_match: input.if_match.as_deref(),
            if_none_match: input.if_none_match.as_deref(),
            if_modified_since: input.if_modified_since,
            if_unmodified_since: input.if_unmodified_since,
        },
        range: input.range.as_deref(),
        part_number: input.part_number,
        client_keys: [&input.sse_customer_algorithm, &input.sse_customer_key, &input.sse_customer_key_md5],
        method: "GET",
    };
    let overrides = Overrides {
        cache_control: input.response_cache_control.clone(),
        content_disposition: input.response_content_disposition.clone(),
        content_encoding: input.response_content_encoding.clone(),
        content_language: input.response_content_language.clone(),
        content_type: input.response_content_type.clone(),
        expires: input.response_expires,
    };
    let wanted = reads::readable(view, &asked, &overrides)?;
    if seal::needs_kms(&wanted.row.seal) {
        return Ok(Prepared::Made(()));
    }
    let answer = reads::answer(view, &wanted, &Sealer::Plain, (overrides, input.checksum_mode.as_deref()))?;
    Ok(Prepared::Answer(answer))
}

/// Checksums of bytes that are copied.
#[derive(Debug, Clone, PartialEq)]
pub struct Digest {
    /// Of which version.
    pub etag_of_source: String,
    /// In hexadecimal.
    pub md5: String,
    /// The checksum that the copy keeps.
    pub checksum: ChecksumRow,
}

impl Digest {
    /// Of a whole version. It is read only where its row does not say.
    pub fn of(view: &View, row: &ObjectRow, opener: &Sealer, wanted: Option<Checksum>) -> Result<Digest> {
        let own = checksums::named(&row.checksum.algorithm).unwrap_or(checksums::DEFAULT);
        let kind = wanted.unwrap_or(own);
        let told = !row.multipart && row.parts.len() == 1 && !seal::needs_kms(&row.seal) && kind == own;
        if told {
            let (etag, checksum) = (row.etag.clone(), row.checksum.clone());
            return Ok(Digest { etag_of_source: etag.clone(), md5: etag, checksum });
        }
        Digest::of_range(view, row, opener, (None, kind))
    }

    /// Of some bytes of a version.
    pub fn of_range(
        view: &View,
        row: &ObjectRow,
        opener: &Sealer,
        (range, kind): (Option<Range<u64>>, Checksum),
    ) -> Result<Digest> {
        let body = reads::bytes(view, row, opener, range)?;
        let found = view.checksums(&body, &[Checksum::Md5, kind])?;
        let of = |kind| found.iter().find(|(have, _)| *have == kind).map(|(_, value)| value);
        let (Some(md5), Some(value)) = (of(Checksum::Md5), of(kind)) else {
            return Err(Error::internal("a checksum was not computed"));
        };
        let value = BASE64_STANDARD.encode(value);
        let checksum = ChecksumRow { algorithm: kind.name().to_owned(), value, composite: false };
        Ok(Digest { etag_of_source: row.etag.clone(), md5: hex(md5), checksum })
    }
}

/// The copy's checksums, if its source can be read without KMS.
pub fn copy_object(view: &View, input: &CopyObjectRequest) -> Result<Prepared<CopyObjectOutput, Option<Digest>>> {
    refuse_copy(view, input)?;
    let conditions = Conditions {
        if_match: input.copy_source_if_match.as_deref(),
        if_none_match: input.copy_source_if_none_match.as_deref(),
        if_modified_since: input.copy_source_if_modified_since,
        if_unmodified_since: input.copy_source_if_unmodified_since,
    };
    let source = Source::parse(&input.copy_source)?;
    let (_, row) = source.open(view, input.expected_source_bucket_owner.as_deref(), &conditions)?;
    if seal::needs_kms(&row.seal) {
        return Ok(Prepared::Made(None));
    }
    let wanted = checksums::asked(input.checksum_algorithm.as_deref())?;
    Digest::of(view, &row, &Sealer::Plain, wanted).map(|digest| Prepared::Made(Some(digest)))
}

/// What of a copy is refused before anything is looked at.
fn refuse_copy(view: &View, input: &CopyObjectRequest) -> Result<()> {
    let bucket = Bucket::open(view, &input.bucket, input.expected_bucket_owner.as_deref())?;
    about::check_key(&input.key)?;
    about::refuse_client_keys(&[
        &input.sse_customer_algorithm,
        &input.sse_customer_key,
        &input.sse_customer_key_md5,
        &input.copy_source_sse_customer_algorithm,
        &input.copy_source_sse_customer_key,
        &input.copy_source_sse_customer_key_md5,
    ])?;
    about::refuse_lock(&[
        input.object_lock_mode.is_some(),
        input.object_lock_retain_until_date.is_some(),
        input.object_lock_legal_hold_status.is_some(),
        input.object_lock_event_hold.is_some(),
        input.object_lock_event_hold_duration_days.is_some(),
        input.object_lock_event_hold_duration_years.is_some(),
    ])?;
    let grants = [&input.grant_full_control, &input.grant_read, &input.grant_read_acp, &input.grant_write_acp];
    Acl { canned: input.acl.as_deref(), grants: &grants }.check(&bucket)
}

/// The part's checksums, if its source can be read without KMS.
pub fn upload_part_copy(
    view: &View,
    input: &UploadPartCopyRequest,
) -> Result<Prepared<UploadPartCopyOutput, Option<Digest>>> {
    about::refuse_client_keys(&[
        &input.sse_customer_algorithm,
        &input.sse_customer_key,
        &input.sse_customer_key_md5,
        &input.copy_source_sse_customer_algorithm,
        &input.copy_source_sse_customer_key,
        &input.copy_source_sse_customer_key_md5,
    ])?;
    let bucket = Bucket::open(view, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let upload = crate::parts::upload(view, &bucket, &input.key, &input.upload_id)?;
    let conditions = Conditions {
        if_match: input.copy_source_if_match.as_deref(),
        if_none_match: input.copy_source_if_none_match.as_deref(),
        if_modified_since: input.copy_source_if_modified_since,
        if_unmodified_since: input.copy_source_if_unmodified_since,
    };
    let source = Source::parse(&input.copy_source)?;
    let (_, row) = source.open(view, input.expected_source_bucket_owner.as_deref(), &conditions)?;
    let range = copied_range(input.copy_source_range.as_deref(), row.size)?;
    if seal::needs_kms(&row.seal) {
        return Ok(Prepared::Made(None));
    }
    let kind = checksums::named(&upload.checksum.algorithm).unwrap_or(checksums::DEFAULT);
    Digest::of_range(view, &row, &Sealer::Plain, (range, kind)).map(|digest| Prepared::Made(Some(digest)))
}
