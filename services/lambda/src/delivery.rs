//! How deliveries end, told apart by what Lambda wrote on them.

use crate::{asynchronous, logs, polling};
use serde::{Deserialize, Serialize};
use service::{Cx, Delivery, Next, Result, Value};

/// What Lambda knows a delivery by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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

/// Is told how a delivery ended.
pub fn told(cx: &mut Cx, delivery: &Delivery, result: &Result<Value>) -> Result<Next> {
    match delivery.told()? {
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
