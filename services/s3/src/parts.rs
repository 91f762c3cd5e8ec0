//! Multipart uploads: their rules, and how parts become an object.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html>

use crate::address::Bucket;
use crate::api::{CompletedMultipartUpload, CompletedPart};
use crate::checksums::{self, Values};
use crate::state::{ChecksumRow, ObjectRow, PARTS, PartRow, StoredPart, UPLOADS, UploadRow};
use crate::{about, errors};
use service::{Checksum, Cx, Result, View};

/// The least size of every part but the last, in bytes.
pub const LEAST_BYTES: i64 = 5 << 20;
/// The greatest size of a part, and of an object that is put in one piece, in bytes.
pub const MOST_BYTES: u64 = 5 << 30;
/// The greatest number of a part.
pub const MOST_PARTS: i64 = 10_000;

/// An id that sorts by the moment of the upload.
pub fn new_id(cx: &mut Cx) -> String {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
    let chance = cx.entropy().text(ALPHABET, 64);
    format!("{:016x}{chance}", cx.now().0)
}

/// The upload that a request names.
pub fn upload(view: &View, bucket: &Bucket, key: &str, id: &str) -> Result<UploadRow> {
    let name = (bucket.row.name.clone(), key.to_owned(), id.to_owned());
    view.get_in(bucket.scope, &UPLOADS, &name)?.ok_or_else(|| errors::no_such_upload(id))
}

/// Checks a part's number.
pub fn check_number(number: i64) -> Result<()> {
    if (1..=MOST_PARTS).contains(&number) {
        return Ok(());
    }
    let text = format!("Part number must be an integer between 1 and {MOST_PARTS}, inclusive");
    Err(errors::invalid_argument(text, "partNumber", number.to_string()))
}

/// How the checksum of the whole is made, of what the request says.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html#ChecksumTypes>
pub fn checksum_row(algorithm: Option<&str>, kind: Option<&str>) -> Result<ChecksumRow> {
    let named = checksums::asked(algorithm)?;
    if named.is_none() && kind.is_some() {
        let text = "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.";
        return Err(errors::invalid_request(text));
    }
    let algorithm = named.unwrap_or(checksums::DEFAULT);
    let composite = match (kind, algorithm) {
        (Some("FULL_OBJECT"), Checksum::Sha1 | Checksum::Sha256) | (Some("COMPOSITE"), Checksum::Crc64Nvme) => {
            let (kind, name) = (kind.unwrap_or_default(), algorithm.name().to_ascii_lowercase());
            let text = format!("The {kind} checksum type cannot be used with the {name} checksum algorithm.");
            return Err(errors::invalid_request(text));
        }
        (Some("FULL_OBJECT"), _) | (None, Checksum::Crc64Nvme) => false,
        (Some("COMPOSITE") | None, _) => true,
        (Some(_), _) => {
            return Err(errors::invalid_request("Value for x-amz-checksum-type header is invalid."));
        }
    };
    Ok(ChecksumRow { algorithm: algorithm.name().to_owned(), value: String::new(), composite })
}

/// The parts that a completion names, as they were uploaded.
pub fn chosen(
    cx: &Cx,
    bucket: &Bucket,
    upload: &UploadRow,
    list: Option<CompletedMultipartUpload>,
) -> Result<Vec<PartRow>> {
    let named = list.and_then(|list| list.parts).unwrap_or_default();
    if named.is_empty() || named.len() > MOST_PARTS as usize {
        return Err(errors::malformed_xml());
    }
    let mut parts: Vec<PartRow> = Vec::with_capacity(named.len());
    for part in named {
        let CompletedPart { part_number, .. } = &part;
        let number = part_number.ok_or_else(errors::malformed_xml)?;
        if parts.last().is_some_and(|last| last.number >= number) {
            return Err(errors::invalid_part_order(&upload.id));
        }
        parts.push(one(cx, bucket, upload, (number, part))?);
    }
    let all_but_last = parts.split_last().map_or(&[][..], |(_, before)| before);
    match all_but_last.iter().find(|part| part.size < LEAST_BYTES) {
        Some(small) => Err(errors::entity_too_small(small.number, small.size, &small.etag)),
        None => Ok(parts),
    }
}

