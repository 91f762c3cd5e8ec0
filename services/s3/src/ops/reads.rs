//! Objects read: whole, in part, or their heads alone.

use crate::about;
use crate::address::Bucket;
use crate::api::*;
use crate::checksums::Values;
use crate::reading::{self, Conditions};
use crate::seal::{self, Sealer};
use crate::state::{About, ObjectRow};
use crate::{errors, lifecycle};
use service::{Body, Cx, Result, Timestamp, View};
use std::ops::Range;

/// A version that may be read, and which of its bytes.
pub(crate) struct Wanted {
    pub(crate) bucket: Bucket,
    pub(crate) row: ObjectRow,
    /// `None` for all of them.
    range: Option<Range<i64>>,
    part: Option<i64>,
    expiration: Option<String>,
}

/// What a request says of what it wants to read.
pub(crate) struct Asked<'a> {
    pub(crate) bucket: &'a str,
    pub(crate) expected_bucket_owner: Option<&'a str>,
    pub(crate) key: &'a str,
    pub(crate) version_id: Option<&'a str>,
    pub(crate) conditions: Conditions<'a>,
    pub(crate) range: Option<&'a str>,
    pub(crate) part_number: Option<i64>,
    pub(crate) client_keys: [&'a Option<String>; 3],
    pub(crate) method: &'static str,
}

impl Wanted {
    fn find(view: &View, asked: &Asked<'_>) -> Result<Wanted> {
        about::refuse_client_keys(&asked.client_keys)?;
        let bucket = Bucket::open(view, asked.bucket, asked.expected_bucket_owner)?;
        let row = reading::version(view, &bucket, asked.key, (asked.version_id, asked.method))?;
        asked.conditions.check(&row.etag, row.modified)?;
        let range = match (asked.range, asked.part_number) {
            (Some(_), Some(_)) => {
                let text = "Cannot specify both Range header and partNumber query parameter";
                return Err(errors::invalid_request(text));
            }
            (range, None) => reading::range(range, row.size)?,
            (None, Some(number)) => {
                crate::parts::check_number(number)?;
                Some(reading::of_part(&row, number)?.0).filter(|range| !range.is_empty())
            }
        };
        let expiration = lifecycle::expiration(view, &bucket, &row)?;
        Ok(Wanted { bucket, row, range, part: asked.part_number, expiration })
    }

    fn length(&self) -> i64 {
        self.range.as_ref().map_or(self.row.size, |range| range.end - range.start)
    }

    fn content_range(&self) -> Option<String> {
        self.range.as_ref().map(|range| reading::content_range(range, self.row.size))
    }

    /// How many parts there are, told to whoever asked for one.
    fn parts_count(&self) -> Option<i64> {
        self.part.filter(|_| self.row.multipart).map(|_| self.row.parts.len() as i64)
    }

    /// The checksum of what is answered with, if that is wanted: of the whole object, or of one of its parts.
    fn checksum(&self, mode: Option<&str>) -> Result<(Values, Option<String>)> {
        let kept = &self.row.checksum;
        let told = mode == Some("ENABLED");
        let composite = if kept.composite { "COMPOSITE" } else { "FULL_OBJECT" };
        let value = match self.part.filter(|_| self.row.multipart) {
            _ if !told => return Ok((Values::default(), None)),
            Some(number) => reading::of_part(&self.row, number)?.1.checksum.clone(),
            // A checksum of the whole says nothing of a range.
            None if self.range.is_some() => return Ok((Values::default(), None)),
            None => kept.value.clone(),
        };
        Ok((Values::of(&kept.algorithm, &value), Some(composite.to_owned())))
    }

    /// The bytes.
    pub(crate) fn body(&self, view: &View, sealer: &Sealer) -> Result<Body> {
        let range = self.range.as_ref().map(|range| range.start.unsigned_abs()..range.end.unsigned_abs());
        bytes(view, &self.row, sealer, range)
    }
}

