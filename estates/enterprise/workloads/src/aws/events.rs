//! Events onto a bus.

use super::{AwsError, Call, Service};
use crate::session::Session;
use serde_json::{Value, json};

const SERVICE: Service = Service { name: "Events", prefix: "events" };

/// What is told of an order.
pub struct Event<'a> {
    pub bus: &'a str,
    pub source: &'a str,
    pub detail_type: &'a str,
    pub detail: &'a Value,
}

/// Puts an event and answers with its id. PutEvents succeeds though an entry failed: that is looked at here.
pub fn put(session: &Session<'_>, event: &Event<'_>) -> Result<String, AwsError> {
    let mut entry = json!({
        "EventBusName": event.bus,
        "Source": event.source,
        "DetailType": event.detail_type,
        "Detail": event.detail.to_string(),
    });
    if let Some(header) = session.trace_header() {
        entry["TraceHeader"] = header.into();
    }
    let call = Call {
        service: &SERVICE,
        operation: "PutEvents",
        method: "POST",
        path: "/".to_owned(),
        bucket: None,
        headers: vec![
            ("content-type", "application/x-amz-json-1.1".to_owned()),
            ("x-amz-target", "AWSEvents.PutEvents".to_owned()),
        ],
        body: json!({"Entries": [entry]}).to_string().into_bytes(),
        resource: Some(("event_bus_name", event.bus.to_owned())),
    };
    let reply = session.call(&call)?;
    let json = reply.json();
    let entry = &json["Entries"][0];
    match entry["EventId"].as_str() {
        Some(id) => Ok(id.to_owned()),
        None => Err(AwsError {
            service: SERVICE.name,
            operation: "PutEvents",
            code: entry["ErrorCode"].as_str().unwrap_or("InternalFailure").to_owned(),
            message: entry["ErrorMessage"].as_str().unwrap_or("the entry failed").to_owned(),
            status: Some(reply.status),
            request_id: reply.request_id,
            body: json,
        }),
    }
}
