//! Proofs of a small estate: what holds, what does not, and what cannot be seen to fail.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use clock::Timestamp;
use diagram::{Bindings, Diagram};
use proof::{Document, Drawing, Estate, Ground, Report, State, prove, rows};
use serde_json::{Value as Json, json};
use std::time::Duration;
use testkit::World;
use wire::{Reply, Request};

/// A cloud in memory; its operator's API answers what a proof asks of it.
struct Held(World);

impl Ground for Held {
    fn send(&mut self, request: Request) -> Result<Reply, String> {
        self.0.carry(request)
    }

    fn operator(&mut self, method: &str, path: &str, body: Option<&Json>) -> Result<Json, String> {
        let cloud = self.0.cloud();
        match (method, path.split('?').next().unwrap_or_default()) {
            ("GET", "/_terrella/clock") => Ok(json!({"now": cloud.clock().now().iso8601()})),
            ("GET", "/_terrella/flows") => {
                let since = Timestamp::parse_iso8601(path.split('=').nth(1).unwrap_or_default());
                let filter = ledger::Filter { since, ..ledger::Filter::default() };
                let (flows, _) = cloud.ledger().flows(&filter, 100).map_err(|e| e.to_string())?;
                let row = |flow: &ledger::Flow| {
                    json!({"from": flow.from, "to": flow.to, "operation": flow.operation, "count": flow.count,
                           "failed": flow.failed, "requestId": flow.request.to_string()})
                };
                Ok(json!({"flows": flows.iter().map(row).collect::<Vec<_>>()}))
            }
            ("POST", "/_terrella/wind") => {
                let by = body.and_then(|b| b["by"].as_str()).and_then(script::span_of).ok_or("no span")?;
                self.0.advance(by).map_err(|e| e.to_string())?;
                Ok(json!({"now": self.0.cloud().clock().now().iso8601()}))
            }
            other => Err(format!("{other:?} is not asked of a held cloud")),
        }
    }

    fn pause(&mut self, span: Duration) {
        self.0.advance(span).unwrap();
    }

    fn real_now(&self) -> Timestamp {
        self.0.cloud().clock().real()
    }
}

const SETUP: &str = r#"
## Setup: a queue, and somebody who may send
```send
sqs CreateQueue {"QueueName": "orders"}
```
```send
iam CreateUser {"UserName": "ada"}
```
```send
iam PutUserPolicy {"UserName": "ada", "PolicyName": "p", "PolicyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"sqs:*\",\"Resource\":\"*\"}}"}
```
```send
iam CreateAccessKey {"UserName": "ada"}
```
`let Ada = {AccessKeyId}`
`let Secret = {SecretAccessKey}`
"#;

const SENT: &str = r#"
`as {Ada} {Secret}`
```send
sqs SendMessage {"QueueUrl": "{QueueUrl}", "MessageBody": "{probe}"}
```
```send
sqs ReceiveMessage {"QueueUrl": "{QueueUrl}"}
```
```reply within 2s
200 {"Messages": {"has": [{"Body": "{probe}", "...": "..."}]}}
```
```send
sqs PurgeQueue {"QueueUrl": "{QueueUrl}"}
```
`wind 61s`
"#;

const DENIED: &str = r#"
```send
iam PutUserPolicy {"UserName": "ada", "PolicyName": "no", "PolicyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Deny\",\"Action\":\"sqs:SendMessage\",\"Resource\":\"*\"}}"}
```
```undo
iam DeleteUserPolicy {"UserName": "ada", "PolicyName": "no"}
```
`as {Ada} {Secret}`
```send
sqs SendMessage {"QueueUrl": "{QueueUrl}", "MessageBody": "no"}
```
```reply
403 AccessDenied ...explicit deny in an identity-based policy
```
"#;

fn proven(checks: &str) -> Report {
    let list = rows("| E0.1 | Ada → Orders |\n| E0.2 | Orders → Nobody |\n| K0.1 | ours alone |\n").unwrap();
    let diagram = Diagram::parse("graph TD\nAda --> Orders --> Nobody").unwrap();
    let bindings =
        Bindings::parse("[nodes]\nAda = [\"arn:aws:iam::*:user/ada\"]\nOrders = [\"arn:aws:sqs:*:*:orders\"]\n")
            .unwrap();
    let drawing = Drawing::new(diagram, bindings, &list).unwrap();
    let document = Document::parse(&format!("{SETUP}\n{checks}")).unwrap();
    let estate = Estate {
        name: "small",
        rows: &list,
        proof: &document,
        drawing: Some(&drawing),
        names: &Default::default(),
        only: &[],
        endpoint: "http://localhost:4566",
        region: "us-east-1",
    };
    let mut ground = Held(World::default());
    prove(&estate, catalog::directory(), &mut ground, &mut |_| (), &|| Duration::ZERO).unwrap()
}

