//! Customers: Cognito tells of a user who has confirmed himself, and the API shows him what is kept of him.

use super::text;
use crate::aws::dynamodb::{Table, Written};
use crate::clock;
use crate::failure::Failure;
use crate::http::{self, Problem, Request, Response};
use crate::session::Session;
use serde_json::{Value, json};

/// Answers Cognito's trigger, or `GET /auth`.
pub fn handle(session: &Session<'_>, event: &Value) -> Result<Value, Failure> {
    match event["triggerSource"].as_str() {
        Some("PostConfirmation_ConfirmSignUp") => confirmed(session, event),
        // Cognito wants its event back. A password that was reset makes no customer.
        Some(_) => Ok(event.clone()),
        None => http::serve(session, event, |request| match request.route().as_str() {
            "GET /auth" => show(session, request),
            _ => Err(http::unknown(request)),
        }),
    }
}

fn confirmed(session: &Session<'_>, event: &Value) -> Result<Value, Failure> {
    let id = text(event, "/request/userAttributes/sub")?;
    let attributes = &event["request"]["userAttributes"];
    let customer = json!({
        "customerId": id,
        "email": attributes["email"],
        "name": attributes["name"],
        "createdAt": clock::iso(clock::since_epoch()),
        "version": 1,
    });
    let table = Table::new(session, session.setting("CUSTOMERS_TABLE")?);
    let is_new = matches!(table.put_new("customerId", &customer)?, Written::Done(_));
    session.info(if is_new { "customer written" } else { "customer was written before" }, &json!({"customerId": id}));
    Ok(event.clone())
}

fn show(session: &Session<'_>, request: &Request<'_>) -> Result<Response, Failure> {
    let customer = request.customer()?;
    let table = Table::new(session, session.setting("CUSTOMERS_TABLE")?);
    let item = table.get(&json!({"customerId": customer.id}))?;
    if item.is_null() {
        return Err(Problem::not_found("a customer of this id").into());
    }
    Ok(Response::new(200, item))
}

#[cfg(test)]
mod tests {
    use crate::aws::dynamodb::attributes;
    use crate::testing::{answer, api, good, refused, run};
    use serde_json::json;

    #[test]
    fn a_user_who_confirmed_is_a_customer() {
        let user = json!({"sub": "ann", "email": "ann@example.com"});
        let event = json!({"triggerSource": "PostConfirmation_ConfirmSignUp", "request": {"userAttributes": user}, "response": {}});
        for reply in [good(&json!({})), refused(&json!({"customerId": "ann"}))] {
            let run = run("auth", event.clone(), [reply]);
            assert_eq!(run.answer.as_ref().unwrap(), &event);
            assert_eq!(run.sent[0].json()["Item"]["email"], json!({"S": "ann@example.com"}));
            assert!(run.sent[0].json()["Item"].get("name").is_none());
        }
        // Without the row there is no confirmation: Cognito answers the client with the failure.
        let denied = answer(400, "{\"__type\":\"AccessDeniedException\"}");
        assert!(run("auth", event, [denied]).answer.is_err());
        let reset = json!({"triggerSource": "PostConfirmation_ConfirmForgotPassword"});
        assert_eq!(run("auth", reset.clone(), []).answer.unwrap(), reset);
    }

    #[test]
    fn a_customer_sees_himself() {
        let found = json!({"Item": attributes(&json!({"customerId": "ann", "version": 1}))});
        assert_eq!(
            run("auth", api("GET", "/auth", json!({})), [good(&found)]).http(),
            (200, json!({"customerId": "ann", "version": 1}))
        );
        assert_eq!(run("auth", api("GET", "/auth", json!({})), [good(&json!({}))]).http().0, 404);
    }
}
