//! Multipart uploads: begun, completed, given up, listed.

use crate::about::{self, Acl};
use crate::address::{Bucket, canonical_id};
use crate::api::*;
use crate::checksums::{self, Values};
use crate::listing::{self, Encoding, Entry, Query};
use crate::notify::{self, Event};
use crate::seal::{self, Wish};
use crate::state::{ObjectRow, UPLOADS, UploadRow};
use crate::{errors, lifecycle, parts, reading, tags, versions};
use service::{Cx, Result, View};

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html>
pub fn create_multipart_upload(
    cx: &mut Cx,
    input: CreateMultipartUploadRequest,
) -> Result<CreateMultipartUploadOutput> {
    let CreateMultipartUploadRequest {
        acl,
        bucket,
        cache_control: cache,
        content_disposition: disposition,
        content_encoding: encoding,
        content_language: language,
        content_type: kind,
        expires,
        grant_full_control,
        grant_read,
        grant_read_acp,
        grant_write_acp,
        key,
        metadata,
        server_side_encryption: algorithm,
        storage_class: class,
        website_redirect_location: redirect,
        sse_customer_algorithm: client_algorithm,
        sse_customer_key: client_key,
        sse_customer_key_md5: client_md5,
        ssekms_key_id: kms_key,
        ssekms_encryption_context: context,
        bucket_key_enabled: bucket_key,
        request_payer: _, // stored only
        tagging,
        object_lock_mode: mode,
        object_lock_retain_until_date: until,
        object_lock_legal_hold_status: legal_hold,
        object_lock_event_hold: hold,
        object_lock_event_hold_duration_days: days,
        object_lock_event_hold_duration_years: years,
        expected_bucket_owner: owner,
        checksum_algorithm,
        checksum_type,
    } = input;
    let holds = [mode.is_some(), until.is_some(), legal_hold.is_some(), hold.is_some()];
    about::refuse_lock(&[&holds[..], &[days.is_some(), years.is_some()]].concat())?;
    about::refuse_client_keys(&[&client_algorithm, &client_key, &client_md5])?;
    let bucket = Bucket::open(cx, &bucket, owner.as_deref())?;
    about::check_key(&key)?;
    let grants = [&grant_full_control, &grant_read, &grant_read_acp, &grant_write_acp];
    Acl { canned: acl.as_deref(), grants: &grants }.check(&bucket)?;
    let upload = UploadRow {
        key,
        about: about::read([kind, cache, disposition, encoding, language, expires, redirect], metadata)?,
        tags: tags::of_header(tagging.as_deref())?,
        storage_class: about::storage_class(class)?,
        checksum: parts::checksum_row(checksum_algorithm.as_deref(), checksum_type.as_deref())?,
        checksum_chosen: checksum_algorithm.is_some(),
        ..UploadRow::default()
    };
    begin(cx, &bucket, upload, &Wish { algorithm, key: kms_key, context, bucket_key })
}

fn begin(cx: &mut Cx, bucket: &Bucket, upload: UploadRow, wish: &Wish) -> Result<CreateMultipartUploadOutput> {
    let (seal, _) = seal::begin(cx, bucket, &upload.key, wish)?;
    let upload = UploadRow {
        bucket: bucket.row.name.clone(),
        id: parts::new_id(cx),
        initiated: cx.now(),
        initiator: cx.caller().arn.clone(),
        seal,
        ..upload
    };
    let place = (upload.bucket.clone(), upload.key.clone(), upload.id.clone());
    cx.in_scope(bucket.scope, |cx| cx.put(&UPLOADS, &place, &upload))?;
    let abortion = lifecycle::abortion(cx, bucket, &upload)?;
    let (abort_date, abort_rule_id) = abortion.map_or((None, None), |(at, rule)| (Some(at), rule));
    let told = seal::told(&upload.seal);
    Ok(CreateMultipartUploadOutput {
        abort_date,
        abort_rule_id,
        checksum_algorithm: Some(upload.checksum.algorithm.clone()).filter(|_| upload.checksum_chosen),
        checksum_type: checksum_type(&upload),
        bucket: Some(upload.bucket),
        key: Some(upload.key),
        upload_id: Some(upload.id),
        server_side_encryption: told.algorithm,
        ssekms_key_id: told.key,
        ssekms_encryption_context: told.context,
        bucket_key_enabled: told.bucket_key,
        ..CreateMultipartUploadOutput::default()
    })
}

/// `ChecksumType`, told where the client chose an algorithm.
pub(crate) fn checksum_type(upload: &UploadRow) -> Option<String> {
    let told = if upload.checksum.composite { "COMPOSITE" } else { "FULL_OBJECT" };
    upload.checksum_chosen.then(|| told.to_owned())
}