fn one(cx: &Cx, bucket: &Bucket, upload: &UploadRow, (number, part): (i64, CompletedPart)) -> Result<PartRow> {
    let CompletedPart { e_tag, checksum_crc32, checksum_crc32_c, checksum_crc64_nvme, checksum_sha1, .. } = part;
    let etag = e_tag.unwrap_or_default();
    let missing = || errors::invalid_part(&upload.id, number, &etag);
    let found = cx.get_in(bucket.scope, &PARTS, &(upload.id.clone(), number))?.ok_or_else(missing)?;
    if !about::names(&etag, &found.etag) {
        return Err(missing());
    }
    let values =
        Values::read([checksum_crc32, checksum_crc32_c, checksum_crc64_nvme, checksum_sha1, part.checksum_sha256]);
    match values.only()? {
        Some((kind, value)) if kind.name() == upload.checksum.algorithm && value != found.checksum => Err(missing()),
        None if upload.checksum_chosen && upload.checksum.composite => {
            let name = upload.checksum.algorithm.to_ascii_lowercase();
            let text = format!(
                "The upload was created using a {name} checksum. The complete request must include the checksum for each \
                 part. It was missing for part {number} in the request."
            );
            Err(errors::invalid_request(text))
        }
        _ => Ok(found),
    }
}

/// The object that the parts become.
pub fn object(upload: &UploadRow, parts: &[PartRow]) -> Result<ObjectRow> {
    let values: Vec<(&str, i64)> = parts.iter().map(|part| (part.checksum.as_str(), part.size)).collect();
    let value = checksums::of_parts(&upload.checksum, &values)?;
    let stored = |part: &PartRow| StoredPart {
        pieces: part.pieces.clone(),
        number: part.number,
        size: part.size,
        checksum: part.checksum.clone(),
    };
    Ok(ObjectRow {
        key: upload.key.clone(),
        size: parts.iter().map(|part| part.size).sum(),
        etag: checksums::etag_of_parts(parts.iter().map(|part| part.etag.as_str()).collect::<Vec<_>>().into_iter()),
        parts: parts.iter().map(stored).collect(),
        multipart: true,
        about: upload.about.clone(),
        tags: upload.tags.clone(),
        storage_class: upload.storage_class.clone(),
        checksum: ChecksumRow { value, ..upload.checksum.clone() },
        seal: upload.seal.clone(),
        ..ObjectRow::default()
    })
}

/// Takes an upload away with its parts. The bodies of those that became an object are named by its row.
pub fn forget(cx: &mut Cx, bucket: &Bucket, upload: &UploadRow) -> Result<()> {
    cx.in_scope(bucket.scope, |cx| {
        let numbers = cx.rows(&PARTS, (upload.id.as_str(),)).map(|part| part.map(|part| part.number));
        for number in numbers.collect::<Result<Vec<_>>>()? {
            cx.delete(&PARTS, &(upload.id.clone(), number))?;
        }
        cx.delete(&UPLOADS, &(upload.bucket.clone(), upload.key.clone(), upload.id.clone())).map(drop)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_checksums_go_with_which_type() {
        let check = |algorithm: Option<&str>, kind: Option<&str>, expect: Result<(&str, bool), &str>| {
            let found = checksum_row(algorithm, kind).map(|row| (row.algorithm, row.composite));
            let found = found.map_err(|error| error.code().to_owned());
            assert_eq!(found, expect.map(|(a, c)| (a.to_owned(), c)).map_err(str::to_owned), "{algorithm:?} {kind:?}");
        };
        check(None, None, Ok(("CRC64NVME", false)));
        check(Some("CRC32"), None, Ok(("CRC32", true)));
        check(Some("CRC32"), Some("FULL_OBJECT"), Ok(("CRC32", false)));
        check(Some("SHA256"), Some("COMPOSITE"), Ok(("SHA256", true)));
        for (algorithm, kind) in [
            (Some("SHA256"), Some("FULL_OBJECT")),
            (Some("CRC64NVME"), Some("COMPOSITE")),
            (None, Some("COMPOSITE")),
            (Some("CRC1"), None),
        ] {
            check(algorithm, kind, Err("InvalidRequest"));
        }
    }
}
