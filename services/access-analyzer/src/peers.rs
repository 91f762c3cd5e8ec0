//! All that Access Analyzer calls: EventBridge, which hears of findings, and what it reads as the role of a policy generation. What
//! it looks at stands in `scan/policies.rs` and `scan/unused.rs`.

use crate::names;
use crate::state::{AnalyzerRow, FindingRow};
use serde_json::{Value as Json, json};
use service::shape::shape;
use service::{As, Cx, Result, Tell, Timestamp, Value, View, peer};

peer! {
    /// Tells of a finding.
    "events".PutEvents {
        entries: Vec<Event> = "Entries",
    } -> EventsPut {}

    /// Where a trail keeps its log files.
    "cloudtrail".GetTrail {
        name: String = "Name",
    } -> TrailShown {}

    /// Lists log files.
    "s3".ListObjectsV2 {
        bucket: String = "Bucket",
        prefix: String = "Prefix",
        start_after: Option<String> = "StartAfter",
    } -> ObjectsListed {}

    /// Reads a log file.
    "s3".GetObject {
        bucket: String = "Bucket",
        key: String = "Key",
    } -> ObjectRead {}

    /// Has the services reported that somebody used.
    "iam".GenerateServiceLastAccessedDetails {
        arn: String = "Arn",
    } -> ReportMade {}

    /// Reads that report.
    "iam".GetServiceLastAccessedDetails {
        job_id: String = "JobId",
        max_items: i64 = "MaxItems",
    } -> ReportRead {}
}

shape! {
    /// An event.
    pub struct Event {
        /// Who it is from.
        pub source: Option<String> = "Source",
        /// What it is about.
        pub resources: Option<Vec<String>> = "Resources",
        /// What happened.
        pub detail_type: Option<String> = "DetailType",
        /// The same as JSON.
        pub detail: Option<String> = "Detail",
    }
}

/// Tells EventBridge of a finding as it is now, if it is here.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-eventbridge.html>
pub fn tell(cx: &mut Cx, analyzer: &AnalyzerRow, finding: &FindingRow) -> Result<()> {
    if !cx.offers("events", "PutEvents") {
        return Ok(());
    }
    let time = |at: Timestamp| at.iso8601();
    let common = json!({
        "version": "1.0",
        "id": finding.id,
        "status": finding.status,
        "resourceType": finding.resource_type,
        "resource": finding.resource,
        "createdAt": time(finding.created_at),
        "analyzedAt": time(finding.analyzed_at),
        "updatedAt": time(finding.updated_at),
        "accountId": finding.owner,
        "region": analyzer.region,
        "isDeleted": false,
    });
    let external = finding.kind == "ExternalAccess";
    let own = match external {
        true => json!({
            "principal": finding.principal, "action": finding.action, "condition": finding.condition,
            "isPublic": finding.is_public,
        }),
        false => unused(finding),
    };
    let mut detail = common;
    if let (Some(detail), Some(own)) = (detail.as_object_mut(), own.as_object()) {
        detail.extend(own.clone());
    }
    let kind = if external { "Access Analyzer Finding" } else { "Unused Access Finding for IAM entities" };
    let arn = names::arn(cx, &analyzer.name);
    let entry = Event {
        source: Some("aws.access-analyzer".to_owned()),
        resources: Some(vec![arn.to_string()]),
        detail_type: Some(kind.to_owned()),
        detail: Some(detail.to_string()),
    };
    cx.after(&As::service(&arn), &PutEvents { entries: vec![entry] }, Tell::Failures(String::new()))
}

/// What is told of a finding of unused access.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-eventbridge.html>
fn unused(finding: &FindingRow) -> Json {
    let Some(services) = &finding.unused else { return json!({ "findingType": finding.kind }) };
    let whole = services.iter().filter(|service| service.actions.is_empty()).count();
    let actions: usize = services.iter().map(|service| service.actions.len()).sum();
    json!({ "findingType": finding.kind, "numberOfUnusedServices": whole, "numberOfUnusedActions": actions })
}

/// The region of a bucket; `None` where there is no such bucket.
pub fn bucket_region(view: &View, bucket: &str) -> Result<Option<String>> {
    match view.peer("s3", "GetBucketLocation", Value::map([("Bucket", bucket.into())])) {
        // A bucket of the first region says none.
        Ok(answer) => {
            let region = answer.get("LocationConstraint").and_then(Value::as_str).unwrap_or("us-east-1");
            Ok(Some(region.to_owned()))
        }
        Err(error) if error.code() == "NoSuchBucket" => Ok(None),
        Err(error) => Err(error),
    }
}
