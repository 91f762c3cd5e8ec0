use super::facts::must_be_service;
use super::{Answer, Refusal, decoded, parameter};
use crate::server::Shared;
use clock::Timestamp;
use ids::RequestId;
use ledger::{Cursor, Filter, Order, Outcome, Query, Record};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use wire::Request;

/// How long a follower is held when nothing happens, before it is told so and asks again.
const HOLD: Duration = Duration::from_secs(25);
/// The most flows that are told at once.
const MOST_FLOWS: usize = 20_000;

/// What the operator's own changes are recorded as calls of.
const OPERATORS: &str = "terrella";

/// The records that the query string asks for: `?limit=…&after=…&service=…&operation=…&principal=…&account=…&outcome=…&since=…&until=…&order=oldest&follow=true`.
pub(super) async fn log(request: &Request, shared: &Shared) -> Answer {
    let query = query_of(request, shared)?;
    let ledger = shared.cloud.ledger();
    let page = ledger.query(&query).map_err(Refusal::failed)?;
    if !page.records.is_empty() || parameter(request, "follow") != Some("true") {
        return Ok(shown(page));
    }
    let news = Arc::new(Notify::new());
    let notify = Arc::clone(&news);
    let _subscription = ledger.subscribe(move || notify.notify_one());
    let deadline = tokio::time::sleep(HOLD);
    tokio::pin!(deadline);
    let mut stop = shared.stop.clone();
    loop {
        let page = ledger.query(&query).map_err(Refusal::failed)?;
        if !page.records.is_empty() {
            return Ok(shown(page));
        }
        tokio::select! {
            () = news.notified() => {}
            () = &mut deadline => return Ok(shown(page)),
            _ = stop.wait_for(|stop| *stop) => return Ok(shown(page)),
        }
    }
}

fn shown(page: ledger::Page) -> Value {
    let row = |(cursor, record): &(Cursor, Record)| {
        let mut row = ledger::json(record);
        row["cursor"] = json!(cursor.0);
        row["line"] = json!(ledger::line(record));
        row
    };
    json!({"records": page.records.iter().map(row).collect::<Vec<_>>(), "next": page.last.0, "more": page.more})
}

pub(super) fn query_of(request: &Request, shared: &Shared) -> Result<Query, Refusal> {
    let oldest = parameter(request, "order") == Some("oldest");
    let number = |name: &str| match parameter(request, name).filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|_| Refusal::bad(format!("{name}: '{text}' is no number"))),
    };
    Ok(Query {
        filter: filter_of(request, shared)?,
        order: if oldest { Order::OldestFirst } else { Order::NewestFirst },
        after: number("after")?.map(Cursor),
        limit: number("limit")?.map_or(50, |limit| usize::try_from(limit).unwrap_or(50)),
    })
}

fn filter_of(request: &Request, shared: &Shared) -> Result<Filter, Refusal> {
    let text = |name: &str| parameter(request, name).map(decoded).filter(|text| !text.is_empty());
    let moment = |name: &str| match text(name) {
        None => Ok(None),
        Some(text) => match Timestamp::parse_iso8601(&text) {
            Some(moment) => Ok(Some(moment)),
            None => Err(Refusal::bad(format!("{name}: '{text}' is no moment: write such as 2026-11-22T06:35:00Z"))),
        },
    };
    let account = match text("account") {
        None => None,
        Some(id) => Some(id.parse().map_err(|_| Refusal::bad(format!("account: '{id}' is no account id")))?),
    };
    let outcome = match text("outcome") {
        None => None,
        Some(word) => Some(
            Outcome::parse(&word)
                .ok_or_else(|| Refusal::bad(format!("outcome: '{word}' is none of ok, error, denied, audit")))?,
        ),
    };
    let service = text("service");
    service.iter().filter(|name| *name != OPERATORS).try_for_each(|name| must_be_service(name, shared))?;
    Ok(Filter {
        account,
        region: text("region"),
        service,
        operation: text("operation"),
        principal: text("principal"),
        outcome,
        parent: None,
        since: moment("since")?,
        until: moment("until")?,
    })
}

/// Who asked what of what, in the records that the query string asks for as [`log`] does.
pub(super) fn flows(request: &Request, shared: &Shared) -> Answer {
    let (flows, left_out) =
        shared.cloud.ledger().flows(&filter_of(request, shared)?, MOST_FLOWS).map_err(Refusal::failed)?;
    let row = |flow: &ledger::Flow| {
        json!({
            "from": flow.from,
            "to": flow.to,
            "operation": flow.operation,
            "count": flow.count,
            "failed": flow.failed,
            "requestId": flow.request.to_string(),
        })
    };
    Ok(json!({"flows": flows.iter().map(row).collect::<Vec<_>>(), "leftOut": left_out}))
}

/// The whole proof of one request.
pub(super) fn why(id: &str, shared: &Shared) -> Answer {
    let id = RequestId::parse(id).ok_or_else(|| {
        Refusal::bad(format!("'{id}' is no request id: it stands in x-amzn-RequestId and in `terrella log`"))
    })?;
    let record = shared.cloud.ledger().find(id).map_err(Refusal::failed)?;
    let record = record
        .ok_or_else(|| Refusal::missing(format!("no request {id} is recorded; `terrella log` lists the newest")))?;
    Ok(ledger::json(&record))
}
