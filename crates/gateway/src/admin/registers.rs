use super::{Answer, Refusal, body, decoded, parameter};
use crate::server::Shared;
use http::Method;
use serde_json::{Value, json};
use service::{Error, Registered};
use wire::Request;

const FORM: &str = "say what, and by which name: {\"name\": \"…\", \"document\": {…}}";

/// The registers of this cloud.
pub(super) fn names(shared: &Shared) -> Value {
    json!({"registers": shared.cloud.registers()})
}

/// `GET` lists what is registered, `POST` registers (`{"name": "…", "document": {…}}`), `DELETE` takes away what goes by `?name=…`.
pub(super) fn answer(request: &Request, register: &str, shared: &Shared) -> Answer {
    let missing = || {
        let known = shared.cloud.registers().join(", ");
        Refusal::missing(format!("there is no register {register}; there are: {known}"))
    };
    match request.method {
        Method::GET => {
            let all = shared.cloud.registered(register).map_err(refused)?.ok_or_else(missing)?;
            let entry = |Registered { name, document }| {
                // What was registered was JSON when it was taken in.
                json!({"name": name, "document": serde_json::from_str::<Value>(&document).unwrap_or_default()})
            };
            Ok(json!({"register": register, "entries": all.into_iter().map(entry).collect::<Vec<_>>()}))
        }
        Method::POST => {
            let body = body(request)?;
            let name = body.get("name").and_then(Value::as_str).ok_or_else(|| Refusal::bad(FORM))?;
            let document = body.get("document").filter(|document| document.is_object());
            let document = document.ok_or_else(|| Refusal::bad(FORM))?.to_string();
            shared.cloud.register(register, name, &document).map_err(refused)?.ok_or_else(missing)?;
            Ok(json!({"register": register, "name": name}))
        }
        Method::DELETE => {
            let name = parameter(request, "name").map(decoded).ok_or_else(|| Refusal::bad("say which: ?name=…"))?;
            match shared.cloud.unregister(register, &name).map_err(refused)?.ok_or_else(missing)? {
                true => Ok(json!({"removed": name})),
                false => {
                    Err(Refusal::missing(format!("{register} has no {name}; `terrella register list` lists them")))
                }
            }
        }
        _ => Err(Refusal::bad("what is registered is listed with GET, set with POST and taken away with DELETE")),
    }
}

fn refused(error: Error) -> Refusal {
    if error.is_receiver_fault() { Refusal::failed(error) } else { Refusal::bad(error.message()) }
}
