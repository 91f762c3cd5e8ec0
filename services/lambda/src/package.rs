//! Deployment packages: what may be one, and what it hashes to.
//! <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>

use crate::errors;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use service::{Bytes, Result};
use std::io::Cursor;
use zip::ZipArchive;

/// The largest archive that is uploaded directly, in bytes.
const LARGEST_ZIPPED: usize = 50 << 20;
/// It in base64, which is what Lambda names.
const LARGEST_REQUEST: usize = 69_905_067;
/// The most bytes of an archive, unzipped.
const LARGEST_UNZIPPED: u64 = 250 << 20;
/// The most entries that are looked at.
const MOST_ENTRIES: usize = 200_000;

/// A package that was let in.
#[derive(Debug, Clone, PartialEq)]
pub struct Package {
    /// The zip archive.
    pub bytes: Bytes,
    /// Its SHA-256 in base64.
    pub sha256: String,
}

impl Package {
    /// Checks an archive as far as its directory tells, and hashes it.
    pub fn check(bytes: Bytes, operation: &str) -> Result<Package> {
        if bytes.is_empty() {
            return Err(errors::invalid("Uploaded file must be a non-empty zip"));
        }
        if bytes.len() > LARGEST_ZIPPED {
            return Err(errors::entity_too_large(LARGEST_REQUEST, operation));
        }
        let bad =
            || errors::invalid("Could not unzip uploaded file. Please check your file, then try to upload again.");
        let mut archive = ZipArchive::new(Cursor::new(&*bytes)).map_err(|_| bad())?;
        if archive.len() > MOST_ENTRIES {
            return Err(bad());
        }
        if archive.is_empty() {
            return Err(errors::invalid("Uploaded file must be a non-empty zip"));
        }
        let mut unzipped = 0_u64;
        for index in 0..archive.len() {
            unzipped = unzipped.saturating_add(archive.by_index_raw(index).map_err(|_| bad())?.size());
        }
        if unzipped >= LARGEST_UNZIPPED {
            return Err(errors::invalid(format!("Unzipped size must be smaller than {LARGEST_UNZIPPED} bytes")));
        }
        let sha256 = STANDARD.encode(digest(&SHA256, &bytes));
        Ok(Package { bytes, sha256 })
    }
}

/// A hash in base64 as a name that may be a file's.
pub fn file_name(sha256: &str) -> String {
    sha256
        .chars()
        .map(|c| {
            if c == '+' {
                '-'
            } else if c == '/' {
                '_'
            } else {
                c
            }
        })
        .filter(|c| *c != '=')
        .collect()
}
