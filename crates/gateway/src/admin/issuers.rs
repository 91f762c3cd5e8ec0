use super::{Answer, Refusal, body, decoded, parameter};
use crate::server::Shared;
use http::Method;
use serde_json::{Value, json};
use service::Error;
use wire::Request;

/// `GET` lists the issuers of tokens, `POST` gives the keys of one (`{"url": "https://…", "jwks": {"keys": […]}}`), `DELETE`
/// forgets those of `?url=…`.
pub(super) fn answer(request: &Request, shared: &Shared) -> Answer {
    match request.method {
        Method::GET => list(shared),
        Method::POST => {
            let body = body(request)?;
            let url = body.get("url").and_then(Value::as_str).ok_or_else(|| Refusal::bad(FORM))?;
            let keys = body.get("jwks").filter(|keys| keys.is_object()).ok_or_else(|| Refusal::bad(FORM))?;
            shared.cloud.set_issuer_keys(url, &keys.to_string()).map_err(refused)?;
            let count = keys.get("keys").and_then(Value::as_array).map_or(0, Vec::len);
            Ok(json!({"url": url, "keys": count}))
        }
        Method::DELETE => {
            let url = parameter(request, "url").map(decoded);
            let url = url.ok_or_else(|| Refusal::bad("say which: ?url=https://…"))?;
            match shared.cloud.remove_issuer(&url).map_err(refused)? {
                true => Ok(json!({"removed": url})),
                false => {
                    Err(Refusal::missing(format!("there are no keys of {url}; `terrella issuer list` lists them")))
                }
            }
        }
        _ => Err(Refusal::bad("issuers are listed with GET, set with POST and forgotten with DELETE")),
    }
}

const FORM: &str = "say whose keys, and which: {\"url\": \"https://…\", \"jwks\": {\"keys\": […]}}";

fn list(shared: &Shared) -> Answer {
    let issuers = shared.cloud.list_issuers().map_err(refused)?;
    let rows = issuers.into_iter().map(|issuer| {
        // What was given was JSON when it was taken in.
        let keys: Value = serde_json::from_str(&issuer.keys).unwrap_or_default();
        json!({"url": issuer.url, "outbound": issuer.outbound, "jwks": keys})
    });
    Ok(json!({"issuers": rows.collect::<Vec<_>>()}))
}

fn refused(error: Error) -> Refusal {
    if error.is_receiver_fault() { Refusal::failed(error) } else { Refusal::bad(error.message()) }
}
