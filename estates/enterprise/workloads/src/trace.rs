//! Subsegments for X-Ray: what an invocation asked of others, and how that went.
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html>

use crate::clock;
use crate::text;
use serde_json::{Value, json};
use std::time::Duration;

/// The trace that an invocation belongs to.
pub struct Trace {
    /// `1-5759e988-bd862e3fe1be46a994272793`
    pub id: String,
    parent: String,
    is_sampled: bool,
    documents: Vec<String>,
}

/// How a call went.
pub struct Outcome<'a> {
    /// What the node is called: `DynamoDB`.
    pub name: &'a str,
    /// `operation`, `table_name`, `request_id` and the like.
    pub aws: Value,
    /// The HTTP status; `None` where no answer came.
    pub status: Option<u16>,
    /// Whether it was turned away for coming too often.
    pub is_throttled: bool,
}

impl Trace {
    /// Reads `Root=…;Parent=…;Sampled=1`. Without a root or a parent there is no trace to add to.
    pub fn of(header: &str) -> Option<Trace> {
        let field = |name: &str| {
            header.split(';').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('=')).map(str::to_owned)
        };
        let is_sampled = field("Sampled").is_some_and(|sampled| sampled == "1");
        Some(Trace { id: field("Root")?, parent: field("Parent")?, is_sampled, documents: Vec::new() })
    }

    /// Adds a call that has ended.
    pub fn add(&mut self, start: Duration, outcome: &Outcome<'_>) {
        if !self.is_sampled {
            return;
        }
        let end = clock::since_epoch();
        let count = self.documents.len().to_string();
        // Retried invocations have the same request id: their times tell them apart.
        let seed = [self.parent.as_str(), &start.as_nanos().to_string(), &count];
        let mut document = json!({
            "type": "subsegment",
            "trace_id": self.id,
            "parent_id": self.parent,
            "id": text::sha256(seed.concat().as_bytes()).get(..16),
            "name": outcome.name,
            "namespace": "aws",
            "start_time": start.as_secs_f64(),
            "end_time": end.as_secs_f64(),
            "aws": outcome.aws,
        });
        if let Some(status) = outcome.status {
            document["http"] = json!({"response": {"status": status}});
        }
        let flag = match outcome.status {
            Some(400..=499) => Some("error"),
            Some(500..) | None => Some("fault"),
            _ => None,
        };
        if let Some(flag) = flag {
            document[flag] = true.into();
        }
        if outcome.is_throttled {
            document["throttle"] = true.into();
        }
        self.documents.push(document.to_string());
    }

    /// What was added and not taken yet.
    pub fn take(&mut self) -> Vec<String> {
        std::mem::take(&mut self.documents)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(status: Option<u16>) -> Outcome<'static> {
        Outcome { name: "DynamoDB", aws: json!({"operation": "PutItem"}), status, is_throttled: status == Some(429) }
    }

    #[test]
    fn subsegments_hang_below_the_functions_segment() {
        let mut trace =
            Trace::of("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1").unwrap();
        for status in [Some(200), Some(429), None] {
            trace.add(Duration::from_millis(1_500_000_000_250), &outcome(status));
        }
        let documents: Vec<Value> = trace.take().iter().map(|text| serde_json::from_str(text).unwrap()).collect();
        let [good, throttled, lost] = documents.as_slice() else { panic!("{documents:?}") };
        assert_eq!(good["type"], "subsegment");
        assert_eq!(good["parent_id"], "53995c3f42cd8ad8");
        assert_eq!(good["trace_id"], "1-5759e988-bd862e3fe1be46a994272793");
        assert_eq!(good["start_time"], 1_500_000_000.25);
        assert!(good.get("error").is_none() && good.get("fault").is_none());
        assert_eq!((&throttled["error"], &throttled["throttle"]), (&true.into(), &true.into()));
        assert_eq!(lost["fault"], true);
        assert_ne!(good["id"], throttled["id"]);
        assert!(trace.take().is_empty());
    }

    #[test]
    fn what_is_not_sampled_is_not_kept() {
        let mut trace = Trace::of("Root=1-a-b;Parent=c;Sampled=0").unwrap();
        trace.add(Duration::ZERO, &outcome(Some(200)));
        assert!(trace.take().is_empty());
        assert!(Trace::of("Root=1-a-b").is_none());
    }
}
