//! Checksums: which of them a request brings, and those of objects that were uploaded in parts.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html>

use crate::errors;
use crate::state::ChecksumRow;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use crc_fast::{CrcAlgorithm, checksum_combine};
use md5::{Digest as _, Md5};
use service::{BodyFault, Bytes, Checksum, Error, Received, Result};

/// What is computed where a client brings nothing of its own.
pub const DEFAULT: Checksum = Checksum::Crc64Nvme;

/// The members of a request or answer that hold checksums.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Values {
    pub crc32: Option<String>,
    pub crc32c: Option<String>,
    pub crc64nvme: Option<String>,
    pub sha1: Option<String>,
    pub sha256: Option<String>,
}

/// Refuses the members of checksums that are not built.
pub fn refuse_others(others: [&Option<String>; 5]) -> Result<()> {
    let names = ["sha512", "md5", "xxhash64", "xxhash3", "xxhash128"];
    match names.iter().zip(others).find(|(_, value)| value.is_some()) {
        Some((name, _)) => Err(errors::refuse(&format!("x-amz-checksum-{name}"))),
        None => Ok(()),
    }
}

impl Values {
    /// The one checksum that is there.
    pub fn only(&self) -> Result<Option<(Checksum, &str)>> {
        let all = [
            (Checksum::Crc32, &self.crc32),
            (Checksum::Crc32c, &self.crc32c),
            (Checksum::Crc64Nvme, &self.crc64nvme),
            (Checksum::Sha1, &self.sha1),
            (Checksum::Sha256, &self.sha256),
        ];
        let mut there = all.into_iter().filter_map(|(kind, value)| Some((kind, value.as_deref()?)));
        let first = there.next();
        if there.next().is_some() {
            let text = "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.";
            return Err(errors::invalid_request(text));
        }
        Ok(first)
    }

    /// The members of a request, in the order of the model.
    pub fn read([crc32, crc32c, crc64nvme, sha1, sha256]: [Option<String>; 5]) -> Values {
        Values { crc32, crc32c, crc64nvme, sha1, sha256 }
    }

    /// A checksum in the member of its kind.
    pub fn of(algorithm: &str, value: &str) -> Values {
        let mut values = Values::default();
        let member = match named(algorithm) {
            Some(Checksum::Crc32) => &mut values.crc32,
            Some(Checksum::Crc32c) => &mut values.crc32c,
            Some(Checksum::Crc64Nvme) => &mut values.crc64nvme,
            Some(Checksum::Sha1) => &mut values.sha1,
            Some(Checksum::Sha256) => &mut values.sha256,
            Some(Checksum::Md5) | None => return values,
        };
        *member = Some(value.to_owned()).filter(|value| !value.is_empty());
        values
    }
}

/// The checksum of that name; MD5 is the entity tag's alone.
pub fn named(algorithm: &str) -> Option<Checksum> {
    Checksum::ALL.into_iter().find(|kind| *kind != Checksum::Md5 && kind.name() == algorithm)
}

/// The checksum that a request names by its algorithm.
pub fn asked(algorithm: Option<&str>) -> Result<Option<Checksum>> {
    let Some(algorithm) = algorithm else { return Ok(None) };
    let unknown = ["SHA512", "MD5", "XXHASH64", "XXHASH3", "XXHASH128"].contains(&algorithm);
    match named(algorithm) {
        Some(kind) => Ok(Some(kind)),
        None if unknown => Err(errors::refuse(&format!("ChecksumAlgorithm {algorithm}"))),
        None => Err(errors::invalid_request(
            "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
        )),
    }
}

/// How many bytes a checksum has.
fn width(kind: Checksum) -> usize {
    match kind {
        Checksum::Crc32 | Checksum::Crc32c => 4,
        Checksum::Crc64Nvme => 8,
        Checksum::Md5 => 16,
        Checksum::Sha1 => 20,
        Checksum::Sha256 => 32,
    }
}

/// What a body must come to, of what its headers say.
pub fn expected(values: &Values, content_md5: Option<&str>) -> Result<Vec<(Checksum, Bytes)>> {
    let mut expect = Vec::new();
    if let Some(text) = content_md5 {
        let md5 = BASE64_STANDARD.decode(text).ok().filter(|md5| md5.len() == 16);
        expect.push((Checksum::Md5, Bytes::from(md5.ok_or_else(errors::invalid_digest)?)));
    }
    if let Some((kind, text)) = values.only()? {
        let value = BASE64_STANDARD.decode(text).ok().filter(|value| value.len() == width(kind));
        let header = format!("x-amz-checksum-{}", kind.name().to_ascii_lowercase());
        let invalid = || errors::invalid_request(format!("Value for {header} header is invalid."));
        expect.push((kind, Bytes::from(value.ok_or_else(invalid)?)));
    }
    Ok(expect)
}

/// The error of a body that cannot be taken, in S3's words.
pub fn refuse(fault: &BodyFault) -> Error {
    match fault {
        BodyFault::Checksum(kind) if *kind != Checksum::Md5 => {
            errors::bad_digest(format!("The {} you specified did not match the calculated checksum.", kind.name()))
        }
        fault => fault.usual(),
    }
}

