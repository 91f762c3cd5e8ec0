//! Trace documents.

use super::{Call, Service};
use serde_json::json;

const SERVICE: Service = Service { name: "XRay", prefix: "xray" };

/// Sends segments and subsegments.
pub fn put(documents: &[String]) -> Call {
    Call {
        service: &SERVICE,
        operation: "PutTraceSegments",
        method: "POST",
        path: "/TraceSegments".to_owned(),
        bucket: None,
        headers: vec![("content-type", "application/json".to_owned())],
        body: json!({"TraceSegmentDocuments": documents}).to_string().into_bytes(),
        resource: None,
    }
}
