use super::{Answer, Refusal, aside, body, parameter};
use crate::server::Shared;
use ids::AccountId;
use pipeline::Peer;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
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

/// Ids that accounts to come will have, in the order in which they are given out.
pub(super) fn reserved_ids(shared: &Shared) -> Answer {
    let ids = shared.cloud.reserved_account_ids().map_err(Refusal::failed)?;
    let rows = ids.iter().map(|reserved| json!({"id": reserved.id.to_string(), "email": reserved.email}));
    Ok(json!({"reserved": rows.collect::<Vec<_>>()}))
}

/// `{"id": "123456789012", "email": "prod@example.com"}`: the id of the account that will be created with this address, or without
/// one of the next account that is created.
pub(super) fn reserve_id(request: &Request, shared: &Shared) -> Answer {
    let body = body(request)?;
    let id = body.get("id").and_then(Value::as_str);
    let id = account(id.ok_or_else(|| Refusal::bad("say which: {\"id\": \"123456789012\", \"email\": \"…\"}"))?)?;
    let email = body.get("email").and_then(Value::as_str);
    let refused = |error: service::Error| match error.is_receiver_fault() {
        true => Refusal::failed(error),
        false => Refusal::bad(error.message()),
    };
    shared.cloud.reserve_account_id(id, email).map_err(refused)?;
    Ok(json!({"reserved": id.to_string(), "email": email}))
}

/// `{"verb": "save" | "load" | "fork", "path": "…"}`. One at a time; `GET` tells how far it is.
pub(super) async fn snapshot(request: &Request, peer: Peer, shared: &Shared) -> Answer {
    let body = body(request)?;
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let path = text("path").map(PathBuf::from).filter(|p| p.is_absolute());
    let path = path.ok_or_else(|| Refusal::bad("say where, as an absolute path: {\"path\": \"/…\"}"))?;
    let cloud = Arc::clone(&shared.cloud);
    let work = shared.work.begin().ok_or_else(|| Refusal {
        status: 409,
        message: "another snapshot is being made or loaded: wait for it to end".to_owned(),
    })?;
    let (verb, to) = (text("verb").unwrap_or("save").to_owned(), path.clone());
    let done = aside(move || {
        let mut progress = |done, all| work.tell(done, all);
        match verb.as_str() {
            "save" => cloud.store().save(&to, &mut progress).map_err(Refusal::failed),
            "load" => cloud.load(&to, peer.ip, &mut progress).map_err(|e| Refusal::bad(e.message())),
            "fork" => cloud.store().fork(&to.join("state"), &mut progress).map_err(Refusal::failed),
            other => Err(Refusal::bad(format!("'{other}' is none of save, load, fork"))),
        }
    });
    done.await??;
    Ok(json!({"path": path}))
}

/// How far the snapshot is that is being made or loaded.
pub(super) fn progress(shared: &Shared) -> Value {
    match shared.work.at() {
        Some((done, all)) => json!({"done": done, "of": all}),
        None => json!({}),
    }
}

/// Long work for the operator, of which there is one at a time.
#[derive(Default, Clone)]
pub(crate) struct Work(Arc<Mutex<Option<(u64, u64)>>>);

/// The work under way, until this is dropped.
struct Working(Work);

impl Work {
    fn begin(&self) -> Option<Working> {
        let mut at = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if at.is_some() {
            return None;
        }
        *at = Some((0, 0));
        Some(Working(self.clone()))
    }

    fn at(&self) -> Option<(u64, u64)> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Working {
    fn tell(&self, done: u64, all: u64) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((done, all));
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
