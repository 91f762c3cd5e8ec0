//! Events go into the lake, without what may not be kept there.

use super::text;
use crate::aws::s3;
use crate::failure::Failure;
use crate::order;
use crate::session::Session;
use serde_json::{Value, json};

/// Takes an event of the bus and writes `lake/orders/dt=<day>/<event id>.json`. An event that comes twice is the same object.
pub fn handle(session: &Session<'_>, event: &Value) -> Result<Value, Failure> {
    let (id, time) = (text(event, "/id")?, text(event, "/time")?);
    let order_id = text(event, "/detail/orderId")?;
    order::name("id", id).map_err(|problem| Failure::Malformed(problem.message))?;
    let day = time.get(..10).filter(|day| day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'));
    let day = day.ok_or_else(|| Failure::Malformed("the event's time has no day".to_owned()))?;
    let record = json!({
        "eventId": id, "eventTime": time, "type": event["detail-type"], "source": event["source"],
        "order": order::safe(&event["detail"]),
    });
    let key = format!("lake/orders/dt={day}/{id}.json");
    let bucket = session.setting("LAKE_BUCKET")?;
    // A line each, as Athena and Glue read JSON.
    session.call(&s3::put(bucket, &key, "application/json", format!("{record}\n").into_bytes()))?;
    let fields = json!({"eventId": id, "orderId": order_id, "reference": event["detail"]["reference"], "key": key});
    session.info("written to the lake", &fields);
    Ok(json!({"key": key}))
}

#[cfg(test)]
mod tests {
    use crate::testing::{answer, run};
    use serde_json::json;

    #[test]
    fn an_event_becomes_one_object_without_persons() {
        let detail =
            json!({"orderId": "o", "reference": "probe-1", "customerId": "c", "email": "ann@example.com", "items": []});
        let event =
            json!({"id": "e-1", "time": "2026-11-22T10:00:00Z", "detail-type": "OrderPlaced", "detail": detail});
        let run_ = run("data-processing", event.clone(), [answer(200, "")]);
        assert_eq!(run_.answer.as_ref().unwrap()["key"], "lake/orders/dt=2026-11-22/e-1.json");
        let sent = &run_.sent[0];
        assert_eq!(sent.url, "https://lake.s3.eu-west-1.amazonaws.com/lake/orders/dt%3D2026-11-22/e-1.json");
        assert!(
            sent.body.contains("probe-1") && !sent.body.contains("ann") && !sent.body.contains("customerId"),
            "{}",
            sent.body
        );
        for (member, value) in [("id", "../x"), ("time", "yesterday, or so"), ("time", "x")] {
            let mut event = event.clone();
            event[member] = value.into();
            assert!(run("data-processing", event, []).answer.is_err(), "{member} {value}");
        }
    }
}
