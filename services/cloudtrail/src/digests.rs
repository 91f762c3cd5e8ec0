//! Digest files: each hour, for each region, what was delivered, signed and chained to the digest file before.
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html>

use crate::address;
use crate::files::{self, Content};
use crate::peers::to_bucket;
use crate::signing;
use crate::state::{CHAINS, Chain, KEYS, LOG_FILES, LogFile, SigningKey, TRAILS, TrailRow};
use crate::told::Tag;
use serde_json::{Value as Json, json};
use service::{AnyMade, Bytes, Cx, Duration, Error, IndexMap, Result, Tell, Timestamp, View};
use std::collections::BTreeMap;

/// Seconds between digest files.
pub const INTERVAL: Duration = Duration::from_secs(3_600);
const HASH: &str = "SHA-256";
/// Log files that one digest file names at most: each has two events at least, and a firing reads them all.
const MOST_FILES: usize = 10_000;

/// What was made for a trail.
pub struct Digests {
    key: SigningKey,
    /// By region.
    made: Vec<Digest>,
}

struct Digest {
    body: Bytes,
    signature: String,
    /// The end of the chain before, and with this one.
    before: Chain,
    after: Chain,
    named: Vec<LogFile>,
}

/// Makes the digest files of a trail. `None` where there is no such trail, or no digests are wanted of it.
pub fn prepare(view: &View, name: &str) -> Result<Option<Digests>> {
    let key = (view.region().as_str().to_owned(), name.to_owned());
    let Some(trail) = view.get(&TRAILS, &key)?.filter(|trail| trail.log_file_validation_enabled) else {
        return Ok(None);
    };
    let course = address::course(view, &key)?;
    let started = course.started_at.unwrap_or(trail.created_at);
    let mut regions: BTreeMap<String, (Chain, Vec<LogFile>)> = BTreeMap::new();
    let fresh = |region: &str| (Chain { region: region.to_owned(), end: started, ..Chain::default() }, Vec::new());
    regions.insert(trail.home_region.clone(), fresh(&trail.home_region));
    // Each region that has a chain goes on with it, whether or not anything happened there.
    for chain in view.rows(&CHAINS, (&key.0, &key.1)) {
        let chain = chain?;
        regions.insert(chain.region.clone(), (chain, Vec::new()));
    }
    for file in view.rows(&LOG_FILES, (&key.0, &key.1)).take(MOST_FILES) {
        let file = file?;
        let region = region_of(&file.key).unwrap_or(&trail.home_region).to_owned();
        let fresh = fresh(&region);
        regions.entry(region).or_insert(fresh).1.push(file);
    }
    let signing = signing::current(view)?;
    let digest = |(before, named)| digest(view, (&trail, &signing), before, named);
    let made = regions.into_values().map(digest).collect::<Result<_>>()?;
    Ok(Some(Digests { key: signing, made }))
}

/// The region in a log file's key: the folder behind `CloudTrail`.
pub fn region_of(key: &str) -> Option<&str> {
    let (_, behind) = key.split_once("/CloudTrail/")?;
    behind.split('/').next()
}

fn digest(
    view: &View,
    (trail, signing): (&TrailRow, &SigningKey),
    before: Chain,
    named: Vec<LogFile>,
) -> Result<Digest> {
    let object = files::digest_key(view, trail, &before.region);
    let end = view.now().whole_secs();
    let text = content(view, (trail, signing), (&object, end), (&before, &named)).to_string();
    let hash = files::sha256(text.as_bytes());
    let signed = format!(
        "{}\n{}/{object}\n{hash}\n{}",
        end.iso8601(),
        trail.s3_bucket_name,
        if before.signature.is_empty() { "null" } else { &before.signature },
    );
    let signature = signing::sign(signing, &signed)?;
    let after = Chain {
        region: before.region.clone(),
        end,
        bucket: trail.s3_bucket_name.clone(),
        key: object,
        hash,
        signature: signature.clone(),
    };
    Ok(Digest { body: files::gzip(text.as_bytes())?, signature, before, after, named })
}