fn states(report: &Report) -> Vec<(&str, State)> {
    report.rows.iter().map(|row| (&*row.id, row.state)).collect()
}

#[test]
fn an_arrow_is_proven_by_its_check_the_ledger_and_a_twin_that_heals() {
    let report = proven(&format!("## E0.1: sent\n{SENT}\n### Twin: without the right\n{DENIED}"));
    assert_eq!(report.troubles, Vec::<String>::new());
    assert_eq!(
        states(&report),
        [("E0.1", State::Proven), ("E0.2", State::Dark), ("K0.1", State::Dark)],
        "{}",
        report.text(true)
    );
    let row = &report.rows[0];
    assert!(row.evidence.iter().any(|line| line.starts_with("sqs SendMessage 200 (")), "{:?}", row.evidence);
    assert!(row.evidence.iter().any(|line| line.contains("flow Ada -> Orders: ")), "{:?}", row.evidence);
    assert!(row.twin.iter().any(|line| line.starts_with("sqs SendMessage 403 AccessDenied")), "{:?}", row.twin);
    assert_eq!(row.twin.last().map(String::as_str), Some("put back, and healed"));
    assert!(report.holds());
    assert_eq!(report.json()["rows"][0]["state"], "proven");
}

#[test]
fn an_arrow_without_a_twin_is_dark_and_another_row_is_not() {
    let report = proven(&format!("## E0.1, K0.1: sent\n{SENT}"));
    assert_eq!(states(&report), [("E0.1", State::Dark), ("E0.2", State::Dark), ("K0.1", State::Proven)]);
    assert!(report.rows[0].why.contains("no twin"));
}

#[test]
fn a_twin_that_does_not_break_or_does_not_heal_fails_its_row() {
    // What is taken away is not what carries the row.
    let idle = DENIED.replace("sqs:SendMessage", "sqs:ListQueues");
    let report = proven(&format!("## E0.1: sent\n{SENT}\n### Twin: of nothing\n{idle}"));
    assert_eq!(states(&report)[0], ("E0.1", State::Failed));
    assert!(report.rows[0].why.contains("expected 403"), "{}", report.rows[0].why);
    // What is taken away is not put back.
    let kept =
        DENIED.replace("```undo\niam DeleteUserPolicy {\"UserName\": \"ada\", \"PolicyName\": \"no\"}\n```\n", "");
    let report = proven(&format!("## E0.1: sent\n{SENT}\n### Twin: for good\n{kept}"));
    assert_eq!(states(&report)[0], ("E0.1", State::Failed));
    assert!(report.rows[0].why.contains("did not heal"), "{}", report.rows[0].why);
}

#[test]
fn what_does_not_hold_or_did_not_flow_fails() {
    let wrong = SENT.replace("\"Body\": \"{probe}\"", "\"Body\": \"another\"");
    let report = proven(&format!("## E0.1: sent\n{wrong}"));
    assert_eq!(states(&report)[0], ("E0.1", State::Failed));
    assert!(report.rows[0].why.contains("not within 2 s"), "{}", report.rows[0].why);
    let report = proven(&format!("## E0.2: never\n{SENT}\n### Twin: without the right\n{DENIED}"));
    assert_eq!(states(&report)[1], ("E0.2", State::Failed));
    assert!(report.rows[1].why.contains("the ledger shows nothing"), "{}", report.rows[1].why);
    let unrecorded =
        format!("## E0.2: told\n`unrecorded: it is no call`\n{SENT}\n### Twin: without the right\n{DENIED}");
    assert_eq!(states(&proven(&unrecorded))[1], ("E0.2", State::Proven));
}

#[test]
fn a_call_of_which_nothing_is_said_must_succeed() {
    let report =
        proven("## K0.1: a queue that is not there\n```send\nsqs GetQueueUrl {\"QueueName\": \"none\"}\n```\n");
    assert_eq!(states(&report)[2], ("K0.1", State::Failed));
    let report = proven(
        "## Setup: wrong\n```send\nsqs GetQueueUrl {\"QueueName\": \"none\"}\n```\n## K0.1: x\n```send\nsqs ListQueues\n```\n",
    );
    assert_eq!(states(&report)[2], ("K0.1", State::Dark));
    assert!(!report.holds() && report.troubles[0].contains("QueueDoesNotExist"), "{:?}", report.troubles);
}

#[test]
fn reports_are_read_by_others() {
    let report = proven(&format!("## E0.1: a <b>\n{SENT}\n### Twin: without the right\n{DENIED}"));
    let xml = proof::junit(&report);
    assert!(xml.contains("tests=\"3\" failures=\"0\" errors=\"0\" skipped=\"2\"") && xml.contains("E0.1 Ada → Orders"));
    let page = proof::html(&report, None);
    assert!(page.contains("id=\"E0.1\"") && page.contains("put back, and healed") && !page.contains("<b>\n"));
}