/// The checksum that is kept of a body that was received.
pub fn kept(received: &Received, values: &Values, algorithm: Option<&str>) -> Result<(Checksum, String)> {
    let of_trailer = || {
        let rare = [Checksum::Crc32, Checksum::Crc32c, Checksum::Sha1];
        rare.into_iter().find(|kind| received.checksum(*kind).is_some())
    };
    let kind = match (values.only()?, asked(algorithm)?) {
        (Some((kind, _)), _) | (None, Some(kind)) => kind,
        (None, None) => of_trailer().unwrap_or(DEFAULT),
    };
    let value = received.checksum(kind).ok_or_else(|| Error::internal("a checksum was not computed"))?;
    Ok((kind, BASE64_STANDARD.encode(value)))
}

/// An MD5 as entity tags have it.
pub fn etag_of(received: &Received) -> Result<String> {
    let md5 = received.checksum(Checksum::Md5).ok_or_else(|| Error::internal("an MD5 was not computed"))?;
    Ok(hex(md5))
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let digits = text.as_bytes().chunks_exact(2).filter_map(|pair| std::str::from_utf8(pair).ok());
    digits.filter_map(|pair| u8::from_str_radix(pair, 16).ok()).collect()
}

/// The entity tag of an object of several parts: the MD5 of their MD5s, and how many they are.
pub fn etag_of_parts<'a>(etags: impl ExactSizeIterator<Item = &'a str>) -> String {
    let count = etags.len();
    let mut md5 = Md5::new();
    etags.for_each(|etag| md5.update(unhex(etag)));
    format!("{}-{count}", hex(&md5.finalize()))
}

/// The checksum of an object of several parts, of theirs and their lengths.
pub fn of_parts(row: &ChecksumRow, parts: &[(&str, i64)]) -> Result<String> {
    let kind = named(&row.algorithm).ok_or_else(|| Error::internal("a checksum has no algorithm"))?;
    let values = parts.iter().map(|(value, _)| BASE64_STANDARD.decode(value).unwrap_or_default());
    if row.composite {
        let all: Vec<u8> = values.flatten().collect();
        return Ok(format!("{}-{}", BASE64_STANDARD.encode(digest(kind, &all)), parts.len()));
    }
    let algorithm = crc(kind).ok_or_else(|| Error::internal("only CRCs of parts make one of the whole"))?;
    let number = |bytes: Vec<u8>| bytes.iter().fold(0_u64, |all, byte| all << 8 | u64::from(*byte));
    let mut all: Option<u64> = None;
    for (value, (_, length)) in values.zip(parts) {
        let (value, length) = (number(value), u64::try_from(*length).unwrap_or_default());
        all = Some(all.map_or(value, |all| checksum_combine(algorithm, all, value, length)));
    }
    let bytes = all.unwrap_or_default().to_be_bytes();
    Ok(BASE64_STANDARD.encode(bytes.get(8 - width(kind)..).unwrap_or_default()))
}

fn crc(kind: Checksum) -> Option<CrcAlgorithm> {
    match kind {
        Checksum::Crc32 => Some(CrcAlgorithm::Crc32IsoHdlc),
        Checksum::Crc32c => Some(CrcAlgorithm::Crc32Iscsi),
        Checksum::Crc64Nvme => Some(CrcAlgorithm::Crc64Nvme),
        _ => None,
    }
}

/// A checksum of bytes that are at hand.
fn digest(kind: Checksum, bytes: &[u8]) -> Vec<u8> {
    use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
    match (kind, crc(kind)) {
        (_, Some(algorithm)) => {
            let all = crc_fast::checksum(algorithm, bytes).to_be_bytes();
            all.get(8 - width(kind)..).unwrap_or_default().to_vec()
        }
        (Checksum::Sha1, _) => digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref().to_vec(),
        (Checksum::Sha256, _) => digest(&SHA256, bytes).as_ref().to_vec(),
        _ => Md5::digest(bytes).to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_make_a_whole() {
        let (one, two) = (&b"1234"[..], &b"56789"[..]);
        for kind in [Checksum::Crc32, Checksum::Crc32c, Checksum::Crc64Nvme] {
            let of = |bytes: &[u8]| BASE64_STANDARD.encode(digest(kind, bytes));
            let row = ChecksumRow { algorithm: kind.name().to_owned(), ..ChecksumRow::default() };
            let whole = of_parts(&row, &[(&of(one), 4), (&of(two), 5)]).unwrap();
            assert_eq!(whole, of(b"123456789"), "{kind:?}");
        }
        // The check value of CRC-64/NVME for the digits 1 to 9.
        assert_eq!(BASE64_STANDARD.encode(digest(Checksum::Crc64Nvme, b"123456789")), "rosUhgp5mIg=");
        let row = ChecksumRow { algorithm: "SHA256".to_owned(), composite: true, ..ChecksumRow::default() };
        let of = |bytes: &[u8]| BASE64_STANDARD.encode(digest(Checksum::Sha256, bytes));
        assert!(of_parts(&row, &[(&of(one), 4), (&of(two), 5)]).unwrap().ends_with("=-2"));
    }

    #[test]
    fn entity_tags_of_parts() {
        // Two empty parts: the MD5 of 32 bytes.
        let empty = "d41d8cd98f00b204e9800998ecf8427e";
        let both = Md5::digest([unhex(empty), unhex(empty)].concat());
        assert_eq!(etag_of_parts([empty, empty].into_iter()), format!("{}-2", hex(&both)));
    }
}
