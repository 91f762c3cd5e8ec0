//! `POST /feedback`: what customers say.

use crate::aws::dynamodb::{Table, Written};
use crate::failure::Failure;
use crate::http::{self, Problem, Request, Response};
use crate::order;
use crate::session::Session;
use crate::text;
use serde::Deserialize;
use serde_json::{Value, json};

/// Feedback as a client sends it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct NewFeedback {
    order_id: Option<String>,
    /// One to five.
    rating: u8,
    comment: Option<String>,
}

/// Answers a request of the API.
pub fn handle(session: &Session<'_>, event: &Value) -> Result<Value, Failure> {
    http::serve(session, event, |request| match request.route().as_str() {
        "POST /feedback" => give(session, request),
        _ => Err(http::unknown(request)),
    })
}

fn give(session: &Session<'_>, request: &Request<'_>) -> Result<Response, Failure> {
    let customer = request.customer()?;
    let new: NewFeedback = request.json()?;
    if !(1..=5).contains(&new.rating) {
        return Err(Problem::invalid("rating is 1 to 5").into());
    }
    if let Some(id) = &new.order_id {
        order::name("orderId", id)?;
    }
    if let Some(comment) = &new.comment {
        order::length("comment", comment, 1000)?;
    }
    let id = match request.header("Idempotency-Key") {
        Some(key) => {
            order::name("Idempotency-Key", key)?;
            text::derived("fb-", &["key", customer.id, key])
        }
        None => text::derived("fb-", &["request", customer.id, request.id().unwrap_or(session.request_id())]),
    };
    let item = json!({
        "feedbackId": id,
        "customerId": customer.id,
        "orderId": new.order_id,
        "rating": new.rating,
        "comment": new.comment,
        "createdAt": request.time(),
    });
    let table = Table::new(session, session.setting("FEEDBACK_TABLE")?);
    let (status, kept) = match table.put_new("feedbackId", &item)? {
        Written::Done(_) => (201, item),
        Written::Refused(before) => (200, before),
    };
    session.info("feedback kept", &json!({"feedbackId": id, "orderId": kept["orderId"]}));
    Ok(Response::new(status, json!({"feedbackId": id, "rating": kept["rating"], "createdAt": kept["createdAt"]})))
}

#[cfg(test)]
mod tests {
    use crate::testing::{api, good, refused, run};
    use serde_json::json;

    #[test]
    fn feedback_is_kept_once() {
        let event = || {
            let body = json!({"rating": 5, "comment": "good"}).to_string();
            api("POST", "/feedback", json!({"headers": {"Idempotency-Key": "k"}, "body": body}))
        };
        let first = run("feedback", event(), [good(&json!({}))]);
        assert_eq!((first.http().0, first.operations()), (201, vec!["PutItem"]));
        let kept = json!({"feedbackId": first.http().1["feedbackId"], "rating": 5});
        let again = run("feedback", event(), [refused(&kept)]);
        assert_eq!((again.http().0, &again.http().1["feedbackId"]), (200, &first.http().1["feedbackId"]));
        for body in [
            json!({"rating": 6}),
            json!({"rating": 0}),
            json!({"rating": 300}),
            json!({}),
            json!({"rating": 1, "x": 1}),
            json!({"rating": 1, "comment": ""}),
        ] {
            let event = api("POST", "/feedback", json!({"body": body.to_string()}));
            assert_eq!(run("feedback", event, []).http().0, 400, "{body}");
        }
    }
}
