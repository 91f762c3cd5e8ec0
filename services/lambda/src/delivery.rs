//! How deliveries end, told apart by what Lambda wrote on them.

use crate::{asynchronous, logs, polling};
use serde_json::json;
use service::{Cx, Delivery, Error, Next, Result, Value};

/// What Lambda knows a delivery by.
#[derive(Debug, Clone, PartialEq)]
pub enum Tag {
    /// An asynchronous invocation.
    Event {
        /// The function.
        function: String,
        /// The version or alias, if one was named.
        qualifier: Option<String>,
        /// The request that brought the event.
        request: String,
    },
    /// What became of an event, on its way to a destination or a dead-letter queue.
    Record {
        /// The function.
        function: String,
        /// Whether it goes to the dead-letter queue.
        dead_letter: bool,
    },
    /// Lines of a function's log.
    Logs,
    /// Segments of an invocation.
    Segments,
    /// A mapping's wait for records.
    Poll {
        /// The mapping.
        mapping: String,
    },
    /// A mapping's batch, with its function.
    Batch {
        /// The mapping.
        mapping: String,
        /// The records' ids and receipts.
        records: Vec<(String, String)>,
    },
    /// What a mapping deletes.
    Deletion,
}

impl Tag {
    /// The tag as text.
    pub fn write(&self) -> String {
        match self {
            Tag::Event { function, qualifier, request } => json!(["event", function, qualifier, request]),
            Tag::Record { function, dead_letter } => json!(["record", function, dead_letter]),
            Tag::Logs => json!(["logs"]),
            Tag::Segments => json!(["segments"]),
            Tag::Poll { mapping } => json!(["poll", mapping]),
            Tag::Batch { mapping, records } => json!(["batch", mapping, records]),
            Tag::Deletion => json!(["deletion"]),
        }
        .to_string()
    }

    /// The tag that a text is.
    pub fn read(text: &str) -> Result<Tag> {
        type Event = (String, String, Option<String>, String);
        let damaged = |_| Error::internal("a delivery has a tag that nobody wrote");
        let kind = text.trim_start_matches("[\"").split('"').next().unwrap_or_default();
        Ok(match kind {
            "event" => {
                let (_, function, qualifier, request): Event = serde_json::from_str(text).map_err(damaged)?;
                Tag::Event { function, qualifier, request }
            }
            "record" => {
                let (_, function, dead_letter): (String, String, bool) = serde_json::from_str(text).map_err(damaged)?;
                Tag::Record { function, dead_letter }
            }
            "poll" => {
                let (_, mapping): (String, String) = serde_json::from_str(text).map_err(damaged)?;
                Tag::Poll { mapping }
            }
            "batch" => {
                type Batch = (String, String, Vec<(String, String)>);
                let (_, mapping, records): Batch = serde_json::from_str(text).map_err(damaged)?;
                Tag::Batch { mapping, records }
            }
            "logs" => Tag::Logs,
            "segments" => Tag::Segments,
            "deletion" => Tag::Deletion,
            _ => return Err(Error::internal("a delivery has a tag that nobody wrote")),
        })
    }
}

/// Is told how a delivery ended.
pub fn told(cx: &mut Cx, delivery: &Delivery, result: &Result<Value>) -> Result<Next> {
    match Tag::read(&delivery.tag)? {
        Tag::Event { function, qualifier, request } => {
            let event = asynchronous::Event { function, qualifier, request };
            asynchronous::told(cx, delivery, &event, result)
        }
        Tag::Record { function, dead_letter } => {
            if result.is_err() {
                // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
                let metric = if dead_letter { "DeadLetterErrors" } else { "DestinationDeliveryFailures" };
                cx.meter(metric, ("FunctionName", &function), 1.0, "Count");
            }
            Ok(Next::Done)
        }
        Tag::Logs => logs::told(cx, delivery, result),
        Tag::Poll { mapping } => polling::received(cx, delivery, &mapping, result),
        Tag::Batch { mapping, records } => polling::processed(cx, &mapping, &records, result),
        // What could not be deleted becomes visible again, and segments that are not taken are lost.
        Tag::Deletion | Tag::Segments => Ok(Next::Done),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_read_back() {
        let tags = [
            Tag::Event { function: "f\"".into(), qualifier: Some("live".into()), request: "r".into() },
            Tag::Record { function: "f".into(), dead_letter: true },
            Tag::Logs,
            Tag::Segments,
            Tag::Poll { mapping: "m".into() },
            Tag::Batch { mapping: "m".into(), records: vec![("id".into(), "receipt".into())] },
            Tag::Deletion,
        ];
        for tag in tags {
            assert_eq!(Tag::read(&tag.write()), Ok(tag));
        }
        assert!(Tag::read("[]").is_err());
    }
}
