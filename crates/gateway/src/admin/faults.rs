use super::facts::must_be_service;
use super::{Answer, Refusal, body, parameter};
use crate::server::Shared;
use http::Method;
use pipeline::faults::FaultRule;
use serde_json::json;
use wire::Request;

/// `GET` lists the rules in force, `POST` adds one, `DELETE` takes away `?id=…` or all.
pub(super) fn answer(request: &Request, shared: &Shared) -> Answer {
    let book = shared.cloud.faults();
    match request.method {
        Method::GET => {
            let now = shared.cloud.clock().now();
            let rows = book.list(now).into_iter().map(|status| {
                let mut row = status.rule.to_json();
                row["hits"] = json!(status.hits);
                row
            });
            Ok(json!({"faults": rows.collect::<Vec<_>>()}))
        }
        Method::POST => {
            let rule = FaultRule::parse(&body(request)?).map_err(|e| Refusal::bad(e.to_string()))?;
            rule.service.iter().try_for_each(|service| must_be_service(service, shared))?;
            let id = book.add(rule).map_err(|e| Refusal::bad(e.to_string()))?;
            Ok(json!({"id": id}))
        }
        Method::DELETE => match parameter(request, "id") {
            None => Ok(json!({"removed": book.clear()})),
            Some(id) if book.remove(id) => Ok(json!({"removed": 1})),
            Some(id) => Err(Refusal::missing(format!("there is no fault rule {id}"))),
        },
        _ => Err(Refusal::bad("faults are listed with GET, added with POST and taken away with DELETE")),
    }
}