/// Who began an upload.
pub(crate) fn initiator(bucket: &Bucket, upload: &UploadRow) -> Initiator {
    let root = upload.initiator.ends_with(":root");
    let id = if root { canonical_id(bucket.scope.account) } else { upload.initiator.clone() };
    let name = upload.initiator.rsplit(['/', ':']).next().unwrap_or_default();
    Initiator { id: Some(id), display_name: (!root).then(|| name.to_owned()) }
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html>
pub fn complete_multipart_upload(
    cx: &mut Cx,
    input: CompleteMultipartUploadRequest,
) -> Result<CompleteMultipartUploadOutput> {
    let CompleteMultipartUploadRequest {
        bucket,
        key,
        multipart_upload,
        upload_id,
        checksum_crc32,
        checksum_crc32_c,
        checksum_crc64_nvme,
        checksum_sha1,
        checksum_sha256,
        checksum_sha512,
        checksum_md5,
        checksum_xxhash64,
        checksum_xxhash3,
        checksum_xxhash128,
        checksum_type,
        mpu_object_size,
        request_payer: _, // stored only
        expected_bucket_owner,
        if_match,
        if_none_match,
        sse_customer_algorithm,
        sse_customer_key,
        sse_customer_key_md5,
    } = input;
    about::refuse_client_keys(&[&sse_customer_algorithm, &sse_customer_key, &sse_customer_key_md5])?;
    let bucket = Bucket::open(cx, &bucket, expected_bucket_owner.as_deref())?;
    let upload = parts::upload(cx, &bucket, &key, &upload_id)?;
    checksums::refuse_others([
        &checksum_sha512,
        &checksum_md5,
        &checksum_xxhash64,
        &checksum_xxhash3,
        &checksum_xxhash128,
    ])?;
    let current = versions::current(cx, &bucket, &key)?;
    about::check_write(current.as_ref(), &key, (if_match.as_deref(), if_none_match.as_deref()))?;
    let values = Values::read([checksum_crc32, checksum_crc32_c, checksum_crc64_nvme, checksum_sha1, checksum_sha256]);
    let chosen = parts::chosen(cx, &bucket, &upload, multipart_upload)?;
    let object = parts::object(&upload, &chosen)?;
    check_whole(&object, &values, (checksum_type.as_deref(), mpu_object_size))?;
    let row = versions::put(cx, &bucket, object)?;
    parts::forget(cx, &bucket, &upload)?;
    let name = "ObjectCreated:CompleteMultipartUpload";
    notify::tell(cx, &bucket, &Event { name, row: &row })?;
    completed(cx, &bucket, &row)
}

/// Whether the whole is what the client says it is.
fn check_whole(object: &ObjectRow, values: &Values, (kind, size): (Option<&str>, Option<i64>)) -> Result<()> {
    let composite = if object.checksum.composite { "COMPOSITE" } else { "FULL_OBJECT" };
    if let Some(kind) = kind.filter(|kind| *kind != composite) {
        let text = format!(
            "The upload was created using the {composite} checksum mode. The complete request must use the same checksum mode."
        );
        return Err(errors::invalid_argument(text, "x-amz-checksum-type", kind));
    }
    if let Some(size) = size.filter(|size| *size != object.size) {
        let text = format!(
            "The provided 'x-amz-mp-object-size' header value {size} does not match what was computed: {}",
            object.size
        );
        return Err(errors::invalid_request(text));
    }
    match values.only()? {
        Some((kind, value)) if kind.name() == object.checksum.algorithm => {
            let found = object.checksum.value.as_str();
            let same = value == found || Some(value) == found.rsplit_once('-').map(|(value, _)| value);
            if same {
                return Ok(());
            }
            let name = kind.name().to_ascii_lowercase();
            Err(errors::bad_digest(format!("The {name} you specified did not match the calculated checksum.")))
        }
        _ => Ok(()),
    }
}

fn completed(cx: &Cx, bucket: &Bucket, row: &ObjectRow) -> Result<CompleteMultipartUploadOutput> {
    let (told, sum) = (seal::told(&row.seal), Values::of(&row.checksum.algorithm, &row.checksum.value));
    let kind = if row.checksum.composite { "COMPOSITE" } else { "FULL_OBJECT" };
    Ok(CompleteMultipartUploadOutput {
        location: Some(format!("{}/{}/{}", cx.request().base_url, row.bucket, Encoding::for_events().write(&row.key))),
        bucket: Some(row.bucket.clone()),
        key: Some(row.key.clone()),
        expiration: lifecycle::expiration(cx, bucket, row)?,
        e_tag: Some(reading::quoted(&row.etag)),
        checksum_crc32: sum.crc32,
        checksum_crc32_c: sum.crc32c,
        checksum_crc64_nvme: sum.crc64nvme,
        checksum_sha1: sum.sha1,
        checksum_sha256: sum.sha256,
        checksum_type: Some(kind.to_owned()),
        server_side_encryption: told.algorithm,
        version_id: reading::told_version(bucket, row),
        ssekms_key_id: told.key,
        bucket_key_enabled: told.bucket_key,
        ..CompleteMultipartUploadOutput::default()
    })
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html>
pub fn abort_multipart_upload(cx: &mut Cx, input: AbortMultipartUploadRequest) -> Result<AbortMultipartUploadOutput> {
    let AbortMultipartUploadRequest {
        bucket,
        key,
        upload_id,
        request_payer: _, // stored only
        expected_bucket_owner,
        if_match_initiated_time,
    } = input;
    let bucket = Bucket::open(cx, &bucket, expected_bucket_owner.as_deref())?;
    let upload = parts::upload(cx, &bucket, &key, &upload_id)?;
    if if_match_initiated_time.is_some_and(|time| time.secs() != upload.initiated.secs()) {
        return Err(errors::precondition_failed("x-amz-if-match-initiated-time"));
    }
    parts::forget(cx, &bucket, &upload)?;
    Ok(AbortMultipartUploadOutput::default())
}

/// Uploads of a key come in the order in which they were begun.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html>
pub fn list_multipart_uploads(view: &View, input: ListMultipartUploadsRequest) -> Result<ListMultipartUploadsOutput> {
    let ListMultipartUploadsRequest {
        bucket,
        delimiter,
        encoding_type,
        key_marker,
        max_uploads,
        prefix,
        upload_id_marker,
        expected_bucket_owner,
        request_payer: _, // stored only
    } = input;
    let found = Bucket::open(view, &bucket, expected_bucket_owner.as_deref())?;
    let (encoding, limit) = (Encoding::read(encoding_type.as_deref())?, listing::limit(max_uploads, "max-uploads")?);
    let key_marker = key_marker.unwrap_or_default();
    let upload_id_marker = upload_id_marker.filter(|_| !key_marker.is_empty()).unwrap_or_default();
    let query = Query {
        prefix: prefix.as_deref().unwrap_or_default(),
        delimiter: delimiter.as_deref(),
        after: Some(key_marker.as_str()).filter(|marker| !marker.is_empty()),
        limit,
    };
    let (entries, next) = page(view, &found, &query, &upload_id_marker)?;
    let (mut uploads, mut prefixes) = (Vec::new(), Vec::new());
    for entry in entries {
        match entry {
            Entry::Row(row) => uploads.push(told(&found, row, encoding)),
            Entry::Prefix(prefix) => prefixes.push(CommonPrefix { prefix: Some(encoding.write(&prefix)) }),
        }
    }
    let (next_key, next_id) = next.map_or((None, None), |(key, id)| (Some(key), id));
    Ok(ListMultipartUploadsOutput {
        bucket: Some(bucket),
        key_marker: Some(encoding.write(&key_marker)),
        upload_id_marker: Some(upload_id_marker),
        is_truncated: Some(next_key.is_some()),
        next_key_marker: next_key.map(|key| encoding.write(&key)),
        prefix: Some(encoding.write(query.prefix)),
        delimiter: delimiter.as_deref().map(|delimiter| encoding.write(delimiter)),
        next_upload_id_marker: next_id,
        max_uploads: Some(limit as i64),
        uploads: Some(uploads),
        common_prefixes: Some(prefixes),
        encoding_type: encoding.told(),
        request_charged: None,
    })
}

type Page = (Vec<Entry<UploadRow>>, Option<(String, Option<String>)>);

/// One page, and the last key and upload if more follow.
fn page(view: &View, bucket: &Bucket, query: &Query<'_>, id_marker: &str) -> Result<Page> {
    let mut all: Vec<Entry<UploadRow>> = Vec::new();
    if let Some(key) = query.after.filter(|_| !id_marker.is_empty()) {
        let rest = view.rows_in(bucket.scope, &UPLOADS, (bucket.row.name.as_str(), key));
        let rest = rest.filter(|row: &Result<UploadRow>| row.as_ref().map_or(true, |row| row.id.as_str() > id_marker));
        all.extend(rest.take(query.limit + 1).map(|row| row.map(Entry::Row)).collect::<Result<Vec<_>>>()?);
    }
    let more = Query { limit: query.limit + 1, ..query.clone() };
    all.extend(more.page((view, bucket), &UPLOADS, |row: &UploadRow| &row.key, |_| true)?.entries);
    let truncated = all.len() > query.limit && query.limit > 0;
    all.truncate(query.limit);
    let next = all.last().filter(|_| truncated).map(|entry| match entry {
        Entry::Row(row) => (row.key.clone(), Some(row.id.clone())),
        Entry::Prefix(prefix) => (prefix.clone(), None),
    });
    Ok((all, next))
}

fn told(bucket: &Bucket, upload: UploadRow, encoding: Encoding) -> MultipartUpload {
    MultipartUpload {
        initiator: Some(initiator(bucket, &upload)),
        checksum_algorithm: Some(upload.checksum.algorithm.clone()).filter(|_| upload.checksum_chosen),
        checksum_type: checksum_type(&upload),
        upload_id: Some(upload.id),
        key: Some(encoding.write(&upload.key)),
        initiated: Some(upload.initiated.whole_secs()),
        storage_class: Some(upload.storage_class),
        owner: Some(super::buckets::owner(bucket.scope.account)),
        version_id: None,
    }
}
