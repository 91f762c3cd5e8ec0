//! What goes into a bucket: log files and digest files, how they are called and what they are encrypted with.
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html>

use crate::peers::PutObject;
use crate::state::TrailRow;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use service::{Bytes, Error, IndexMap, Result, Timestamp, View};
use std::io::Write;

/// What a file holds, and what is said of it.
pub struct Content {
    /// Its bytes, compressed.
    pub body: Bytes,
    /// User metadata of the object.
    pub metadata: Option<IndexMap<String, String>>,
}

/// What all keys of a trail begin with.
pub fn root(view: &View, trail: &TrailRow) -> String {
    let prefix = trail.s3_key_prefix.as_deref().map(|prefix| format!("{}/", prefix.trim_end_matches('/')));
    format!("{}AWSLogs/{}/", prefix.unwrap_or_default(), view.account())
}

/// The key of a log file. `unique` tells it from others of the same minute.
pub fn log_key(view: &View, trail: &TrailRow, (region, unique): (&str, &str)) -> String {
    let (account, at) = (view.account(), view.now());
    let stamp = stamp(at, Precision::Minute);
    format!(
        "{}CloudTrail/{region}/{}/{account}_CloudTrail_{region}_{stamp}_{unique}.json.gz",
        root(view, trail),
        day(at)
    )
}

/// The key of a digest file.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html>
pub fn digest_key(view: &View, trail: &TrailRow, region: &str) -> String {
    let (account, at) = (view.account(), view.now());
    let (name, home, stamp) = (&trail.name, &trail.home_region, stamp(at, Precision::Second));
    let file = format!("{account}_CloudTrail-Digest_{region}_{name}_{home}_{stamp}.json.gz");
    format!("{}CloudTrail-Digest/{region}/{}/{file}", root(view, trail), day(at))
}

/// The log stream of a region's events.
pub fn stream(view: &View, region: &str) -> String {
    format!("{}_CloudTrail_{region}", view.account())
}

/// `2026/11/22`
fn day(at: Timestamp) -> String {
    at.iso8601().get(..10).unwrap_or_default().replace('-', "/")
}

/// How exactly a file's name says when it was made.
#[derive(Clone, Copy, PartialEq)]
enum Precision {
    Minute,
    Second,
}

/// `20261122T1605Z`, or `20261122T160512Z`.
fn stamp(at: Timestamp, precision: Precision) -> String {
    let digits: String = at.whole_secs().iso8601().chars().filter(char::is_ascii_digit).collect();
    let (day, time) = digits.split_at_checked(8).unwrap_or_default();
    let length = if precision == Precision::Second { 6 } else { 4 };
    format!("{day}T{}Z", time.get(..length).unwrap_or_default())
}

/// An object of a trail as it is put: the bucket's owner has full control, whoever else owns the bucket.
pub fn object(view: &View, trail: &TrailRow, key: String, content: Option<Content>) -> PutObject {
    let kms = trail.kms_key_id.is_some();
    let gzip = content.is_some();
    let (body, metadata) = content.map_or((None, None), |content| (Some(content.body), content.metadata));
    PutObject {
        bucket: trail.s3_bucket_name.clone(),
        key,
        acl: Some("bucket-owner-full-control".to_owned()),
        body,
        content_type: gzip.then(|| "application/json".to_owned()),
        content_encoding: gzip.then(|| "gzip".to_owned()),
        metadata,
        server_side_encryption: kms.then(|| "aws:kms".to_owned()),
        ssekms_key_id: trail.kms_key_id.clone(),
        ssekms_encryption_context: kms.then(|| context(view, trail)),
    }
}

/// By this context, a key's policy knows for which trail it is used.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html>
fn context(view: &View, trail: &TrailRow) -> String {
    let arn = crate::address::arn(view, trail).to_string();
    BASE64_STANDARD.encode(serde_json::json!({ "aws:cloudtrail:arn": arn }).to_string())
}

/// Text as files hold it.
pub fn gzip(text: &[u8]) -> Result<Bytes> {
    let mut zip = GzEncoder::new(Vec::new(), Compression::default());
    zip.write_all(text).map_err(Error::internal)?;
    zip.finish().map(Bytes::from).map_err(Error::internal)
}

/// SHA-256 in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex(digest(&SHA256, bytes).as_ref())
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Sixteen letters and digits that only the same parts give again.
pub fn unique(parts: &[&str]) -> String {
    const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let sum = digest(&SHA256, parts.join("\n").as_bytes());
    let letter = |byte: &u8| LETTERS.get(usize::from(*byte) % LETTERS.len()).map(|letter| char::from(*letter));
    sum.as_ref().iter().take(16).filter_map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps() {
        let at = Timestamp::from_secs(1_800_000_061);
        assert_eq!(day(at), "2027/01/15");
        assert_eq!(
            (stamp(at, Precision::Minute).as_str(), stamp(at, Precision::Second).as_str()),
            ("20270115T0801Z", "20270115T080101Z")
        );
    }

    #[test]
    fn what_is_unique_is_so_and_repeats() {
        assert_eq!(unique(&["a", "b"]), unique(&["a", "b"]));
        assert_ne!(unique(&["a", "b"]), unique(&["ab", ""]));
        assert_eq!(unique(&["a"]).len(), 16);
    }
}
