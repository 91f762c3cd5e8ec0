use super::{Answer, Refusal, aside, body, span};
use crate::server::Shared;
use serde_json::{Value, json};
use std::sync::Arc;
use wire::Request;

/// The furthest that one wind goes: a century.
const FURTHEST_SECONDS: u64 = 100 * 366 * 86_400;

pub(super) fn tell(shared: &Shared) -> Value {
    let clock = shared.cloud.clock();
    let wound: f64 = clock.winds().iter().map(|w| w.by.as_secs_f64()).sum();
    json!({"now": clock.now().iso8601(), "real": clock.real().iso8601(), "wound_seconds": wound})
}

/// `{"by": "90d"}`; with `"dry_run": true` it only counts what is set to fire by then. It is answered in the second after.
pub(super) async fn wind(request: &Request, shared: &Shared) -> Answer {
    let body = body(request)?;
    let by = body.get("by").and_then(Value::as_str).ok_or_else(|| Refusal::bad("say how far: {\"by\": \"90d\"}"))?;
    let by = span(by)?;
    if by.as_secs() > FURTHEST_SECONDS {
        return Err(Refusal::bad("the clock is wound by a century at most"));
    }
    let cloud = Arc::clone(&shared.cloud);
    let until = cloud.clock().now().after(by);
    if body.get("dry_run").and_then(Value::as_bool) == Some(true) {
        let set = aside(move || cloud.count_due(until)).await?.map_err(Refusal::failed)?;
        return Ok(json!({"until": until.iso8601(), "set_to_fire": set}));
    }
    let wound = aside(move || cloud.wind(by)).await?.map_err(Refusal::failed)?;
    // Signatures carry whole seconds: what a client signs after this answer must not look as if signed before the wind.
    tokio::time::sleep(shared.cloud.clock().until_stamps_tell()).await;
    Ok(json!({"now": wound.now.iso8601(), "fired": wound.fired}))
}
