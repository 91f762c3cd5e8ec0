use super::{Answer, Refusal, aside, body, parameter};
use crate::server::Shared;
use ids::AccountId;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use wire::Request;

fn account(text: &str) -> Result<AccountId, Refusal> {
    text.parse().map_err(|_| Refusal::bad(format!("'{text}' is no account id: twelve digits are")))
}

/// Empties the cloud, or `?account=` one account of it.
pub(super) fn reset(request: &Request, shared: &Shared) -> Answer {
    let one = parameter(request, "account").map(account).transpose()?;
    shared.cloud.reset(one).map_err(Refusal::failed)?;
    Ok(json!({"reset": one.map_or_else(|| "all".to_owned(), |id| id.to_string())}))
}

pub(super) fn accounts(shared: &Shared) -> Answer {
    let ids = shared.cloud.accounts().map_err(Refusal::failed)?;
    Ok(json!({"accounts": ids.iter().map(ToString::to_string).collect::<Vec<_>>()}))
}

/// `{"id": "123456789012"}`
pub(super) fn create_account(request: &Request, shared: &Shared) -> Answer {
    let body = body(request)?;
    let id =
        body.get("id").and_then(Value::as_str).ok_or_else(|| Refusal::bad("say which: {\"id\": \"123456789012\"}"))?;
    let id = account(id)?;
    let new = shared.cloud.create_account(id).map_err(Refusal::failed)?;
    Ok(json!({"account": id.to_string(), "created": new, "access_key": id.to_string(), "secret": "any"}))
}

/// `{"verb": "save" | "fork", "path": "…"}`. A saved state is loaded at a start, by `terrella snapshot load`.
pub(super) async fn snapshot(request: &Request, shared: &Shared) -> Answer {
    let body = body(request)?;
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let path = text("path").map(PathBuf::from).filter(|p| p.is_absolute());
    let path = path.ok_or_else(|| Refusal::bad("say where, as an absolute path: {\"path\": \"/…\"}"))?;
    let cloud = Arc::clone(&shared.cloud);
    let (verb, to) = (text("verb").unwrap_or("save").to_owned(), path.clone());
    let done = aside(move || match verb.as_str() {
        "save" => cloud.store().save(&to, &mut |_, _| {}).map_err(Refusal::failed),
        "fork" => cloud.store().fork(&to, &mut |_, _| {}).map_err(Refusal::failed),
        other => Err(Refusal::bad(format!("'{other}' is neither save nor fork"))),
    });
    done.await??;
    Ok(json!({"path": path}))
}
