//! Where a template lies that a request names by URL.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-bucket-intro.html>

use percent_encoding::percent_decode_str;
use service::Region;

/// An object of S3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The bucket.
    pub bucket: String,
    /// The object's key.
    pub key: String,
    /// The object's version, where the URL names one.
    pub version: Option<String>,
    /// The region, where the URL names one.
    pub region: Option<Region>,
}

impl Location {
    /// The object that a URL names, with the bucket before the host's `s3` or at the beginning of the path; `None` where it names
    /// none.
    pub fn read(url: &str) -> Option<Location> {
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
        let (host, rest) = rest.split_once('/')?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let host = host.split(':').next().unwrap_or_default();
        let labels: Vec<&str> = host.split('.').collect();
        let is_s3 = |label: &&str| *label == "s3" || label.starts_with("s3-");
        let at = labels.iter().position(is_s3);
        let (bucket, key) = match at {
            Some(at) if at > 0 => (labels.get(..at)?.join("."), path),
            _ => path.split_once('/').map(|(bucket, key)| (bucket.to_owned(), key))?,
        };
        let decoded = |text: &str| Some(percent_decode_str(text).decode_utf8().ok()?.into_owned());
        let version = query.split('&').find_map(|pair| pair.strip_prefix("versionId="));
        // `s3.eu-west-1` and `s3-eu-west-1` are the same place.
        let region = at.and_then(|at| {
            let label = labels.get(at)?;
            label.strip_prefix("s3-").and_then(region).or_else(|| region(labels.get(at + 1)?))
        });
        let location = Location { bucket, key: decoded(key)?, version: version.and_then(decoded), region };
        (!location.bucket.is_empty() && !location.key.is_empty()).then_some(location)
    }
}

/// The region of a code, where a label has the form of one.
fn region(label: &str) -> Option<Region> {
    let form = label.split('-').count() > 2 && label.ends_with(|c: char| c.is_ascii_digit());
    form.then(|| Region::new(label)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_url() {
        let check = |url: &str, expect: Option<(&str, &str, Option<&str>, Option<&str>)>| {
            let read = Location::read(url);
            let told = read.as_ref().map(|l| {
                (l.bucket.as_str(), l.key.as_str(), l.version.as_deref(), l.region.as_ref().map(Region::as_str))
            });
            assert_eq!(told, expect, "{url}");
        };
        check("https://b.s3.amazonaws.com/a/t.yaml", Some(("b", "a/t.yaml", None, None)));
        check("https://b.c.s3.eu-west-1.amazonaws.com/t", Some(("b.c", "t", None, Some("eu-west-1"))));
        check(
            "https://s3.eu-west-1.amazonaws.com/b/a%20b?versionId=v",
            Some(("b", "a b", Some("v"), Some("eu-west-1"))),
        );
        check("https://s3-us-west-2.amazonaws.com/b/t", Some(("b", "t", None, Some("us-west-2"))));
        check("http://localhost:4566/b/a/t", Some(("b", "a/t", None, None)));
        check("http://b.s3.localhost:4566/t", Some(("b", "t", None, None)));
        check("https://b.s3.amazonaws.com/", None);
        check("https://example.com/", None);
        check("ftp://b.s3.amazonaws.com/t", None);
    }
}
