//! Structured log lines: one JSON object each, on standard output, where Lambda takes them from.
//!
//! What identifies a person (addresses, names, notes, tokens) is never a field.

use crate::clock;
use serde_json::{Map, Value};
use std::io::Write;

/// A line's head, the same for all lines of an invocation.
pub struct Head<'a> {
    /// The function's handler.
    pub function: &'a str,
    /// Lambda's id of the invocation.
    pub request_id: &'a str,
    /// The trace it belongs to.
    pub trace_id: Option<&'a str>,
}

impl Head<'_> {
    /// Writes a line.
    pub fn line(&self, level: &str, message: &str, fields: &Value) {
        let line = self.object(level, message, fields).to_string();
        // A log that cannot be written must not fail the work that it tells of.
        let _ = writeln!(std::io::stdout().lock(), "{line}");
    }

    fn object(&self, level: &str, message: &str, fields: &Value) -> Value {
        let mut line = Map::new();
        let mut set = |name: &str, value: &str| line.insert(name.to_owned(), Value::from(value));
        set("timestamp", &clock::iso(clock::since_epoch()));
        set("level", level);
        set("message", message);
        set("function", self.function);
        set("requestId", self.request_id);
        if let Some(trace) = self.trace_id {
            set("traceId", trace);
        }
        let fields = fields.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
        line.extend(fields.map(|(name, value)| (name.clone(), value.clone())));
        Value::Object(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_line_is_an_object_with_its_ids() {
        let head = Head { function: "orders", request_id: "r-1", trace_id: Some("1-a-b") };
        let line = head.object("INFO", "order placed", &json!({"orderId": "o", "eventId": null}));
        assert_eq!(line["requestId"], "r-1");
        assert_eq!(line["traceId"], "1-a-b");
        assert_eq!(line["orderId"], "o");
        assert!(line.get("eventId").is_none());
    }
}
