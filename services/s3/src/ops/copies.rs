//! Objects copied. The bytes are shared; only their keys are sealed anew.

use crate::about;
use crate::address::Bucket;
use crate::api::{CopyObjectOutput, CopyObjectRequest, CopyObjectResult};
use crate::checksums::{self, Values};
use crate::notify::{self, Event};
use crate::prepare::Digest;
use crate::reading::{self, Conditions};
use crate::seal::{self, Sealer, Wish};
use crate::state::{About, ChecksumRow, ObjectRow, Piece, StoredPart};
use crate::{errors, lifecycle, parts, tags, versions};
use percent_encoding::percent_decode_str;
use service::{Checksum, Cx, IndexMap, Result, View};

/// What is copied, as `x-amz-copy-source` names it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Source {
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) version_id: Option<String>,
}

impl Source {
    /// `bucket/key?versionId=id`, percent-encoded, with or without a slash before it.
    pub(crate) fn parse(header: &str) -> Result<Source> {
        let invalid = || {
            let text = "Copy Source must mention the source bucket and key: sourcebucket/sourcekey";
            errors::invalid_argument(text, "x-amz-copy-source", header)
        };
        let (path, version) = match header.rsplit_once("?versionId=") {
            Some((path, version)) => (path, Some(version.to_owned()).filter(|version| !version.is_empty())),
            None => (header, None),
        };
        let path = percent_decode_str(path).decode_utf8().map_err(|_| invalid())?;
        let (bucket, key) = path.strip_prefix('/').unwrap_or(&path).split_once('/').ok_or_else(invalid)?;
        if bucket.is_empty() || key.is_empty() {
            return Err(invalid());
        }
        if bucket.starts_with("arn:") {
            return Err(errors::refuse("x-amz-copy-source of an access point"));
        }
        Ok(Source { bucket: bucket.to_owned(), key: key.to_owned(), version_id: version })
    }

    /// The bucket and the version, if the conditions on it hold. It may lie in another region.
    pub(crate) fn open(
        &self,
        view: &View,
        expected_owner: Option<&str>,
        conditions: &Conditions<'_>,
    ) -> Result<(Bucket, ObjectRow)> {
        let bucket = Bucket::find(view, &self.bucket)?.ok_or_else(|| errors::no_such_bucket(&self.bucket))?;
        bucket.check_owner(expected_owner)?;
        let row = match versions::find(view, &bucket, &self.key, self.version_id.as_deref())? {
            Some(row) if row.marker && self.version_id.is_some() => {
                let text = "The source of a copy request may not specifically refer to a delete marker by version id.";
                return Err(errors::invalid_request(text));
            }
            Some(_) | None => reading::version(view, &bucket, &self.key, (self.version_id.as_deref(), "PUT"))?,
        };
        conditions.check_source(&row.etag, row.modified)?;
        if about::is_archived(&row.storage_class) {
            return Err(errors::invalid_object_state(&row.storage_class));
        }
        if row.size.unsigned_abs() > parts::MOST_BYTES {
            let text =
                "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120";
            return Err(errors::invalid_request(text));
        }
        Ok((bucket, row))
    }
}

