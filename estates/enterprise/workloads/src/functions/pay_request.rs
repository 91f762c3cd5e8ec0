//! The first step of a payment: it is asked for.

use super::text;
use crate::aws::dynamodb::{Table, Update, Written};
use crate::clock;
use crate::failure::Failure;
use crate::session::Session;
use serde_json::{Value, json};

/// Takes `orderId`, `executionId` and `eventId`; answers with the outcome, and the order's version for the next step.
///
/// An order belongs to the execution that comes first. A retry of that execution finds its own mark and goes on; another one,
/// started by an event that came twice, is told so and ends.
pub fn handle(session: &Session<'_>, event: &Value) -> Result<Value, Failure> {
    let (order, execution) = (text(event, "/orderId")?, text(event, "/executionId")?);
    let fields = json!({"orderId": order, "executionId": execution, "eventId": event["eventId"], "reference": event["reference"]});
    let table = Table::new(session, session.setting("ORDERS_TABLE")?);
    let item = table.get(&json!({"orderId": order}))?;
    let limit = session.settings().number("PAYMENT_LIMIT_CENTS", u64::MAX)?;
    match item["totalCents"].as_u64() {
        None => return Err(Failure::Refused("OrderNotFound", format!("{order} is not there"))),
        Some(total) if total > limit => {
            session.warn("the payment is declined", &fields);
            let why = format!("{total} cents are more than may be charged at once");
            return Err(Failure::Refused("PaymentDeclined", why));
        }
        Some(_) => {}
    }
    let update = Update {
        key: json!({"orderId": order}),
        expression: "SET paymentState = :requested, paymentExecution = :execution, updatedAt = :now ADD version :one",
        condition: "#status = :pending AND attribute_not_exists(paymentExecution)",
        names: json!({"#status": "status"}),
        values: json!({
            ":requested": "requested", ":execution": execution, ":pending": "PENDING", ":one": 1,
            ":now": clock::iso(clock::since_epoch()),
        }),
    };
    let (outcome, item) = match table.update(&update)? {
        Written::Done(item) => ("requested", item),
        Written::Refused(item) if item["paymentExecution"] == execution && item["paymentState"] == "requested" => {
            ("requested", item)
        }
        Written::Refused(item) => ("handled", item),
    };
    session.info(if outcome == "requested" { "payment requested" } else { "the payment is in other hands" }, &fields);
    Ok(json!({"outcome": outcome, "version": item["version"]}))
}

#[cfg(test)]
mod tests {
    use crate::aws::dynamodb::attributes;
    use crate::testing::{Run, good, refused, run};
    use serde_json::{Value, json};

    fn order(more: Value) -> Value {
        let mut order = json!({"orderId": "o", "status": "PENDING", "totalCents": 2500, "version": 1});
        order.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        order
    }

    fn ask(answers: Vec<crate::aws::Incoming>) -> Run {
        run("pay-request", json!({"orderId": "o", "executionId": "x1", "eventId": "e"}), answers)
    }

    #[test]
    fn a_payment_is_asked_for_once() {
        let found = || good(&json!({"Item": attributes(&order(json!({})))}));
        let done = good(&json!({"Attributes": attributes(&order(json!({"version": 2})))}));
        let run = ask(vec![found(), done]);
        assert_eq!(run.answer.as_ref().unwrap(), &json!({"outcome": "requested", "version": 2}));
        assert_eq!(run.operations(), ["GetItem", "UpdateItem"]);
        let own = json!({"paymentExecution": "x1", "paymentState": "requested", "version": 2});
        assert_eq!(ask(vec![found(), refused(&order(own))]).answer.unwrap()["outcome"], "requested");
        let others = json!({"paymentExecution": "x0", "paymentState": "requested", "version": 2});
        assert_eq!(ask(vec![found(), refused(&order(others))]).answer.unwrap()["outcome"], "handled");
    }

    #[test]
    fn what_is_too_much_is_declined() {
        let run = ask(vec![good(&json!({"Item": attributes(&order(json!({"totalCents": 1_000_001})))}))]);
        assert_eq!((run.answer.unwrap_err().kind(), run.sent.len()), ("PaymentDeclined", 1));
        assert_eq!(ask(vec![good(&json!({}))]).answer.unwrap_err().kind(), "OrderNotFound");
    }
}
