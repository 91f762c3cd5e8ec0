//! The log files of a trail.
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html>

use crate::state::{GenerationRow, TrailRow};
use flate2::read::GzDecoder;
use serde::Deserializer;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value as Json;
use service::{Duration, Timestamp};
use std::collections::BTreeSet;
use std::fmt;
use std::io::{BufReader, Read};

/// The most bytes that one log file is read to: AWS's hold 50 MB at the most.
const MOST_BYTES: u64 = 64 << 20;

/// No service has a name of an event that is nearly as long.
const LONGEST_KIND: usize = 300;

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

/// The kinds of events that a log file has of the principal in the time that is asked for, each as its source and its name, and at
/// the most one more than `most`. Events of data and what was denied are left out, as AWS leaves them out. `None` where it is no log
/// file. It is read record by record: as a tree it would take many times its size.
pub fn events(bytes: &[u8], row: &GenerationRow, most: usize) -> Option<BTreeSet<String>> {
    let text = BufReader::new(GzDecoder::new(bytes).take(MOST_BYTES));
    let mut json = serde_json::Deserializer::from_reader(text);
    let mut kinds = BTreeSet::new();
    let log = Log { row, most, kinds: &mut kinds };
    let there = Deserializer::deserialize_map(&mut json, log).ok()?;
    json.end().ok()?;
    there.then_some(kinds)
}

/// What a log file is read into.
struct Log<'r> {
    row: &'r GenerationRow,
    most: usize,
    kinds: &'r mut BTreeSet<String>,
}

/// A log file, and whether it had records.
impl<'de> Visitor<'de> for Log<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a log file of CloudTrail")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<bool, A::Error> {
        let Log { row, most, kinds } = self;
        let mut there = false;
        while let Some(name) = members.next_key::<String>()? {
            if name == "Records" {
                members.next_value_seed(Records(Log { row, most, kinds: &mut *kinds }))?;
                there = true;
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(there)
    }
}

/// The records of a log file.
struct Records<'r>(Log<'r>);

impl<'de> DeserializeSeed<'de> for Records<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, records: D) -> Result<(), D::Error> {
        records.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Records<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("records of CloudTrail")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut records: A) -> Result<(), A::Error> {
        let Records(Log { row, most, kinds }) = self;
        while let Some(record) = records.next_element::<Json>()? {
            if kinds.len() <= most && counts(&record, row) {
                kinds.extend(kind(&record));
            }
        }
        Ok(())
    }
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
    let kind = format!("{} {}", text(record, &["eventSource"])?, text(record, &["eventName"])?);
    Some(kind).filter(|kind| kind.len() <= LONGEST_KIND)
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
        let found = events(&zipped(&records.to_string()), &row(), 9).unwrap();
        assert_eq!(Vec::from_iter(found), ["s3.amazonaws.com CreateBucket", "s3.amazonaws.com PutBucketTagging"]);
        assert_eq!(events(b"no file", &row(), 9), None);
        for text in ["", "[]", "{}", r#"{"Records": {}}"#, r#"{"Records": [] "#, r#"{"Records": []} more"#] {
            assert_eq!(events(&zipped(text), &row(), 9), None, "{text}");
        }
        let other = r#"{"Version": {"is": [1]}, "Records": [7, "x", {}]}"#;
        assert_eq!(events(&zipped(other), &row(), 9), Some(BTreeSet::new()));
    }

    #[test]
    fn no_more_kinds_than_are_asked_for() {
        let event = |name: &str| {
            json!({
                "eventTime": "2026-01-02T10:00:00Z", "eventSource": "s3.amazonaws.com", "eventName": name,
                "eventCategory": "Management", "userIdentity": {"arn": "arn:aws:iam::111122223333:role/app"},
            })
        };
        let records: Vec<Json> = ["A", "A", "B", "C", "D"].into_iter().map(event).collect();
        let text = json!({ "Records": records }).to_string();
        assert_eq!(events(&zipped(&text), &row(), 2).unwrap().len(), 3);
        let long = json!({ "Records": [event(&"A".repeat(LONGEST_KIND))] }).to_string();
        assert_eq!(events(&zipped(&long), &row(), 2), Some(BTreeSet::new()));
    }

    fn zipped(text: &str) -> Vec<u8> {
        let mut zip = GzEncoder::new(Vec::new(), Compression::default());
        zip.write_all(text.as_bytes()).unwrap();
        zip.finish().unwrap()
    }
}
