//! `GET /cached`: a summary of a customer's orders, read through Redis.

use crate::aws::dynamodb::Table;
use crate::clock;
use crate::failure::Failure;
use crate::http::{self, Request, Response};
use crate::redis::Redis;
use crate::session::Session;
use crate::trace::Outcome;
use serde_json::{Value, json};

/// How long a summary may be old.
const LIFE_SECONDS: u64 = 60;
/// How many orders it shows.
const LATEST: u64 = 5;

/// Answers a request of the API.
pub fn handle(session: &Session<'_>, event: &Value) -> Result<Value, Failure> {
    http::serve(session, event, |request| match request.route().as_str() {
        "GET /cached" => summary(session, request),
        _ => Err(http::unknown(request)),
    })
}

/// `X-Cache` says where it comes from: `HIT`, `MISS`, or `BYPASS` where there is no cache or it does not answer.
fn summary(session: &Session<'_>, request: &Request<'_>) -> Result<Response, Failure> {
    let customer = request.customer()?;
    let key = format!("orders:{}", customer.id);
    let mut cache = session.settings().optional("REDIS_ENDPOINT").and_then(|endpoint| connected(session, endpoint));
    let found = cache.as_mut().and_then(|redis| tried(session, "GET", || redis.get(&key)));
    let mark = match &found {
        Some(Some(text)) => match serde_json::from_str(text) {
            Ok(body) => return Ok(Response::new(200, body).with("X-Cache", "HIT")),
            Err(_) => "MISS",
        },
        Some(None) => "MISS",
        None => "BYPASS",
    };
    let body = read(session, customer.id)?;
    if let (Some(redis), "MISS") = (&mut cache, mark) {
        tried(session, "SET", || redis.set(&key, &body.to_string(), LIFE_SECONDS));
    }
    Ok(Response::new(200, body).with("X-Cache", mark))
}

fn connected(session: &Session<'_>, endpoint: &str) -> Option<Redis> {
    tried(session, "CONNECT", || Redis::connect(endpoint))
}

/// A cache that fails is a cache that is not there: the answer comes from the table.
fn tried<T>(session: &Session<'_>, operation: &str, act: impl FnOnce() -> std::io::Result<T>) -> Option<T> {
    let start = clock::since_epoch();
    let answer = act();
    let status = answer.is_ok().then_some(200);
    session.note(start, &Outcome { name: "Redis", aws: json!({"operation": operation}), status, is_throttled: false });
    answer.inspect_err(|error| session.warn("the cache does not answer", &json!({"error": error.to_string()}))).ok()
}

fn read(session: &Session<'_>, customer: &str) -> Result<Value, Failure> {
    let table = Table::new(session, session.setting("ORDERS_TABLE")?);
    let query = json!({
        "IndexName": "ByCustomer",
        "KeyConditionExpression": "customerId = :customer",
        "ProjectionExpression": "orderId, #status, totalCents, currency, createdAt",
        "ScanIndexForward": false,
        "Limit": LATEST,
    });
    let (page, _) = table.query(query, &json!({"#status": "status"}), &json!({":customer": customer}))?;
    Ok(json!({"latest": page["Items"], "readAt": clock::iso(clock::since_epoch())}))
}

#[cfg(test)]
mod tests {
    use crate::aws::dynamodb::attributes;
    use crate::testing::{api, good, run};
    use serde_json::json;

    #[test]
    fn without_a_cache_the_answer_says_so() {
        let page = json!({"Items": [attributes(&json!({"orderId": "o1", "status": "PAID"}))]});
        let run = run("cache", api("GET", "/cached", json!({})), [good(&page)]);
        let (status, body) = run.http();
        assert_eq!((status, &body["latest"]), (200, &json!([{"orderId": "o1", "status": "PAID"}])));
        assert_eq!(run.answer.unwrap()["headers"]["X-Cache"], "BYPASS");
    }
}