/// A version's bytes, deciphered.
pub(crate) fn bytes(view: &View, row: &ObjectRow, sealer: &Sealer, range: Option<Range<u64>>) -> Result<Body> {
    let pieces = row.parts.iter().flat_map(|part| &part.pieces);
    let opened = pieces.map(|piece| {
        let (start, size) = (piece.start.unsigned_abs(), piece.size.unsigned_abs());
        Ok((&piece.body, start..start + size, Some(sealer.open(&piece.key)?)))
    });
    view.deciphered(opened.collect::<Result<Vec<_>>>()?, range)
}

/// The headers of an answer that a request may set.
#[derive(Debug, Clone, Default)]
pub(crate) struct Overrides {
    pub(crate) cache_control: Option<String>,
    pub(crate) content_disposition: Option<String>,
    pub(crate) content_encoding: Option<String>,
    pub(crate) content_language: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) expires: Option<Timestamp>,
}

impl Overrides {
    /// Only those who sign may set them.
    fn check(&self, view: &View) -> Result<()> {
        let Overrides { cache_control, content_disposition, content_encoding, content_language, content_type, expires } =
            self;
        let texts = [cache_control, content_disposition, content_encoding, content_language, content_type];
        let any = texts.into_iter().any(Option::is_some) || expires.is_some();
        if any && view.caller().kind == service::CallerKind::Anonymous {
            return Err(errors::invalid_request(
                "Request specific response headers cannot be used for anonymous GET requests.",
            ));
        }
        Ok(())
    }

    /// The headers that are answered with.
    fn over(self, about: About) -> About {
        About {
            content_type: self.content_type.unwrap_or(about.content_type),
            cache_control: self.cache_control.or(about.cache_control),
            content_disposition: self.content_disposition.or(about.content_disposition),
            content_encoding: self.content_encoding.or(about.content_encoding),
            content_language: self.content_language.or(about.content_language),
            expires: self.expires.map(Timestamp::http_date).or(about.expires),
            ..about
        }
    }
}

/// What `GetObject` finds out before it needs a key: the version, and which of its bytes.
pub(crate) fn readable(view: &View, asked: &Asked<'_>, overrides: &Overrides) -> Result<Wanted> {
    overrides.check(view)?;
    let wanted = Wanted::find(view, asked)?;
    if about::is_archived(&wanted.row.storage_class) {
        return Err(errors::invalid_object_state(&wanted.row.storage_class));
    }
    Ok(wanted)
}

/// An object whose key KMS must decrypt. All others are answered by [`crate::prepare::get_object`], without the lock.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html>
pub fn get_object(cx: &mut Cx, input: GetObjectRequest, _sealed: ()) -> Result<GetObjectOutput> {
    let GetObjectRequest {
        bucket,
        if_match,
        if_modified_since,
        if_none_match,
        if_unmodified_since,
        key,
        range,
        response_cache_control: cache_control,
        response_content_disposition: content_disposition,
        response_content_encoding: content_encoding,
        response_content_language: content_language,
        response_content_type: content_type,
        response_expires: expires,
        version_id,
        sse_customer_algorithm: algorithm,
        sse_customer_key: customer_key,
        sse_customer_key_md5: md5,
        request_payer: _, // stored only
        part_number,
        expected_bucket_owner,
        checksum_mode,
    } = input;
    let (if_match, if_none_match) = (if_match.as_deref(), if_none_match.as_deref());
    let asked = Asked {
        bucket: &bucket,
        expected_bucket_owner: expected_bucket_owner.as_deref(),
        key: &key,
        version_id: version_id.as_deref(),
        conditions: Conditions { if_match, if_none_match, if_modified_since, if_unmodified_since },
        range: range.as_deref(),
        part_number,
        client_keys: [&algorithm, &customer_key, &md5],
        method: "GET",
    };
    let overrides =
        Overrides { cache_control, content_disposition, content_encoding, content_language, content_type, expires };
    let wanted = readable(cx, &asked, &overrides)?;
    let sealer = seal::open(cx, &wanted.row.seal)?;
    answer(cx, &wanted, &sealer, (overrides, checksum_mode.as_deref()))
}

