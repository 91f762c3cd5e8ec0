//! Those who want to know of orders are told, by a topic.

use super::text;
use crate::aws::sns;
use crate::failure::Failure;
use crate::session::Session;
use serde_json::{Value, json};

/// Takes an event of the bus. Who reads the topic need not be known here, so no person is named.
pub fn handle(session: &Session<'_>, event: &Value) -> Result<Value, Failure> {
    let (id, kind, order) = (text(event, "/id")?, text(event, "/detail-type")?, text(event, "/detail/orderId")?);
    let detail = &event["detail"];
    let message = json!({
        "eventId": id, "type": kind, "orderId": order, "reference": detail["reference"],
        "totalCents": detail["totalCents"], "currency": detail["currency"],
    });
    let topic = session.setting("NOTIFICATIONS_TOPIC")?;
    let reply = session.call(&sns::publish(topic, kind, &message.to_string()))?;
    let fields =
        json!({"eventId": id, "orderId": order, "reference": detail["reference"], "snsRequestId": reply.request_id});
    session.info("notified", &fields);
    Ok(json!({"eventId": id}))
}

#[cfg(test)]
mod tests {
    use crate::testing::{good, run};
    use serde_json::json;

    #[test]
    fn a_notice_names_the_event_and_no_person() {
        let detail =
            json!({"orderId": "o", "email": "ann@example.com", "note": "for Bob", "totalCents": 5, "currency": "EUR"});
        let event = json!({"id": "e-1", "detail-type": "OrderPlaced", "detail": detail});
        let run = run("notification", event, [good(&json!({}))]);
        assert_eq!(run.answer.as_ref().unwrap(), &json!({"eventId": "e-1"}));
        let body = &run.sent[0].body;
        assert!(body.starts_with("Action=Publish&") && body.contains("e-1"), "{body}");
        assert!(!body.contains("ann") && !body.contains("Bob"), "{body}");
    }
}
