//! What a request says of an object besides its bytes: key, headers, metadata, storage class, conditions.

use crate::address::Bucket;
use crate::errors;
use crate::state::{About, ObjectRow};
use service::{IndexMap, Result};

/// The longest key, in bytes of UTF-8.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html>
pub const LONGEST_KEY: usize = 1024;

/// The most that the names and values of user-defined metadata may take together, in bytes.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html>
pub const LARGEST_METADATA: usize = 2048;

const DEFAULT_CONTENT_TYPE: &str = "binary/octet-stream";

/// The classes that objects of a general purpose bucket can have.
const CLASSES: [&str; 8] = [
    "STANDARD",
    "REDUCED_REDUNDANCY",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "GLACIER",
    "DEEP_ARCHIVE",
    "GLACIER_IR",
];

/// Checks the key of an object that is written.
pub fn check_key(key: &str) -> Result<()> {
    if key.len() > LONGEST_KEY { Err(errors::key_too_long(key)) } else { Ok(()) }
}

/// What is kept of a request's headers, checked and with its defaults.
pub fn read(headers: [Option<String>; 7], given: Option<IndexMap<String, String>>) -> Result<About> {
    let [content_type, cache_control, content_disposition, content_encoding, content_language, expires, redirect] =
        headers;
    let mut about = About {
        content_type: content_type.unwrap_or_default(),
        cache_control,
        content_disposition,
        content_encoding,
        content_language,
        expires,
        redirect,
        metadata: metadata(given),
    };
    let size = about.metadata.iter().map(|(name, value)| name.len() + value.len()).sum();
    if size > LARGEST_METADATA {
        return Err(errors::metadata_too_large(size));
    }
    if about.content_type.is_empty() {
        DEFAULT_CONTENT_TYPE.clone_into(&mut about.content_type);
    }
    about.content_encoding = about.content_encoding.and_then(|coding| without_chunking(&coding));
    if let Some(redirect) = &about.redirect
        && !["/", "http://", "https://"].iter().any(|start| redirect.starts_with(start))
    {
        let text = "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.";
        return Err(service::Error::new("InvalidRedirectLocation", text).status(400));
    }
    Ok(about)
}

/// The coding of the object itself: that of the transfer is not kept.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html>
fn without_chunking(coding: &str) -> Option<String> {
    let kept: Vec<&str> = coding.split(',').map(str::trim).filter(|part| *part != "aws-chunked").collect();
    let kept = kept.join(",");
    (!kept.is_empty()).then_some(kept)
}

/// A storage class, `STANDARD` where none is named.
pub fn storage_class(given: Option<String>) -> Result<String> {
    let class = given.unwrap_or_else(|| "STANDARD".to_owned());
    if CLASSES.contains(&class.as_str()) { Ok(class) } else { Err(errors::invalid_storage_class()) }
}

/// Whether objects of this class must be restored before they can be read.
pub fn is_archived(class: &str) -> bool {
    matches!(class, "GLACIER" | "DEEP_ARCHIVE")
}

/// The class as answers name it: the usual one goes unsaid.
pub fn told_class(row: &ObjectRow) -> Option<String> {
    (row.storage_class != "STANDARD").then(|| row.storage_class.clone())
}

/// What a request says of access by list, which has no effect but the owner's own right.
pub struct Acl<'a> {
    /// The canned one.
    pub canned: Option<&'a str>,
    /// The members that grant, as far as they are there.
    pub grants: &'a [&'a Option<String>],
}

impl Acl<'_> {
    /// Whether it says no more than that everything is the bucket owner's.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html>
    pub fn check(&self, bucket: &Bucket) -> Result<()> {
        self.check_under(&bucket.row.ownership)
    }

    pub fn check_under(&self, ownership: &str) -> Result<()> {
        let grants = self.grants.iter().any(|grant| grant.is_some());
        match self.canned {
            None if !grants => Ok(()),
            Some("bucket-owner-full-control") if !grants => Ok(()),
            _ if ownership == "BucketOwnerEnforced" => Err(errors::acls_not_supported()),
            Some("private") if !grants => Ok(()),
            _ => Err(errors::refuse("x-amz-acl")),
        }
    }
}

/// Members that ask for object lock, which is not built.
pub fn refuse_lock(lock: &[bool]) -> Result<()> {
    if lock.contains(&true) { Err(errors::refuse("x-amz-object-lock-*")) } else { Ok(()) }
}

/// Members that bring a key of the client's own.
pub fn refuse_client_keys(given: &[&Option<String>]) -> Result<()> {
    if given.iter().any(|member| member.is_some()) {
        return Err(errors::refuse("x-amz-server-side-encryption-customer-*"));
    }
    Ok(())
}

/// The conditions of a write, against what is there.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html>
pub fn check_write(
    current: Option<&ObjectRow>,
    key: &str,
    (if_match, if_none_match): (Option<&str>, Option<&str>),
) -> Result<()> {
    let there = current.filter(|row| !row.marker);
    if let Some(none) = if_none_match {
        if none != "*" {
            return Err(errors::refuse("If-None-Match"));
        }
        if there.is_some() {
            return Err(errors::precondition_failed("If-None-Match"));
        }
    }
    match (if_match, there) {
        (None, _) => Ok(()),
        (Some(_), None) => Err(errors::no_such_key(key)),
        (Some(wanted), Some(row)) if names(wanted, &row.etag) => Ok(()),
        (Some(_), Some(_)) => Err(errors::precondition_failed("If-Match")),
    }
}

/// Whether a header of entity tags names this one.
pub fn names(header: &str, etag: &str) -> bool {
    header.split(',').map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/").trim_matches('"') == etag)
}

/// Metadata under the names that headers have.
fn metadata(given: Option<IndexMap<String, String>>) -> IndexMap<String, String> {
    given.into_iter().flatten().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entity_tags() {
        for (header, named) in
            [("\"a\"", true), ("a", true), ("*", true), ("\"b\", \"a\"", true), ("W/\"a\"", true), ("\"b\"", false)]
        {
            assert_eq!(names(header, "a"), named, "{header}");
        }
    }

    #[test]
    fn the_coding_of_the_transfer_is_not_the_objects() {
        for (given, kept) in [("aws-chunked", None), ("gzip,aws-chunked", Some("gzip")), ("gzip", Some("gzip"))] {
            assert_eq!(without_chunking(given).as_deref(), kept);
        }
    }
}