fn content(
    view: &View,
    (trail, signing): (&TrailRow, &SigningKey),
    (object, end): (&str, Timestamp),
    (before, named): (&Chain, &[LogFile]),
) -> Json {
    let known = |text: &str| if text.is_empty() { Json::Null } else { Json::from(text) };
    let time = |moment: Timestamp| moment.whole_secs().iso8601();
    let log = |file: &LogFile| {
        json!({
            "s3Bucket": file.bucket,
            "s3Object": file.key,
            "hashValue": file.hash,
            "hashAlgorithm": HASH,
            "newestEventTime": time(file.newest),
            "oldestEventTime": time(file.oldest),
        })
    };
    json!({
        "awsAccountId": view.account().to_string(),
        "digestStartTime": time(before.end),
        "digestEndTime": time(end),
        "digestS3Bucket": trail.s3_bucket_name,
        "digestS3Object": object,
        "digestPublicKeyFingerprint": signing.fingerprint,
        "digestSignatureAlgorithm": signing::ALGORITHM,
        "newestEventTime": named.iter().map(|file| file.newest).max().map(time),
        "oldestEventTime": named.iter().map(|file| file.oldest).min().map(time),
        "previousDigestS3Bucket": known(&before.bucket),
        "previousDigestS3Object": known(&before.key),
        "previousDigestHashValue": known(&before.hash),
        "previousDigestHashAlgorithm": if before.hash.is_empty() { Json::Null } else { HASH.into() },
        "previousDigestSignature": known(&before.signature),
        "logFiles": named.iter().map(log).collect::<Vec<_>>(),
    })
}

/// Hands the digest files over, and says when the next are due.
pub fn fire(cx: &mut Cx, name: &str, digests: Option<Digests>) -> Result<()> {
    let key = (cx.region().as_str().to_owned(), name.to_owned());
    let (Some(trail), Some(Digests { key: signing, made })) = (cx.get(&TRAILS, &key)?, digests) else { return Ok(()) };
    if !cx.has(&KEYS, signing.fingerprint.as_str())? {
        cx.put(&KEYS, signing.fingerprint.as_str(), &signing)?;
    }
    for digest in made {
        let region = digest.after.region.clone();
        let place = (key.0.clone(), key.1.clone(), region.clone());
        // Another was quicker: the chain goes on from there.
        if cx.get(&CHAINS, &place)?.is_some_and(|chain| chain != digest.before) {
            continue;
        }
        cx.put(&CHAINS, &place, &digest.after)?;
        for file in &digest.named {
            cx.delete(&LOG_FILES, &(key.0.clone(), key.1.clone(), region.clone(), file.key.clone()))?;
        }
        let metadata = IndexMap::from_iter([
            ("signature".to_owned(), digest.signature),
            ("signature-algorithm".to_owned(), signing::ALGORITHM.to_owned()),
        ]);
        let content = Content { body: digest.body, metadata: Some(metadata) };
        let put = files::object(cx, &trail, digest.after.key, Some(content));
        cx.after(&to_bucket(cx, &trail), &put, Tell::outcome(&Tag::Digest { trail: trail.name.clone() })?)?;
    }
    match address::course(cx, &key)?.logging {
        true => set_timer(cx, name, cx.now().after(INTERVAL)),
        // What is delivered from here on belongs to a chain of its own.
        false => forget(cx, &key),
    }
}

/// Has a trail's digest files made at a moment.
pub fn set_timer(cx: &mut Cx, name: &str, due: Timestamp) -> Result<()> {
    cx.set_timer(&format!("digest/{name}"), due)
}

/// Ends the chains of a trail.
pub fn forget(cx: &mut Cx, key: &(String, String)) -> Result<()> {
    cx.cancel_timer(&format!("digest/{}", key.1))?;
    cx.delete_all(&CHAINS, (&key.0, &key.1))?;
    cx.delete_all(&LOG_FILES, (&key.0, &key.1))
}

/// Whether a prepared thing is what a timer of this kind takes.
pub fn taken(made: AnyMade) -> Result<Option<Digests>> {
    let other = || Error::internal("a trail's timer was given what another prepared");
    made.downcast::<Option<Digests>>().map(|digests| *digests).map_err(|_| other())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_region_of_a_log_file() {
        let key = "p/AWSLogs/111122223333/CloudTrail/eu-west-1/2027/01/15/111122223333_CloudTrail_eu-west-1_x.json.gz";
        assert_eq!(region_of(key), Some("eu-west-1"));
        assert_eq!(region_of("AWSLogs/x"), None);
    }
}
