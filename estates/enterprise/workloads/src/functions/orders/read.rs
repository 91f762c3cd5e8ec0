//! Orders are listed and shown, each customer's own.

use super::BY_CUSTOMER;
use crate::aws::dynamodb::{Table, attributes};
use crate::failure::Failure;
use crate::http::{Problem, Request, Response};
use crate::order;
use crate::session::Session;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

const MOST: u64 = 100;

/// `GET /orders?limit=&nextToken=`, the newest first.
pub fn list(session: &Session<'_>, request: &Request<'_>) -> Result<Response, Failure> {
    let customer = request.customer()?;
    let limit = match request.query("limit") {
        None => 20,
        Some(text) => {
            let limit = text.parse().ok().filter(|limit| (1..=MOST).contains(limit));
            limit.ok_or_else(|| Problem::invalid(format!("limit is 1 to {MOST}")))?
        }
    };
    let mut query = json!({
        "IndexName": BY_CUSTOMER,
        "KeyConditionExpression": "customerId = :customer",
        "ScanIndexForward": false,
        "Limit": limit,
    });
    if let Some(token) = request.query("nextToken") {
        query["ExclusiveStartKey"] = attributes(&opened(token, customer.id)?);
    }
    let table = Table::new(session, session.setting("ORDERS_TABLE")?);
    let (page, next) = table.query(query, &json!({}), &json!({":customer": customer.id}))?;
    let orders: Vec<Value> = page["Items"].as_array().into_iter().flatten().map(order::shown).collect();
    let mut body = json!({"orders": orders});
    if let Some(next) = next {
        body["nextToken"] = sealed(&next).into();
    }
    Ok(Response::new(200, body))
}

/// `GET /orders/{orderId}`. Another customer's order is as little there as one that nobody placed.
pub fn show(session: &Session<'_>, request: &Request<'_>) -> Result<Response, Failure> {
    let customer = request.customer()?;
    let id = request.path("orderId")?;
    order::name("orderId", id)?;
    let table = Table::new(session, session.setting("ORDERS_TABLE")?);
    let item = table.get(&json!({"orderId": id}))?;
    if item["customerId"] != customer.id {
        return Err(Problem::not_found(id).into());
    }
    Ok(Response::new(200, order::shown(&item)))
}

/// Where the next page starts, without the customer: whose page it is, his token says.
fn sealed(key: &Value) -> String {
    let text = |name: &str| key[name].as_str().unwrap_or_default();
    URL_SAFE_NO_PAD.encode(format!("{} {}", text("createdAt"), text("orderId")))
}

fn opened(token: &str, customer: &str) -> Result<Value, Problem> {
    let wrong = || Problem::invalid("nextToken is none that was given");
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| wrong())?;
    let text = String::from_utf8(bytes).map_err(|_| wrong())?;
    let (created, id) =
        text.split_once(' ').filter(|(created, id)| !created.is_empty() && !id.is_empty()).ok_or_else(wrong)?;
    Ok(json!({"customerId": customer, "createdAt": created, "orderId": id}))
}

#[cfg(test)]
mod tests {
    use crate::aws::dynamodb::attributes;
    use crate::testing::{api, good, run};
    use serde_json::json;

    #[test]
    fn lists_go_on_where_they_stopped_and_stay_with_their_customer() {
        let item =
            attributes(&json!({"orderId": "o1", "customerId": "ann", "status": "PAID", "email": "ann@example.com"}));
        let key = attributes(&json!({"orderId": "o1", "customerId": "ann", "createdAt": "2024"}));
        let page = json!({"Items": [item], "LastEvaluatedKey": key});
        let first =
            run("orders", api("GET", "/orders", json!({"queryStringParameters": {"limit": "1"}})), [good(&page)]);
        let (status, body) = first.http();
        assert_eq!((status, &body["orders"]), (200, &json!([{"orderId": "o1", "status": "PAID"}])));
        let mut next = api("GET", "/orders", json!({"queryStringParameters": {"nextToken": body["nextToken"]}}));
        // Somebody else's token leads to his own orders.
        next["requestContext"]["authorizer"]["claims"]["sub"] = "bob".into();
        let second = run("orders", next, [good(&json!({"Items": []}))]);
        let asked = second.sent[0].json();
        assert_eq!(
            asked["ExclusiveStartKey"],
            attributes(&json!({"orderId": "o1", "customerId": "bob", "createdAt": "2024"}))
        );
        assert_eq!(asked["ExpressionAttributeValues"], json!({":customer": {"S": "bob"}}));
        assert!(second.http().1.get("nextToken").is_none());
    }

    #[test]
    fn parameters_are_looked_at() {
        for query in [
            json!({"limit": "0"}),
            json!({"limit": "101"}),
            json!({"limit": "x"}),
            json!({"nextToken": "!"}),
            json!({"nextToken": "YQ"}),
        ] {
            let run = run("orders", api("GET", "/orders", json!({"queryStringParameters": query})), []);
            assert_eq!(run.http().0, 400, "{query}");
        }
    }

    #[test]
    fn an_order_is_shown_to_its_customer_alone() {
        let show = |item| {
            let event = api("GET", "/orders/{orderId}", json!({"pathParameters": {"orderId": "o1"}}));
            run("orders", event, [good(&item)]).http()
        };
        let item = |customer| json!({"Item": attributes(&json!({"orderId": "o1", "customerId": customer}))});
        assert_eq!(show(item("ann")).0, 200);
        assert_eq!(show(item("bob")), show(json!({})));
        assert_eq!(show(json!({})).0, 404);
        let event = api("DELETE", "/orders/{orderId}", json!({}));
        assert_eq!(run("orders", event, []).http().0, 404);
    }
}
