//! The functions, each in a file of its handler's name.

mod analytics;
mod auth;
mod cache;
mod data_processing;
mod feedback;
mod notification;
mod orders;
mod pay_release;
mod pay_request;

use crate::failure::Failure;
use crate::session::Session;
use serde_json::Value;

/// What answers an event.
pub type Handler = fn(&Session<'_>, &Value) -> Result<Value, Failure>;

/// The function of a handler's name.
pub fn named(name: &str) -> Option<Handler> {
    let handler: Handler = match name {
        "analytics" => analytics::handle,
        "auth" => auth::handle,
        "cache" => cache::handle,
        "data-processing" => data_processing::handle,
        "feedback" => feedback::handle,
        "notification" => notification::handle,
        "orders" => orders::handle,
        "pay-release" => pay_release::handle,
        "pay-request" => pay_request::handle,
        _ => return None,
    };
    Some(handler)
}

/// A member of an event that must be a text.
fn text<'a>(event: &'a Value, pointer: &str) -> Result<&'a str, Failure> {
    let text = event.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty());
    text.ok_or_else(|| Failure::Malformed(format!("the event has no {pointer}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use serde_json::json;

    #[test]
    fn no_event_harms_a_function() {
        let names = [
            "analytics",
            "auth",
            "cache",
            "data-processing",
            "feedback",
            "notification",
            "orders",
            "pay-release",
            "pay-request",
        ];
        let deep = json!({"detail": {"orderId": {}}, "requestContext": 3, "httpMethod": [], "request": null, "id": 7});
        for name in names {
            for event in [Value::Null, json!([1]), json!("x"), deep.clone()] {
                let run = testing::run(name, event.clone(), []);
                let is_refused = match &run.answer {
                    Ok(answer) => answer["statusCode"].as_u64().is_some_and(|status| (400..500).contains(&status)),
                    Err(failure) => matches!(failure, Failure::Malformed(_)),
                };
                assert!(is_refused && run.sent.is_empty(), "{name} {event}: {:?}", run.answer);
            }
        }
        assert!(named("other").is_none());
    }
}
