//! An order is placed: written once, then the bus is told.

use super::publish;
use crate::aws::dynamodb::{Table, Written};
use crate::failure::Failure;
use crate::http::{Problem, Request, Response};
use crate::order::{self, NewOrder};
use crate::session::Session;
use crate::text;
use serde_json::{Value, json};

/// `POST /orders`. The same `Idempotency-Key` of the same customer is the same order, however often it is sent and whoever
/// gave up waiting for which answer. 201: placed; 200: it was placed before; 202: placed, and the bus will hear of it later.
pub fn place(session: &Session<'_>, request: &Request<'_>) -> Result<Response, Failure> {
    let customer = request.customer()?;
    let new: NewOrder = request.json()?;
    let total = new.total_cents()?;
    let id = match request.header("Idempotency-Key") {
        Some(key) => {
            order::name("Idempotency-Key", key)?;
            text::derived("ord-", &["key", customer.id, key])
        }
        // Without a key each request is an order of its own.
        None => text::derived("ord-", &["request", customer.id, request.id().unwrap_or(session.request_id())]),
    };
    let mut item = order::placed(&new, total, &id, &request.time());
    item["customerId"] = customer.id.into();
    item["email"] = customer.email.into();
    let table = Table::new(session, session.setting("ORDERS_TABLE")?);
    let (item, is_new) = match table.put_new("orderId", &item)? {
        Written::Done(_) => (item, true),
        Written::Refused(before) if before["requestDigest"] == item["requestDigest"] => (before, false),
        Written::Refused(_) => {
            let message = "another order was sent under this Idempotency-Key: a new order needs a new one".to_owned();
            return Err(Problem { status: 422, code: "IdempotencyKeyReused", message }.into());
        }
    };
    let fields = json!({"orderId": id, "reference": item["reference"], "totalCents": item["totalCents"]});
    session.info(if is_new { "order placed" } else { "order was placed before" }, &fields);
    Ok(told(session, &item, is_new))
}

/// Tells the bus if it was not told. The order stands even where that fails: it is in the outbox until it has been told.
fn told(session: &Session<'_>, item: &Value, is_new: bool) -> Response {
    let is_published = match publish::publish(session, item) {
        Ok(()) => true,
        Err(failure) => {
            session.error("the order stays in the outbox", &failure.described());
            false
        }
    };
    let status = match (is_published, is_new) {
        (true, true) => 201,
        (true, false) => 200,
        (false, _) => 202,
    };
    let response = Response::new(status, order::shown(item));
    if is_new { response } else { response.with("Idempotent-Replay", "true") }
}

#[cfg(test)]
mod tests {
    use crate::testing::{Run, answer, api, good, refused, run};
    use serde_json::{Value, json};

    fn body() -> Value {
        let address = json!({"name": "Ann", "street": "A 1", "city": "Ulm", "postalCode": "89073", "country": "DE"});
        json!({
            "reference": "probe-1", "currency": "EUR", "shippingAddress": address,
            "items": [{"sku": "book-1", "quantity": 2, "unitPriceCents": 1250}],
        })
    }

    fn post(key: Option<&str>, body: &Value, answers: impl IntoIterator<Item = crate::aws::Incoming>) -> Run {
        let headers = key.map_or(json!({}), |key| json!({"idempotency-key": key}));
        run("orders", api("POST", "/orders", json!({"headers": headers, "body": body.to_string()})), answers)
    }

    fn event_taken() -> crate::aws::Incoming {
        good(&json!({"FailedEntryCount": 0, "Entries": [{"EventId": "e-1"}]}))
    }

    #[test]
    fn an_order_is_written_told_of_and_taken_from_the_outbox() {
        let run = post(Some("k1"), &body(), [good(&json!({})), event_taken(), good(&json!({}))]);
        let (status, order) = run.http();
        assert_eq!((status, &order["status"], &order["totalCents"]), (201, &"PENDING".into(), &2500.into()));
        assert_eq!(order["createdAt"], "2024-12-31T23:59:59.001Z");
        assert!(order.get("outbox").is_none() && order.get("requestDigest").is_none());
        assert_eq!(run.operations(), ["PutItem", "PutEvents", "UpdateItem"]);
        let [put, event, update] = run.sent.as_slice() else { panic!() };
        assert_eq!(put.json()["ConditionExpression"], "attribute_not_exists(#key)");
        assert_eq!(put.json()["Item"]["totalCents"], json!({"N": "2500"}));
        let entry = event.json()["Entries"][0].clone();
        let detail: Value = serde_json::from_str(entry["Detail"].as_str().unwrap()).unwrap();
        assert_eq!((&entry["DetailType"], &detail["orderId"]), (&"OrderPlaced".into(), &order["orderId"]));
        assert_eq!(update.json()["UpdateExpression"], "REMOVE outbox");
    }

    #[test]
    fn the_same_key_is_the_same_order() {
        let first = post(Some("k1"), &body(), [good(&json!({})), event_taken(), good(&json!({}))]);
        let mut kept = crate::aws::dynamodb::plain(&first.sent[0].json()["Item"]);
        // The bus has not been told: the repeat tells it.
        let run = post(Some("k1"), &body(), [refused(&kept), event_taken(), good(&json!({}))]);
        assert_eq!((run.http().0, &run.http().1["orderId"]), (200, &first.http().1["orderId"]));
        assert_eq!(run.operations(), ["PutItem", "PutEvents", "UpdateItem"]);
        // It has been told: it is not told twice.
        kept.as_object_mut().unwrap().shift_remove("outbox");
        let run = post(Some("k1"), &body(), [refused(&kept)]);
        assert_eq!((run.http().0, run.operations()), (200, vec!["PutItem"]));
        let mut other = body();
        other["items"][0]["quantity"] = 3.into();
        let run = post(Some("k1"), &other, [refused(&kept)]);
        assert_eq!((run.http().0, &run.http().1["error"]), (422, &"IdempotencyKeyReused".into()));
        let run = post(Some("k2"), &body(), [good(&json!({})), event_taken(), good(&json!({}))]);
        assert_ne!(run.http().1["orderId"], first.http().1["orderId"]);
    }

    #[test]
    fn an_order_stands_though_the_bus_cannot_be_told() {
        let failed = json!({"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalFailure", "ErrorMessage": "x"}]});
        for answers in [
            vec![good(&json!({})), good(&failed)],
            vec![good(&json!({})), answer(400, "{\"__type\":\"AccessDeniedException\"}")],
        ] {
            let run = post(Some("k1"), &body(), answers);
            assert_eq!((run.http().0, run.operations()), (202, vec!["PutItem", "PutEvents"]));
        }
    }

    #[test]
    fn what_is_wrong_is_answered_and_asks_nothing_of_aws() {
        for (key, body, expect) in [
            (Some("a b"), body(), "Idempotency-Key is 1 to 64"),
            (None, json!({"currency": "EUR", "items": []}), "items has 1 to 100"),
            (None, json!([]), "the body"),
            (None, json!({"currency": "EUR"}), "missing field `items`"),
        ] {
            let run = post(key, &body, []);
            let (status, problem) = run.http();
            assert!(status == 400 && problem["message"].as_str().unwrap().contains(expect), "{problem}");
            assert!(run.sent.is_empty());
        }
    }

    #[test]
    fn what_aws_refuses_fails_the_invocation() {
        let run = post(None, &body(), [answer(400, "{\"__type\":\"AccessDeniedException\",\"Message\":\"no\"}")]);
        assert_eq!(run.answer.unwrap_err().kind(), "AccessDeniedException");
    }
}
