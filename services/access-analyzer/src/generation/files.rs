//! The log files of a trail.
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html>

use crate::state::{GenerationRow, TrailRow};
use flate2::read::GzDecoder;
use serde_json::Value as Json;
use service::{Duration, Timestamp};
use std::io::Read;

/// The most bytes that one log file is read to: AWS's hold 50 MB at the most.
const MOST_BYTES: u64 = 64 << 20;

/// What is in the codes by which services deny.
const DENIALS: [&str; 4] = ["AccessDenied", "Unauthorized", "AuthorizationError", "NotAuthorized"];

/// Whether a log file may hold what is asked for: `rest` is its key behind `AWSLogs/…/CloudTrail/`, which begins with the region and
/// the day on which it was put.
pub fn is_wanted(rest: &str, trail: &TrailRow, (start, end): (Timestamp, Timestamp)) -> bool {
    let Some((region, rest)) = rest.split_once('/') else { return false };
    let day = rest.get(..10).unwrap_or_default().replace('/', "-");
    let on = |at: Timestamp| at.iso8601().get(..10).unwrap_or_default().to_owned();
    // What happened late on a day may be put early on the next.
    let days = on(start)..=on(end.after(Duration::from_secs(86_400)));
    let regions = &trail.regions;
    (trail.all_regions == Some(true) || regions.iter().any(|own| own == region)) && days.contains(&day)
}

/// The kinds of events that a log file has of the principal in the time that is asked for, each as its source and its name. Events of
/// data and what was denied are left out, as AWS leaves them out. `None` where it is no log file.
pub fn events(bytes: &[u8], row: &GenerationRow) -> Option<Vec<String>> {
    let mut text = Vec::new();
    GzDecoder::new(bytes).take(MOST_BYTES).read_to_end(&mut text).ok()?;
    let json: Json = serde_json::from_slice(&text).ok()?;
    let records = json.get("Records")?.as_array()?;
    Some(records.iter().filter(|record| counts(record, row)).filter_map(kind).collect())
}

fn text<'j>(record: &'j Json, path: &[&str]) -> Option<&'j str> {
    path.iter().try_fold(record, |value, name| value.get(name))?.as_str()
}

fn counts(record: &Json, row: &GenerationRow) -> bool {
    // The user himself, or the role behind a session.
    let issuer = text(record, &["userIdentity", "sessionContext", "sessionIssuer", "arn"]);
    let who = issuer.or(text(record, &["userIdentity", "arn"]));
    let when = text(record, &["eventTime"]).and_then(Timestamp::parse_iso8601);
    let denied = text(record, &["errorCode"]).is_some_and(|code| DENIALS.iter().any(|own| code.contains(own)));
    who == Some(row.principal.as_str())
        && when.is_some_and(|at| at >= row.start.whole_secs() && at <= row.end)
        && text(record, &["eventCategory"]) == Some("Management")
        && !denied
}

fn kind(record: &Json) -> Option<String> {
    Some(format!("{} {}", text(record, &["eventSource"])?, text(record, &["eventName"])?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use serde_json::json;
    use std::io::Write;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_iso8601(text).unwrap()
    }

    fn row() -> GenerationRow {
        GenerationRow {
            principal: "arn:aws:iam::111122223333:role/app".into(),
            start: at("2026-01-02T00:00:00Z"),
            end: at("2026-01-03T00:00:00Z"),
            ..GenerationRow::default()
        }
    }

    #[test]
    fn files_of_the_days_and_regions() {
        let range = (row().start, row().end);
        let one = TrailRow { regions: vec!["us-east-1".into()], ..TrailRow::default() };
        let all = TrailRow { all_regions: Some(true), ..TrailRow::default() };
        for (key, trail, expect) in [
            ("us-east-1/2026/01/02/x.json.gz", &one, true),
            ("us-east-1/2026/01/04/x.json.gz", &one, true),
            ("us-east-1/2026/01/01/x.json.gz", &one, false),
            ("us-east-1/2026/01/05/x.json.gz", &one, false),
            ("eu-west-1/2026/01/02/x.json.gz", &one, false),
            ("eu-west-1/2026/01/02/x.json.gz", &all, true),
            ("", &all, false),
            ("us-east-1/é", &all, false),
        ] {
            assert_eq!(is_wanted(key, trail, range), expect, "{key}");
        }
    }

    #[test]
    fn events_of_the_principal_alone() {
        let event = |name: &str, more: Json| {
            let mut event = json!({
                "eventTime": "2026-01-02T10:00:00Z", "eventSource": "s3.amazonaws.com", "eventName": name,
                "eventCategory": "Management",
                "userIdentity": {"arn": "arn:aws:sts::111122223333:assumed-role/app/i", "sessionContext": {"sessionIssuer": {"arn": "arn:aws:iam::111122223333:role/app"}}},
            });
            more.as_object().unwrap().iter().for_each(|(key, value)| event[key] = value.clone());
            event
        };
        let records = json!({"Records": [
            event("CreateBucket", json!({})),
            event("DeleteBucket", json!({"errorCode": "AccessDenied"})),
            event("PutBucketTagging", json!({"errorCode": "NoSuchBucket"})),
            event("GetObject", json!({"eventCategory": "Data"})),
            event("ListBuckets", json!({"eventTime": "2026-01-01T23:59:59Z"})),
            event("GetBucketAcl", json!({"userIdentity": {"arn": "arn:aws:iam::111122223333:user/ann"}})),
        ]});
        let mut zip = GzEncoder::new(Vec::new(), Compression::default());
        zip.write_all(records.to_string().as_bytes()).unwrap();
        let found = events(&zip.finish().unwrap(), &row()).unwrap();
        assert_eq!(found, ["s3.amazonaws.com CreateBucket", "s3.amazonaws.com PutBucketTagging"]);
        assert_eq!(events(b"no file", &row()), None);
    }
}
