//! The outbox: an order that the bus has not been told of bears an attribute that says so, written with the order itself. It is
//! taken away when the bus has taken the event. Whoever dies in between, somebody tells it again; so it is told at least once.

use super::BY_STATUS;
use crate::aws::dynamodb::{Table, Update, Written};
use crate::aws::events::{self, Event};
use crate::clock;
use crate::failure::Failure;
use crate::order;
use crate::session::Session;
use serde_json::{Value, json};
use std::time::Duration;

/// Who tells.
const SOURCE: &str = "enterprise.orders";
/// An order younger than this is still in the hands of the request that places it.
const GRACE: Duration = Duration::from_secs(60);

/// Tells the bus of an order, if it was not told.
pub fn publish(session: &Session<'_>, item: &Value) -> Result<(), Failure> {
    let Some(detail_type) = item["outbox"].as_str() else { return Ok(()) };
    let detail = order::told(item);
    let bus = session.setting("EVENT_BUS")?;
    let id = events::put(session, &Event { bus, source: SOURCE, detail_type, detail: &detail })?;
    session
        .info("the bus was told", &json!({"orderId": item["orderId"], "eventId": id, "reference": item["reference"]}));
    let table = Table::new(session, session.setting("ORDERS_TABLE")?);
    let update = Update {
        key: json!({"orderId": item["orderId"]}),
        expression: "REMOVE outbox",
        condition: "attribute_exists(outbox)",
        names: json!({}),
        values: json!({}),
    };
    match table.update(&update) {
        Ok(Written::Done(_) | Written::Refused(_)) => {}
        // The event is out. That it may be told again harms nobody: who hears it twice acts once.
        Err(error) => session.warn("the outbox was not cleared", &Failure::Aws(error).described()),
    }
    Ok(())
}

/// Tells the bus of what is in the outbox for longer than a request takes.
pub fn sweep(session: &Session<'_>) -> Result<Value, Failure> {
    let table = Table::new(session, session.setting("ORDERS_TABLE")?);
    let before = clock::iso(clock::since_epoch().saturating_sub(GRACE));
    let (mut start, mut told) = (None, 0);
    loop {
        let mut query = json!({
            "IndexName": BY_STATUS,
            "KeyConditionExpression": "#status = :pending AND createdAt < :before",
            "FilterExpression": "attribute_exists(outbox)",
        });
        if let Some(start) = start {
            query["ExclusiveStartKey"] = crate::aws::dynamodb::attributes(&start);
        }
        let names = json!({"#status": "status"});
        let (page, next) = table.query(query, &names, &json!({":pending": "PENDING", ":before": before}))?;
        for entry in page["Items"].as_array().into_iter().flatten() {
            let item = table.get(&json!({"orderId": entry["orderId"]}))?;
            publish(session, &item)?;
            told += 1;
        }
        start = next;
        // What is left over is for the next sweep.
        if start.is_none() || session.left() < Duration::from_secs(5) {
            break;
        }
    }
    session.info("the outbox was swept", &json!({"told": told}));
    Ok(json!({"told": told}))
}

#[cfg(test)]
mod tests {
    use crate::aws::dynamodb::attributes;
    use crate::testing::{good, run};
    use serde_json::json;

    #[test]
    fn a_sweep_tells_what_was_left() {
        let item = attributes(&json!({"orderId": "o", "outbox": "OrderPlaced", "status": "PENDING", "totalCents": 5}));
        let page = json!({"Items": [{"orderId": {"S": "o"}}]});
        let taken = json!({"Entries": [{"EventId": "e-1"}]});
        let answers = [good(&page), good(&json!({"Item": item})), good(&taken), good(&json!({}))];
        let run = run("orders", json!({"sweep": "outbox"}), answers);
        assert_eq!(run.operations(), ["Query", "GetItem", "PutEvents", "UpdateItem"]);
        assert_eq!(run.answer.unwrap(), json!({"told": 1}));
    }
}
