//! All that Access Analyzer calls: EventBridge, which hears of findings. What it looks at stands in `scan/policies.rs` and
//! `scan/unused.rs`.

use crate::names;
use crate::state::{AnalyzerRow, FindingRow};
use serde_json::json;
use service::shape::shape;
use service::{As, Cx, Result, Tell, Timestamp, peer};

peer! {
    /// Tells of a finding.
    "events".PutEvents {
        entries: Vec<Event> = "Entries",
    } -> EventsPut {}
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
        false => json!({ "findingType": finding.kind }),
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
