//! `/orders`: orders are placed, listed and shown; and what the bus was not told of is told later.

mod place;
mod publish;
mod read;

use crate::failure::Failure;
use crate::http;
use crate::session::Session;
use serde_json::Value;

/// The index of a customer's orders by their time.
const BY_CUSTOMER: &str = "ByCustomer";
/// The index of all orders by status and time.
const BY_STATUS: &str = "ByStatus";

/// Answers a request of the API, or the schedule that sweeps the outbox.
pub fn handle(session: &Session<'_>, event: &Value) -> Result<Value, Failure> {
    if event["sweep"] == "outbox" {
        return publish::sweep(session);
    }
    http::serve(session, event, |request| match request.route().as_str() {
        "POST /orders" => place::place(session, request),
        "GET /orders" => read::list(session, request),
        "GET /orders/{orderId}" => read::show(session, request),
        _ => Err(http::unknown(request)),
    })
}