/// The answer of `GetObject`.
pub(crate) fn answer(
    view: &View,
    wanted: &Wanted,
    sealer: &Sealer,
    (overrides, checksum_mode): (Overrides, Option<&str>),
) -> Result<GetObjectOutput> {
    let (row, told) = (&wanted.row, seal::told(&wanted.row.seal));
    let (sum, checksum_type) = wanted.checksum(checksum_mode)?;
    let about = overrides.over(row.about.clone());
    Ok(GetObjectOutput {
        body: Some(wanted.body(view, sealer)?),
        accept_ranges: Some("bytes".to_owned()),
        expiration: wanted.expiration.clone(),
        last_modified: Some(row.modified),
        content_length: Some(wanted.length()),
        e_tag: Some(reading::quoted(&row.etag)),
        checksum_crc32: sum.crc32,
        checksum_crc32_c: sum.crc32c,
        checksum_crc64_nvme: sum.crc64nvme,
        checksum_sha1: sum.sha1,
        checksum_sha256: sum.sha256,
        checksum_type,
        version_id: reading::told_version(&wanted.bucket, row),
        cache_control: about.cache_control,
        content_disposition: about.content_disposition,
        content_encoding: about.content_encoding,
        content_language: about.content_language,
        content_range: wanted.content_range(),
        content_type: Some(about.content_type),
        expires: about.expires,
        website_redirect_location: about.redirect,
        server_side_encryption: told.algorithm,
        metadata: Some(about.metadata),
        ssekms_key_id: told.key,
        bucket_key_enabled: told.bucket_key,
        storage_class: about::told_class(row),
        parts_count: wanted.parts_count(),
        tag_count: Some(row.tags.len() as i64).filter(|count| *count > 0),
        ..GetObjectOutput::default()
    })
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html>
pub fn head_object(view: &View, input: HeadObjectRequest) -> Result<HeadObjectOutput> {
    let HeadObjectRequest {
        bucket,
        if_match,
        if_modified_since,
        if_none_match,
        if_unmodified_since,
        key,
        range,
        response_cache_control: cache_control,
        response_content_disposition: content_disposition,
        response_content_encoding: content_encoding,
        response_content_language: content_language,
        response_content_type: content_type,
        response_expires: expires,
        version_id,
        sse_customer_algorithm: algorithm,
        sse_customer_key: customer_key,
        sse_customer_key_md5: md5,
        request_payer: _, // stored only
        part_number,
        expected_bucket_owner,
        checksum_mode,
    } = input;
    let (if_match, if_none_match) = (if_match.as_deref(), if_none_match.as_deref());
    let asked = Asked {
        bucket: &bucket,
        expected_bucket_owner: expected_bucket_owner.as_deref(),
        key: &key,
        version_id: version_id.as_deref(),
        conditions: Conditions { if_match, if_none_match, if_modified_since, if_unmodified_since },
        range: range.as_deref(),
        part_number,
        client_keys: [&algorithm, &customer_key, &md5],
        method: "HEAD",
    };
    let overrides =
        Overrides { cache_control, content_disposition, content_encoding, content_language, content_type, expires };
    overrides.check(view)?;
    head(&Wanted::find(view, &asked)?, overrides, checksum_mode.as_deref())
}

fn head(wanted: &Wanted, overrides: Overrides, checksum_mode: Option<&str>) -> Result<HeadObjectOutput> {
    let (row, told) = (&wanted.row, seal::told(&wanted.row.seal));
    let (sum, checksum_type) = wanted.checksum(checksum_mode)?;
    let about = overrides.over(row.about.clone());
    Ok(HeadObjectOutput {
        accept_ranges: Some("bytes".to_owned()),
        expiration: wanted.expiration.clone(),
        last_modified: Some(row.modified),
        content_length: Some(wanted.length()),
        checksum_crc32: sum.crc32,
        checksum_crc32_c: sum.crc32c,
        checksum_crc64_nvme: sum.crc64nvme,
        checksum_sha1: sum.sha1,
        checksum_sha256: sum.sha256,
        checksum_type,
        e_tag: Some(reading::quoted(&row.etag)),
        version_id: reading::told_version(&wanted.bucket, row),
        cache_control: about.cache_control,
        content_disposition: about.content_disposition,
        content_encoding: about.content_encoding,
        content_language: about.content_language,
        content_type: Some(about.content_type),
        content_range: wanted.content_range(),
        expires: about.expires,
        website_redirect_location: about.redirect,
        server_side_encryption: told.algorithm,
        metadata: Some(about.metadata),
        ssekms_key_id: told.key,
        bucket_key_enabled: told.bucket_key,
        storage_class: about::told_class(row),
        parts_count: wanted.parts_count(),
        tag_count: Some(row.tags.len() as i64).filter(|count| *count > 0),
        ..HeadObjectOutput::default()
    })
}

const ATTRIBUTES: [&str; 5] = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"];

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html>
pub fn get_object_attributes(view: &View, input: GetObjectAttributesRequest) -> Result<GetObjectAttributesOutput> {
    let GetObjectAttributesRequest {
        bucket,
        key,
        version_id,
        max_parts,
        part_number_marker,
        sse_customer_algorithm,
        sse_customer_key,
        sse_customer_key_md5,
        request_payer: _, // stored only
        expected_bucket_owner,
        object_attributes,
    } = input;
    about::refuse_client_keys(&[&sse_customer_algorithm, &sse_customer_key, &sse_customer_key_md5])?;
    let bucket = Bucket::open(view, &bucket, expected_bucket_owner.as_deref())?;
    let name = "x-amz-object-attributes";
    if object_attributes.is_empty() || object_attributes.iter().any(|one| !ATTRIBUTES.contains(&one.as_str())) {
        return Err(errors::invalid_argument("Invalid attribute name specified.", name, object_attributes.join(",")));
    }
    let row = reading::version(view, &bucket, &key, (version_id.as_deref(), "GET"))?;
    let wants = |attribute: &str| object_attributes.iter().any(|one| one == attribute);
    let sum = Values::of(&row.checksum.algorithm, row.checksum.value.split('-').next().unwrap_or_default());
    let composite = if row.checksum.composite { "COMPOSITE" } else { "FULL_OBJECT" };
    let checksum = Checksum {
        checksum_crc32: sum.crc32,
        checksum_crc32_c: sum.crc32c,
        checksum_crc64_nvme: sum.crc64nvme,
        checksum_sha1: sum.sha1,
        checksum_sha256: sum.sha256,
        checksum_type: Some(composite.to_owned()),
        ..Checksum::default()
    };
    let parts = row.multipart && wants("ObjectParts");
    Ok(GetObjectAttributesOutput {
        last_modified: Some(row.modified),
        version_id: reading::told_version(&bucket, &row),
        e_tag: wants("ETag").then(|| row.etag.clone()),
        checksum: wants("Checksum").then_some(checksum),
        object_parts: if parts { Some(told_parts(&row, max_parts, part_number_marker)?) } else { None },
        storage_class: wants("StorageClass").then(|| row.storage_class.clone()),
        object_size: wants("ObjectSize").then_some(row.size),
        ..GetObjectAttributesOutput::default()
    })
}

/// One page of an object's parts. Those without checksums of their own are only counted.
fn told_parts(row: &ObjectRow, most: Option<i64>, marker: Option<i64>) -> Result<GetObjectAttributesParts> {
    let (limit, marker) = (crate::listing::limit(most, "max-parts")?, marker.unwrap_or_default());
    let rest: Vec<_> = row.parts.iter().filter(|part| part.number > marker).collect();
    let page = rest.get(..limit.min(rest.len())).unwrap_or_default();
    let told = |part: &&crate::state::StoredPart| {
        let sum = Values::of(&row.checksum.algorithm, &part.checksum);
        ObjectPart {
            part_number: Some(part.number),
            size: Some(part.size),
            checksum_crc32: sum.crc32,
            checksum_crc32_c: sum.crc32c,
            checksum_crc64_nvme: sum.crc64nvme,
            checksum_sha1: sum.sha1,
            checksum_sha256: sum.sha256,
            ..ObjectPart::default()
        }
    };
    Ok(GetObjectAttributesParts {
        total_parts_count: Some(row.parts.len() as i64),
        part_number_marker: Some(marker),
        next_part_number_marker: page.last().map(|part| part.number),
        max_parts: Some(limit as i64),
        is_truncated: Some(page.len() < rest.len()),
        parts: Some(page.iter().map(told).collect()),
    })
}