/// The copy to be.
struct New {
    key: String,
    about: About,
    tags: IndexMap<String, String>,
    storage_class: String,
    wish: Wish,
    checksum: Option<Checksum>,
    /// Whether something is said that lets a version be copied to its own key.
    may_replace: bool,
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html>
pub fn copy_object(cx: &mut Cx, input: CopyObjectRequest, digest: Option<Digest>) -> Result<CopyObjectOutput> {
    let CopyObjectRequest {
        acl: _,
        bucket,
        cache_control: cache,
        checksum_algorithm,
        content_disposition: disposition,
        content_encoding: encoding,
        content_language: language,
        content_type: kind,
        copy_source,
        copy_source_if_match: source_match,
        copy_source_if_modified_since: if_modified_since,
        copy_source_if_none_match: source_none_match,
        copy_source_if_unmodified_since: if_unmodified_since,
        expires,
        grant_full_control: _,
        grant_read: _,
        grant_read_acp: _,
        grant_write_acp: _,
        if_match,
        if_none_match: none_match,
        key,
        metadata,
        metadata_directive,
        tagging_directive,
        annotation_directive: _, // stored only: there are no annotations
        server_side_encryption: algorithm,
        storage_class: class,
        website_redirect_location: redirect,
        sse_customer_algorithm: _,
        sse_customer_key: _,
        sse_customer_key_md5: _,
        ssekms_key_id: kms_key,
        ssekms_encryption_context: context,
        bucket_key_enabled: bucket_key,
        copy_source_sse_customer_algorithm: _,
        copy_source_sse_customer_key: _,
        copy_source_sse_customer_key_md5: _,
        request_payer: _, // stored only
        tagging,
        object_lock_mode: _,
        object_lock_retain_until_date: _,
        object_lock_legal_hold_status: _,
        object_lock_event_hold: _,
        object_lock_event_hold_duration_days: _,
        object_lock_event_hold_duration_years: _,
        expected_bucket_owner: owner,
        expected_source_bucket_owner: source_owner,
    } = input;
    let bucket = Bucket::open(cx, &bucket, owner.as_deref())?;
    let (if_none_match, if_match_source) = (source_none_match.as_deref(), source_match.as_deref());
    let conditions = Conditions { if_match: if_match_source, if_none_match, if_modified_since, if_unmodified_since };
    let named = Source::parse(&copy_source)?;
    let source = named.open(cx, source_owner.as_deref(), &conditions)?;
    about::check_write(
        versions::current(cx, &bucket, &key)?.as_ref(),
        &key,
        (if_match.as_deref(), none_match.as_deref()),
    )?;
    let given = about::read([kind, cache, disposition, encoding, language, expires, redirect], metadata)?;
    let directives = (directive(metadata_directive.as_deref())?, directive(tagging_directive.as_deref())?);
    let tags = tags::of_header(tagging.as_deref())?;
    let class_given = class.is_some();
    let (storage_class, checksum) = (about::storage_class(class)?, checksums::asked(checksum_algorithm.as_deref())?);
    let wish = Wish { algorithm, key: kms_key, context, bucket_key };
    let may_replace = class_given || given.redirect.is_some() || changes(&bucket, &wish, (&named, &source.1));
    let new = New { key, about: given, tags, storage_class, wish, checksum, may_replace };
    copy(cx, (&bucket, new), &source, (directives, digest))
}

/// Whether a copy would be encrypted otherwise, or brings a version back that was named.
fn changes(bucket: &Bucket, wish: &Wish, (named, row): (&Source, &ObjectRow)) -> bool {
    let default = &bucket.row.encryption;
    named.version_id.is_some()
        || wish.algorithm.is_some()
        || wish.bucket_key.is_some()
        || default.chosen
        || default.algorithm != row.seal.algorithm
}

/// Whether what is given takes the place of what the source has.
fn directive(given: Option<&str>) -> Result<bool> {
    match given {
        None | Some("COPY") => Ok(false),
        Some("REPLACE") => Ok(true),
        Some(other) => Err(errors::invalid_argument("Unknown metadata directive.", "x-amz-metadata-directive", other)),
    }
}

fn copy(
    cx: &mut Cx,
    (bucket, new): (&Bucket, New),
    (from, row): &(Bucket, ObjectRow),
    ((replaces_about, replaces_tags), digest): ((bool, bool), Option<Digest>),
) -> Result<CopyObjectOutput> {
    if !new.may_replace && from.row.name == bucket.row.name && row.key == new.key && !replaces_about {
        let text = "This copy request is illegal because it is trying to copy an object to itself without changing the \
                    object's metadata, storage class, website redirect location or encryption attributes.";
        return Err(errors::invalid_request(text));
    }
    let (seal, sealer) = seal::begin(cx, bucket, &new.key, &new.wish)?;
    let opener = seal::open(cx, &row.seal)?;
    let digest = match digest.filter(|digest| digest.etag_of_source == row.etag) {
        Some(digest) => digest,
        None => Digest::of(cx, row, &opener, new.checksum)?,
    };
    let redirect = new.about.redirect.clone();
    let about = if replaces_about { new.about } else { About { redirect, ..row.about.clone() } };
    let copied = ObjectRow {
        key: new.key,
        size: row.size,
        etag: if seal::needs_kms(&seal) { format!("{:032x}", cx.entropy().u128()) } else { digest.md5 },
        parts: shared(cx, row, &opener, &sealer)?,
        // A copy is one piece to whoever asks, however its source was uploaded.
        multipart: false,
        about,
        tags: if replaces_tags { new.tags } else { row.tags.clone() },
        storage_class: new.storage_class,
        checksum: digest.checksum,
        seal,
        ..ObjectRow::default()
    };
    let copied = versions::put(cx, bucket, copied)?;
    notify::tell(cx, bucket, &Event { name: "ObjectCreated:Copy", row: &copied })?;
    answer(cx, (bucket, &copied), (from, row))
}

/// The same bodies for another row, their keys sealed for it.
fn shared(cx: &mut Cx, row: &ObjectRow, opener: &Sealer, sealer: &Sealer) -> Result<Vec<StoredPart>> {
    let parts = row.parts.iter().map(|part| {
        let pieces = part.pieces.iter().map(|piece| reseal(cx, piece, (opener, sealer)));
        Ok(StoredPart { pieces: pieces.collect::<Result<_>>()?, ..part.clone() })
    });
    parts.collect()
}

/// The same bytes for another row.
pub(crate) fn reseal(cx: &mut Cx, piece: &Piece, (opener, sealer): (&Sealer, &Sealer)) -> Result<Piece> {
    let key = sealer.seal(&opener.open(&piece.key)?)?;
    Ok(Piece { body: cx.copy_body(&piece.body)?, key, ..piece.clone() })
}

fn answer(
    cx: &Cx,
    (bucket, row): (&Bucket, &ObjectRow),
    (from, source): (&Bucket, &ObjectRow),
) -> Result<CopyObjectOutput> {
    let (told, ChecksumRow { algorithm, value, .. }) = (seal::told(&row.seal), &row.checksum);
    let sum = Values::of(algorithm, value);
    let result = CopyObjectResult {
        e_tag: Some(reading::quoted(&row.etag)),
        last_modified: Some(row.modified),
        checksum_type: Some("FULL_OBJECT".to_owned()),
        checksum_crc32: sum.crc32,
        checksum_crc32_c: sum.crc32c,
        checksum_crc64_nvme: sum.crc64nvme,
        checksum_sha1: sum.sha1,
        checksum_sha256: sum.sha256,
        ..CopyObjectResult::default()
    };
    Ok(CopyObjectOutput {
        copy_object_result: Some(result),
        expiration: lifecycle::expiration(cx, bucket, row)?,
        copy_source_version_id: reading::told_version(from, source),
        version_id: reading::told_version(bucket, row),
        server_side_encryption: told.algorithm,
        ssekms_key_id: told.key,
        ssekms_encryption_context: told.context,
        bucket_key_enabled: told.bucket_key,
        ..CopyObjectOutput::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources() {
        let check = |header: &str, expect: Option<(&str, &str, Option<&str>)>| {
            let found = Source::parse(header).ok();
            let expect = expect.map(|(bucket, key, version)| Source {
                bucket: bucket.to_owned(),
                key: key.to_owned(),
                version_id: version.map(str::to_owned),
            });
            assert_eq!(found, expect, "{header}");
        };
        check("b/k", Some(("b", "k", None)));
        check("/b/a%2Fk%3F?versionId=v1", Some(("b", "a/k?", Some("v1"))));
        check("b/a+b", Some(("b", "a+b", None)));
        for bad in ["b", "/b/", "", "//k", "b/%ff"] {
            check(bad, None);
        }
    }
}
