//! Reading an object: which version, under which conditions, which of its bytes.

use crate::about::names;
use crate::address::Bucket;
use crate::state::{ObjectRow, StoredPart};
use crate::{errors, versions};
use service::{Result, Timestamp, View};
use std::ops::Range;

/// The version that a request names, which must be there and no delete marker.
pub fn version(
    view: &View,
    bucket: &Bucket,
    key: &str,
    (version_id, method): (Option<&str>, &str),
) -> Result<ObjectRow> {
    if let Some(id) = version_id.filter(|id| !versions::is_id(id)) {
        return Err(errors::invalid_argument("Invalid version id specified", "versionId", id));
    }
    match (versions::find(view, bucket, key, version_id)?, version_id) {
        (Some(row), None) if row.marker => Err(errors::deleted(key, &row.version_id)),
        (Some(row), Some(id)) if row.marker => Err(errors::marker_not_allowed(method, id)),
        (Some(row), _) => Ok(row),
        (None, None) => Err(errors::no_such_key(key)),
        (None, Some(id)) => Err(errors::no_such_version(key, id)),
    }
}

/// The version id as answers name it: those of buckets that never were versioned go unsaid.
pub fn told_version(bucket: &Bucket, row: &ObjectRow) -> Option<String> {
    bucket.is_versioned().then(|| row.version_id.clone())
}

/// An entity tag as answers have it.
pub fn quoted(etag: &str) -> String {
    format!("\"{etag}\"")
}

/// Conditions of a read.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-reads.html>
#[derive(Debug, Clone, Copy, Default)]
pub struct Conditions<'a> {
    /// `If-Match`
    pub if_match: Option<&'a str>,
    /// `If-None-Match`
    pub if_none_match: Option<&'a str>,
    /// `If-Modified-Since`
    pub if_modified_since: Option<Timestamp>,
    /// `If-Unmodified-Since`
    pub if_unmodified_since: Option<Timestamp>,
}

impl Conditions<'_> {
    /// Whether they hold: those on the time count where there is none on the entity tag.
    pub fn check(&self, etag: &str, modified: Timestamp) -> Result<()> {
        let later = |than: Timestamp| modified.secs() > than.secs();
        match (self.if_match, self.if_unmodified_since) {
            (Some(wanted), _) if !names(wanted, etag) => return Err(errors::precondition_failed("If-Match")),
            (None, Some(since)) if later(since) => return Err(errors::precondition_failed("If-Unmodified-Since")),
            _ => {}
        }
        let unchanged = match (self.if_none_match, self.if_modified_since) {
            (Some(known), _) => names(known, etag),
            (None, Some(since)) => !later(since),
            (None, None) => false,
        };
        if unchanged { Err(errors::not_modified(etag, modified.http_date())) } else { Ok(()) }
    }

    /// The same for the source of a copy, of which nobody has a copy yet.
    pub fn check_source(&self, etag: &str, modified: Timestamp) -> Result<()> {
        self.check(etag, modified).map_err(|error| match error.code() {
            "NotModified" => errors::precondition_failed("x-amz-copy-source-If-None-Match"),
            _ => error,
        })
    }
}

/// Which bytes are wanted of so many; `None` for all of them. What is no range of bytes is passed over, as on AWS.
pub fn range(header: Option<&str>, size: i64) -> Result<Option<Range<i64>>> {
    let Some(given) = header else { return Ok(None) };
    let Some((first, last)) = given.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return Ok(None);
    };
    let number = |text: &str| text.trim().parse::<i64>().ok().filter(|number| *number >= 0);
    let range = match (number(first), number(last)) {
        (None, Some(length)) if first.trim().is_empty() => {
            if length == 0 {
                return Err(errors::invalid_range(given, size));
            }
            size.saturating_sub(length).max(0)..size
        }
        (Some(from), None) if last.trim().is_empty() => from..size,
        (Some(from), Some(to)) if from <= to => from..to.saturating_add(1).min(size),
        _ => return Ok(None),
    };
    if range.start >= size { Err(errors::invalid_range(given, size)) } else { Ok(Some(range)) }
}

/// Where a part lies in its object.
pub fn of_part(row: &ObjectRow, number: i64) -> Result<(Range<i64>, &StoredPart)> {
    let mut start = 0;
    for part in &row.parts {
        if part.number == number {
            return Ok((start..start + part.size, part));
        }
        start += part.size;
    }
    Err(errors::invalid_part_number(number, row.parts.len()))
}

/// `Content-Range`
pub fn content_range(range: &Range<i64>, size: i64) -> String {
    format!("bytes {}-{}/{size}", range.start, range.end - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        let check = |header: &str, expect: Result<Option<Range<i64>>, &str>| {
            let found = range(Some(header), 10).map_err(|error| error.code().to_owned());
            assert_eq!(found, expect.map_err(str::to_owned), "{header}");
        };
        for (header, from, to) in [
            ("bytes=0-0", 0, 1),
            ("bytes=2-5", 2, 6),
            ("bytes=5-", 5, 10),
            ("bytes=-3", 7, 10),
            ("bytes=-30", 0, 10),
            ("bytes=8-99", 8, 10),
        ] {
            check(header, Ok(Some(from..to)));
        }
        for header in ["bytes=5-2", "bytes=a-b", "lines=1-2", "bytes=1-2,4-5", "bytes=-"] {
            check(header, Ok(None));
        }
        for header in ["bytes=10-", "bytes=11-12", "bytes=-0"] {
            check(header, Err("InvalidRange"));
        }
    }

    #[test]
    fn conditions_on_the_tag_come_before_those_on_the_time() {
        let at = Timestamp::from_secs(1000);
        let (early, late) = (Timestamp::from_secs(900), Timestamp::from_secs(1100));
        let check = |conditions: Conditions<'_>, expect: &str| {
            let found = conditions.check("a", at).map_or_else(|error| error.code().to_owned(), |()| "holds".to_owned());
            assert_eq!(found, expect, "{conditions:?}");
        };
        let none = Conditions::default();
        check(none, "holds");
        check(Conditions { if_match: Some("\"a\""), if_unmodified_since: Some(early), ..none }, "holds");
        check(Conditions { if_match: Some("b"), ..none }, "PreconditionFailed");
        check(Conditions { if_unmodified_since: Some(early), ..none }, "PreconditionFailed");
        check(Conditions { if_none_match: Some("b"), if_modified_since: Some(late), ..none }, "holds");
        check(Conditions { if_none_match: Some("a"), ..none }, "NotModified");
        check(Conditions { if_modified_since: Some(at), ..none }, "NotModified");
        check(Conditions { if_modified_since: Some(early), ..none }, "holds");
    }
}
