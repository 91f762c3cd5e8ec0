//! `GET /analytics`: how many orders there are and what they brought, for those who may know.

use crate::aws::dynamodb::{Table, attributes};
use crate::failure::Failure;
use crate::http::{self, Problem, Request, Response};
use crate::session::Session;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// Who may ask.
const GROUP: &str = "analysts";
const STATUSES: [&str; 3] = ["PENDING", "PAID", "COMPENSATED"];

/// Answers a request of the API.
pub fn handle(session: &Session<'_>, event: &Value) -> Result<Value, Failure> {
    http::serve(session, event, |request| match request.route().as_str() {
        "GET /analytics" => figures(session, request),
        _ => Err(http::unknown(request)),
    })
}

/// The orders of some time, counted by status; what was paid, by currency.
#[derive(Default)]
struct Figures {
    counts: Map<String, Value>,
    revenue_cents: Map<String, Value>,
}

fn figures(session: &Session<'_>, request: &Request<'_>) -> Result<Response, Failure> {
    if !request.customer()?.is_in(GROUP) {
        let message = format!("only members of the group {GROUP} may see this");
        return Err(Problem { status: 403, code: "Forbidden", message }.into());
    }
    let (from, to) = (day(request, "from", "0000-01-01")?, day(request, "to", "9999-12-31")?);
    let mut figures = Figures::default();
    for status in STATUSES {
        count(session, status, (from, &format!("{to}~")), &mut figures)?;
    }
    let body = json!({"orders": figures.counts, "revenueCents": figures.revenue_cents, "from": from, "to": to});
    Ok(Response::new(200, body))
}

fn day<'a>(request: &Request<'a>, name: &str, without: &'a str) -> Result<&'a str, Problem> {
    let Some(text) = request.query(name) else { return Ok(without) };
    let fits = |(at, byte): (usize, u8)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() };
    if text.len() == 10 && text.bytes().enumerate().all(fits) {
        return Ok(text);
    }
    Err(Problem::invalid(format!("{name} is a day, such as 2026-11-22")))
}

fn count(session: &Session<'_>, status: &str, (from, to): (&str, &str), figures: &mut Figures) -> Result<(), Failure> {
    let table = Table::new(session, session.setting("ORDERS_TABLE")?);
    let (mut start, mut orders) = (None, 0);
    loop {
        let mut query = json!({
            "IndexName": "ByStatus",
            "KeyConditionExpression": "#status = :status AND createdAt BETWEEN :from AND :to",
            "ProjectionExpression": "totalCents, currency",
        });
        if let Some(start) = start {
            query["ExclusiveStartKey"] = attributes(&start);
        }
        let (page, next) =
            table.query(query, &json!({"#status": "status"}), &json!({":status": status, ":from": from, ":to": to}))?;
        for order in page["Items"].as_array().into_iter().flatten() {
            orders += 1;
            if status == "PAID" {
                let currency = order["currency"].as_str().unwrap_or_default();
                let sum = figures.revenue_cents.get(currency).and_then(Value::as_u64).unwrap_or(0);
                let sum = sum.saturating_add(order["totalCents"].as_u64().unwrap_or(0));
                figures.revenue_cents.insert(currency.to_owned(), sum.into());
            }
        }
        start = next;
        if start.is_none() {
            figures.counts.insert(status.to_owned(), orders.into());
            return Ok(());
        }
        if session.left() < Duration::from_secs(1) {
            return Err(Failure::Refused(
                "TooManyOrders",
                "there is no time for them all: ask for fewer days".to_owned(),
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::aws::dynamodb::attributes;
    use crate::testing::{api, good, run};
    use serde_json::json;

    fn asked(groups: &str, query: serde_json::Value) -> serde_json::Value {
        let mut event = api("GET", "/analytics", json!({"queryStringParameters": query}));
        event["requestContext"]["authorizer"]["claims"]["cognito:groups"] = groups.into();
        event
    }

    #[test]
    fn figures_are_sums_over_all_pages() {
        let order = |cents: u64, currency| attributes(&json!({"totalCents": cents, "currency": currency}));
        let key = attributes(&json!({"orderId": "o"}));
        let pages = [
            json!({"Items": [order(7, "EUR")]}),
            json!({"Items": [order(100, "EUR"), order(5, "USD")], "LastEvaluatedKey": key}),
            json!({"Items": [order(23, "EUR")]}),
            json!({"Items": []}),
        ];
        let run = run("analytics", asked("buyers,analysts", json!({"from": "2026-11-01"})), pages.iter().map(good));
        let (status, body) = run.http();
        assert_eq!(status, 200);
        assert_eq!(body["orders"], json!({"PENDING": 1, "PAID": 3, "COMPENSATED": 0}));
        assert_eq!(body["revenueCents"], json!({"EUR": 123, "USD": 5}));
        assert_eq!(run.sent[2].json()["ExclusiveStartKey"], key);
    }

    #[test]
    fn who_may_not_know_is_not_told() {
        assert_eq!(run("analytics", asked("buyers", json!({})), []).http().0, 403);
        assert_eq!(run("analytics", asked("analysts", json!({"to": "soon"})), []).http().0, 400);
    }
}
