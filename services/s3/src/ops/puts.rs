//! Objects put in one piece.

use crate::about::{self, Acl};
use crate::address::Bucket;
use crate::api::{PutObjectOutput, PutObjectRequest};
use crate::checksums::{self, Values};
use crate::notify::{self, Event};
use crate::seal::{self, Sealer, Wish};
use crate::state::{About, ChecksumRow, ObjectRow, Piece, SealRow, StoredPart};
use crate::{errors, lifecycle, parts, reading, tags, versions};
use service::{Body, BodyKey, BodyPlan, Checksum, Cx, Error, IndexMap, Received, Result, View};

/// What is found out before the body comes: whether it can be put at all.
pub fn begin_put_object(view: &View, input: &PutObjectRequest) -> Result<BodyPlan> {
    let bucket = Bucket::open(view, &input.bucket, input.expected_bucket_owner.as_deref())?;
    about::check_key(&input.key)?;
    about::refuse_client_keys(&[&input.sse_customer_algorithm, &input.sse_customer_key, &input.sse_customer_key_md5])?;
    about::refuse_lock(&[
        input.object_lock_mode.is_some(),
        input.object_lock_retain_until_date.is_some(),
        input.object_lock_legal_hold_status.is_some(),
        input.object_lock_event_hold.is_some(),
        input.object_lock_event_hold_duration_days.is_some(),
        input.object_lock_event_hold_duration_years.is_some(),
    ])?;
    if input.write_offset_bytes.is_some() {
        return Err(errors::refuse("x-amz-write-offset-bytes"));
    }
    let grants = [&input.grant_full_control, &input.grant_read, &input.grant_read_acp, &input.grant_write_acp];
    Acl { canned: input.acl.as_deref(), grants: &grants }.check(&bucket)?;
    about::storage_class(input.storage_class.clone())?;
    tags::of_header(input.tagging.as_deref())?;
    let current = versions::current(view, &bucket, &input.key)?;
    about::check_write(current.as_ref(), &input.key, (input.if_match.as_deref(), input.if_none_match.as_deref()))?;
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
    body_plan(&values, (input.content_md5.as_deref(), input.checksum_algorithm.as_deref()))
}

/// How the body of an object or part is received: enciphered with a key of its own, and with its checksums.
pub(crate) fn body_plan(values: &Values, (md5, algorithm): (Option<&str>, Option<&str>)) -> Result<BodyPlan> {
    let asked = checksums::asked(algorithm)?;
    let mut plan = BodyPlan::up_to(parts::MOST_BYTES);
    plan.compute = vec![Checksum::Md5, asked.unwrap_or(checksums::DEFAULT)];
    plan.expect = checksums::expected(values, md5)?;
    plan.cipher = Some(BodyKey::fresh());
    plan.refuse = checksums::refuse;
    Ok(plan)
}

/// A body that was received, its key sealed.
pub(crate) fn piece(received: &Received, sealer: &Sealer) -> Result<Piece> {
    let key = received.key.as_ref().ok_or_else(|| Error::internal("a body came without its key"))?;
    let size = i64::try_from(received.length).unwrap_or(i64::MAX);
    Ok(Piece { body: received.stored.clone(), key: sealer.seal(key)?, start: 0, size })
}

