//! Parts of multipart uploads: sent, or copied from objects that are there.

use super::copies::{Source, reseal};
use super::puts::{body_plan, piece};
use crate::address::Bucket;
use crate::api::*;
use crate::checksums::{self, Values};
use crate::parts;
use crate::prepare::Digest;
use crate::reading::{self, Conditions};
use crate::seal::{self, Sealer};
use crate::state::{ObjectRow, PARTS, PartRow, Piece, UploadRow};
use crate::{about, errors};
use service::{BodyPlan, Cx, Result, View};
use std::ops::Range;

/// Whether the part can be taken, before it comes.
pub fn begin_upload_part(view: &View, input: &UploadPartRequest) -> Result<BodyPlan> {
    let bucket = Bucket::open(view, &input.bucket, input.expected_bucket_owner.as_deref())?;
    parts::check_number(input.part_number)?;
    about::refuse_client_keys(&[&input.sse_customer_algorithm, &input.sse_customer_key, &input.sse_customer_key_md5])?;
    let upload = parts::upload(view, &bucket, &input.key, &input.upload_id)?;
    checksums::refuse_others([
        &input.checksum_sha512,
        &input.checksum_md5,
        &input.checksum_xxhash64,
        &input.checksum_xxhash3,
        &input.checksum_xxhash128,
    ])?;
    let values = Values {
        crc32: input.checksum_crc32.clone(),
        crc32c: input.checksum_crc32_c.clone(),
        crc64nvme: input.checksum_crc64_nvme.clone(),
        sha1: input.checksum_sha1.clone(),
        sha256: input.checksum_sha256.clone(),
    };
    let given = values.only()?.map(|(kind, _)| kind.name());
    let given = given.or(input.checksum_algorithm.as_deref());
    if let Some(given) = given.filter(|given| upload.checksum_chosen && *given != upload.checksum.algorithm) {
        let text = format!(
            "Checksum Type mismatch occurred, expected checksum Type: {}, actual checksum Type: {}",
            upload.checksum.algorithm.to_ascii_lowercase(),
            given.to_ascii_lowercase()
        );
        return Err(errors::invalid_request(text));
    }
    // The whole is made of checksums of the upload's kind, whatever the client sends with a part.
    let mut plan = body_plan(&values, (input.content_md5.as_deref(), input.checksum_algorithm.as_deref()))?;
    plan.compute.extend(checksums::named(&upload.checksum.algorithm));
    Ok(plan)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html>
pub fn upload_part(cx: &mut Cx, input: UploadPartRequest) -> Result<UploadPartOutput> {
    let UploadPartRequest {
        body,
        bucket,
        content_length: _, // stored only: the door has counted
        content_md5: _,
        checksum_algorithm: _,
        checksum_crc32: _,
        checksum_crc32_c: _,
        checksum_crc64_nvme: _,
        checksum_sha1: _,
        checksum_sha256: _,
        checksum_sha512: _,
        checksum_md5: _,
        checksum_xxhash64: _,
        checksum_xxhash3: _,
        checksum_xxhash128: _,
        key,
        part_number: number,
        upload_id,
        sse_customer_algorithm: _,
        sse_customer_key: _,
        sse_customer_key_md5: _,
        request_payer: _, // stored only
        expected_bucket_owner,
    } = input;
    let bucket = Bucket::open(cx, &bucket, expected_bucket_owner.as_deref())?;
    let upload = parts::upload(cx, &bucket, &key, &upload_id)?;
    let sealer = seal::open(cx, &upload.seal)?;
    let body = body.unwrap_or_default();
    let received = body.received()?;
    let (_, checksum) = checksums::kept(received, &Values::default(), Some(&upload.checksum.algorithm))?;
    let part = PartRow {
        upload_id,
        number,
        modified: cx.now().whole_secs(),
        etag: checksums::etag_of(received)?,
        size: i64::try_from(received.length).unwrap_or(i64::MAX),
        pieces: vec![piece(received, &sealer)?],
        checksum,
    };
    keep(cx, &bucket, &part)?;
    let (told, sum) = (seal::told(&upload.seal), Values::of(&upload.checksum.algorithm, &part.checksum));
    Ok(UploadPartOutput {
        server_side_encryption: told.algorithm,
        e_tag: Some(reading::quoted(&part.etag)),
        checksum_crc32: sum.crc32,
        checksum_crc32_c: sum.crc32c,
        checksum_crc64_nvme: sum.crc64nvme,
        checksum_sha1: sum.sha1,
        checksum_sha256: sum.sha256,
        ssekms_key_id: told.key,
        bucket_key_enabled: told.bucket_key,
        ..UploadPartOutput::default()
    })
}

fn keep(cx: &mut Cx, bucket: &Bucket, part: &PartRow) -> Result<()> {
    cx.in_scope(bucket.scope, |cx| cx.put(&PARTS, &(part.upload_id.clone(), part.number), part))
}

/// `x-amz-copy-source-range`, which unlike `Range` must be whole.
pub(crate) fn copied_range(header: Option<&str>, size: i64) -> Result<Option<Range<u64>>> {
    let Some(given) = header else { return Ok(None) };
    let invalid = || {
        let text = "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the \
                    zero-based offsets of the first and last bytes to copy";
        errors::invalid_argument(text, "x-amz-copy-source-range", given)
    };
    let (first, last) = given.strip_prefix("bytes=").and_then(|range| range.split_once('-')).ok_or_else(invalid)?;
    let number = |text: &str| text.parse::<u64>().ok();
    let (first, last) = number(first).zip(number(last)).filter(|(first, last)| first <= last).ok_or_else(invalid)?;
    if last >= size.unsigned_abs() {
        let text = format!("Range specified is not valid for source object of size: {size}");
        return Err(errors::invalid_argument(text, "x-amz-copy-source-range", given));
    }
    Ok(Some(first..last + 1))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html>
pub fn upload_part_copy(
    cx: &mut Cx,
    input: UploadPartCopyRequest,
    digest: Option<Digest>,
) -> Result<UploadPartCopyOutput> {
    let UploadPartCopyRequest {
        bucket,
        copy_source,
        copy_source_if_match: if_match,
        copy_source_if_modified_since: if_modified_since,
        copy_source_if_none_match: if_none_match,
        copy_source_if_unmodified_since: if_unmodified_since,
        copy_source_range,
        key,
        part_number: number,
        upload_id,
        sse_customer_algorithm: _,
        sse_customer_key: _,
        sse_customer_key_md5: _,
        copy_source_sse_customer_algorithm: _,
        copy_source_sse_customer_key: _,
        copy_source_sse_customer_key_md5: _,
        request_payer: _, // stored only
        expected_bucket_owner,
        expected_source_bucket_owner,
    } = input;
    let bucket = Bucket::open(cx, &bucket, expected_bucket_owner.as_deref())?;
    parts::check_number(number)?;
    let upload = parts::upload(cx, &bucket, &key, &upload_id)?;
    let (if_match, if_none_match) = (if_match.as_deref(), if_none_match.as_deref());
    let conditions = Conditions { if_match, if_none_match, if_modified_since, if_unmodified_since };
    let (from, row) = Source::parse(&copy_source)?.open(cx, expected_source_bucket_owner.as_deref(), &conditions)?;
    let range = copied_range(copy_source_range.as_deref(), row.size)?;
    let opener = seal::open(cx, &row.seal)?;
    let kind = checksums::named(&upload.checksum.algorithm).unwrap_or(checksums::DEFAULT);
    let digest = match digest.filter(|digest| digest.etag_of_source == row.etag) {
        Some(digest) => digest,
        None => Digest::of_range(cx, &row, &opener, (range.clone(), kind))?,
    };
    let sealer = seal::open(cx, &upload.seal)?;
    let pieces = shared(cx, (&row, range), (&opener, &sealer))?;
    let size = pieces.iter().map(|piece| piece.size).sum();
    let modified = cx.now().whole_secs();
    let part = PartRow { upload_id, number, modified, etag: digest.md5, size, pieces, checksum: digest.checksum.value };
    keep(cx, &bucket, &part)?;
    Ok(copied(&upload, &part, reading::told_version(&from, &row)))
}

/// The bytes of a range, shared with their object.
fn shared(
    cx: &mut Cx,
    (row, range): (&ObjectRow, Option<Range<u64>>),
    sealers: (&Sealer, &Sealer),
) -> Result<Vec<Piece>> {
    let range = range.unwrap_or(0..row.size.unsigned_abs());
    let (from, to) = (range.start as i64, range.end as i64);
    let (mut at, mut pieces) = (0, Vec::new());
    for piece in row.parts.iter().flat_map(|part| &part.pieces) {
        let (first, last) = (from.max(at), to.min(at + piece.size));
        if first < last {
            let piece = Piece { start: piece.start + (first - at), size: last - first, ..piece.clone() };
            pieces.push(reseal(cx, &piece, sealers)?);
        }
        at += piece.size;
    }
    Ok(pieces)
}

fn copied(upload: &UploadRow, part: &PartRow, source_version: Option<String>) -> UploadPartCopyOutput {
    let (told, sum) = (seal::told(&upload.seal), Values::of(&upload.checksum.algorithm, &part.checksum));
    let result = CopyPartResult {
        e_tag: Some(reading::quoted(&part.etag)),
        last_modified: Some(part.modified),
        checksum_crc32: sum.crc32,
        checksum_crc32_c: sum.crc32c,
        checksum_crc64_nvme: sum.crc64nvme,
        checksum_sha1: sum.sha1,
        checksum_sha256: sum.sha256,
        ..CopyPartResult::default()
    };
    UploadPartCopyOutput {
        copy_source_version_id: source_version,
        copy_part_result: Some(result),
        server_side_encryption: told.algorithm,
        ssekms_key_id: told.key,
        bucket_key_enabled: told.bucket_key,
        ..UploadPartCopyOutput::default()
    }
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html>
pub fn list_parts(view: &View, input: ListPartsRequest) -> Result<ListPartsOutput> {
    let ListPartsRequest {
        bucket: name,
        key,
        max_parts,
        part_number_marker,
        upload_id,
        request_payer: _, // stored only
        expected_bucket_owner,
        sse_customer_algorithm,
        sse_customer_key,
        sse_customer_key_md5,
    } = input;
    about::refuse_client_keys(&[&sse_customer_algorithm, &sse_customer_key, &sse_customer_key_md5])?;
    let bucket = Bucket::open(view, &name, expected_bucket_owner.as_deref())?;
    let upload = parts::upload(view, &bucket, &key, &upload_id)?;
    let (limit, marker) = (crate::listing::limit(max_parts, "max-parts")?, part_number_marker.unwrap_or_default());
    if !(0..=i64::from(i32::MAX)).contains(&marker) {
        let text = "Argument part-number-marker must be an integer between 0 and 2147483647";
        return Err(errors::invalid_argument(text, "part-number-marker", marker.to_string()));
    }
    let own = view.elsewhere(bucket.scope)?;
    let from = (upload_id.as_str(), marker.saturating_add(1));
    let rows = own.rows_from(&PARTS, (upload_id.as_str(),), from).take(limit + 1);
    let mut rows = rows.collect::<Result<Vec<PartRow>>>()?;
    let is_truncated = rows.len() > limit;
    rows.truncate(limit);
    let abortion = crate::lifecycle::abortion(view, &bucket, &upload)?;
    let (abort_date, abort_rule_id) = abortion.map_or((None, None), |(at, rule)| (Some(at), rule));
    Ok(ListPartsOutput {
        abort_date,
        abort_rule_id,
        bucket: Some(name),
        key: Some(key),
        upload_id: Some(upload_id),
        part_number_marker: Some(marker),
        next_part_number_marker: rows.last().map(|part| part.number).or(Some(0).filter(|_| marker == 0)),
        max_parts: Some(limit as i64),
        is_truncated: Some(is_truncated),
        parts: Some(rows.into_iter().map(|part| told(&upload, part)).collect()),
        initiator: Some(super::uploads::initiator(&bucket, &upload)),
        owner: Some(super::buckets::owner(bucket.scope.account)),
        storage_class: Some(upload.storage_class.clone()),
        request_charged: None,
        checksum_algorithm: Some(upload.checksum.algorithm.clone()).filter(|_| upload.checksum_chosen),
        checksum_type: super::uploads::checksum_type(&upload),
        version_id: None,
    })
}

fn told(upload: &UploadRow, part: PartRow) -> Part {
    let sum = Values::of(&upload.checksum.algorithm, &part.checksum);
    Part {
        part_number: Some(part.number),
        last_modified: Some(part.modified),
        e_tag: Some(reading::quoted(&part.etag)),
        size: Some(part.size),
        checksum_crc32: sum.crc32,
        checksum_crc32_c: sum.crc32c,
        checksum_crc64_nvme: sum.crc64nvme,
        checksum_sha1: sum.sha1,
        checksum_sha256: sum.sha256,
        ..Part::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_copies_are_whole_and_within() {
        assert_eq!(copied_range(None, 10).unwrap(), None);
        assert_eq!(copied_range(Some("bytes=0-9"), 10).unwrap(), Some(0..10));
        for bad in ["bytes=0-10", "bytes=5-", "bytes=-5", "bytes=5-4", "0-5", "bytes=a-b"] {
            assert_eq!(copied_range(Some(bad), 10).unwrap_err().code(), "InvalidArgument", "{bad}");
        }
    }
}
