//! The second step of a payment: it is released, and the order is paid.

use super::text;
use crate::aws::dynamodb::{Table, Update, Written};
use crate::clock;
use crate::failure::Failure;
use crate::session::Session;
use serde_json::{Value, json};

/// Takes `orderId`, `executionId` and the `version` that the first step left: if the order has changed since, nothing is paid.
pub fn handle(session: &Session<'_>, event: &Value) -> Result<Value, Failure> {
    let (order, execution) = (text(event, "/orderId")?, text(event, "/executionId")?);
    let version = event["version"].as_u64().ok_or_else(|| Failure::Malformed("the event has no version".to_owned()))?;
    let fields = json!({"orderId": order, "executionId": execution, "eventId": event["eventId"], "reference": event["reference"]});
    let update = Update {
        key: json!({"orderId": order}),
        expression: "SET #status = :paid, paymentState = :released, paidAt = :now, updatedAt = :now ADD version :one",
        condition: "version = :version AND paymentState = :requested AND paymentExecution = :execution",
        names: json!({"#status": "status"}),
        values: json!({
            ":paid": "PAID", ":released": "released", ":requested": "requested", ":execution": execution,
            ":version": version, ":one": 1, ":now": clock::iso(clock::since_epoch()),
        }),
    };
    let table = Table::new(session, session.setting("ORDERS_TABLE")?);
    match table.update(&update)? {
        Written::Done(_) => {}
        // This very step was made before, and its answer was lost.
        Written::Refused(item) if item["paymentExecution"] == execution && item["paymentState"] == "released" => {}
        Written::Refused(_) => {
            session.warn("the order has changed", &fields);
            return Err(Failure::Refused("OrderConflict", format!("{order} is not at version {version} any more")));
        }
    }
    session.info("payment released", &fields);
    Ok(json!({"outcome": "released"}))
}

#[cfg(test)]
mod tests {
    use crate::testing::{good, refused, run};
    use serde_json::json;

    #[test]
    fn an_order_is_paid_once_and_only_as_it_was_left() {
        let release = |answer| run("pay-release", json!({"orderId": "o", "executionId": "x1", "version": 2}), [answer]);
        let done = release(good(&json!({"Attributes": {}})));
        assert_eq!(done.sent[0].json()["ExpressionAttributeValues"][":version"], json!({"N": "2"}));
        assert_eq!(done.answer.unwrap(), json!({"outcome": "released"}));
        let own = json!({"paymentExecution": "x1", "paymentState": "released", "version": 3});
        assert!(release(refused(&own)).answer.is_ok());
        for other in [json!({"paymentExecution": "x2", "paymentState": "released"}), json!({"version": 7}), json!({})] {
            assert_eq!(release(refused(&other)).answer.unwrap_err().kind(), "OrderConflict", "{other}");
        }
        assert!(run("pay-release", json!({"orderId": "o", "executionId": "x"}), []).answer.is_err());
    }
}