/// An object to be put.
struct New {
    key: String,
    body: Body,
    about: About,
    wish: Wish,
    checksum: (Values, Option<String>),
    storage_class: String,
    tags: IndexMap<String, String>,
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html>
pub fn put_object(cx: &mut Cx, input: PutObjectRequest) -> Result<PutObjectOutput> {
    let PutObjectRequest {
        acl: _,
        body,
        bucket,
        cache_control: cache,
        content_disposition: disposition,
        content_encoding: encoding,
        content_language: language,
        content_length: _, // stored only: the door has counted
        content_md5: _,
        content_type: kind,
        checksum_algorithm,
        checksum_crc32: crc32,
        checksum_crc32_c: crc32c,
        checksum_crc64_nvme: crc64nvme,
        checksum_sha1: sha1,
        checksum_sha256: sha256,
        checksum_sha512: _,
        checksum_md5: _,
        checksum_xxhash64: _,
        checksum_xxhash3: _,
        checksum_xxhash128: _,
        expires,
        if_match,
        if_none_match: none_match,
        grant_full_control: _,
        grant_read: _,
        grant_read_acp: _,
        grant_write_acp: _,
        key,
        write_offset_bytes: _,
        metadata,
        server_side_encryption: algorithm,
        storage_class: class,
        website_redirect_location: redirect,
        sse_customer_algorithm: _,
        sse_customer_key: _,
        sse_customer_key_md5: _,
        ssekms_key_id: kms_key,
        ssekms_encryption_context: context,
        bucket_key_enabled: bucket_key,
        request_payer: _, // stored only
        tagging,
        object_lock_mode: _,
        object_lock_retain_until_date: _,
        object_lock_legal_hold_status: _,
        object_lock_event_hold: _,
        object_lock_event_hold_duration_days: _,
        object_lock_event_hold_duration_years: _,
        expected_bucket_owner: owner,
    } = input;
    let bucket = Bucket::open(cx, &bucket, owner.as_deref())?;
    let current = versions::current(cx, &bucket, &key)?;
    about::check_write(current.as_ref(), &key, (if_match.as_deref(), none_match.as_deref()))?;
    let about = about::read([kind, cache, disposition, encoding, language, expires, redirect], metadata)?;
    let wish = Wish { algorithm, key: kms_key, context, bucket_key };
    let checksum = (Values::read([crc32, crc32c, crc64nvme, sha1, sha256]), checksum_algorithm);
    let (storage_class, tags) = (about::storage_class(class)?, tags::of_header(tagging.as_deref())?);
    let body = body.unwrap_or_default();
    put(cx, &bucket, New { key, body, about, wish, checksum, storage_class, tags })
}

fn put(cx: &mut Cx, bucket: &Bucket, new: New) -> Result<PutObjectOutput> {
    let (seal, sealer) = seal::begin(cx, bucket, &new.key, &new.wish)?;
    let received = new.body.received()?;
    let (kind, checksum) = checksums::kept(received, &new.checksum.0, new.checksum.1.as_deref())?;
    let size = i64::try_from(received.length).unwrap_or(i64::MAX);
    let pieces = vec![piece(received, &sealer)?];
    let part = StoredPart { pieces, number: 1, size, checksum: checksum.clone() };
    let row = ObjectRow {
        key: new.key,
        size,
        etag: etag(cx, received, &seal)?,
        parts: vec![part],
        about: new.about,
        tags: new.tags,
        storage_class: new.storage_class,
        checksum: ChecksumRow { algorithm: kind.name().to_owned(), value: checksum, composite: false },
        seal,
        ..ObjectRow::default()
    };
    let row = versions::put(cx, bucket, row)?;
    notify::tell(cx, bucket, &Event { name: "ObjectCreated:Put", row: &row })?;
    answer(cx, bucket, &row)
}

/// The MD5, but for objects under KMS, whose tag tells nothing of what is in them.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html>
fn etag(cx: &mut Cx, received: &Received, seal: &SealRow) -> Result<String> {
    if seal::needs_kms(seal) { Ok(format!("{:032x}", cx.entropy().u128())) } else { checksums::etag_of(received) }
}

fn answer(cx: &Cx, bucket: &Bucket, row: &ObjectRow) -> Result<PutObjectOutput> {
    let (told, sum) = (seal::told(&row.seal), Values::of(&row.checksum.algorithm, &row.checksum.value));
    Ok(PutObjectOutput {
        expiration: lifecycle::expiration(cx, bucket, row)?,
        e_tag: Some(reading::quoted(&row.etag)),
        checksum_crc32: sum.crc32,
        checksum_crc32_c: sum.crc32c,
        checksum_crc64_nvme: sum.crc64nvme,
        checksum_sha1: sum.sha1,
        checksum_sha256: sum.sha256,
        checksum_type: Some("FULL_OBJECT".to_owned()),
        server_side_encryption: told.algorithm,
        version_id: reading::told_version(bucket, row),
        ssekms_key_id: told.key,
        ssekms_encryption_context: told.context,
        bucket_key_enabled: told.bucket_key,
        ..PutObjectOutput::default()
    })
}
