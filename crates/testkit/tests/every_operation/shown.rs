//! What records show of inputs and answers, and what they never hold.

use crate::case::Case;
use crate::support::policy;
use model::{Kind, Model, Shape, ShapeId};
use serde_json::{Map, Value as Json};
use service::TrailFacts;
use std::collections::BTreeSet;
use std::sync::Mutex;
use testkit::Keys;

/// The operations in whose input or answer a secret was met.
pub static MET: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// What stands for a date, which a record writes in another form than a client.
const DATE: &str = "a date";

/// The parameters of denied and of allowed calls are recorded, under the names of CloudTrail; of the answers only those
/// of calls that changed something.
pub fn shown(case: &mut Case) -> Result<(), String> {
    let operation = case.modelled()?;
    let trail = Trail { model: case.model(), facts: &case.service.facts.trail };
    let expected = operation.input.map(|shape| trail.elements(shape, &case.input, true));
    let (all, none) = (policy("Allow", &[("*", "*")]), policy("Deny", &[("*", "*")]));
    for identity in [none, all] {
        let (keys, _) = case.user(&[identity], &[]);
        let answer = case.call(&keys);
        let record = case.records().into_iter().next().ok_or("there is no record")?;
        let input: Json = if record.input.is_empty() { Json::Null } else { json(&record.input)? };
        same("requestParameters", operation.input.map(|shape| trail.dated(shape, input)), expected.clone())?;
        let told = !record.read_only || trail.facts.answers.contains(&case.operation.name);
        let told = operation.output.filter(|_| told && answer.ok());
        let expected = told.map(|shape| trail.elements(shape, &answer.output, false));
        let response = record.response.as_deref().map(json).transpose()?;
        let response = operation.output.zip(response).map(|(shape, response)| trail.dated(shape, response));
        same("responseElements", response, expected)?;
        let data = trail.facts.data_events.contains(&case.operation.name);
        if record.data != data {
            return Err(format!("it is a data event: {}", record.data));
        }
    }
    Ok(())
}

/// No record holds a secret that went in or out, in none of its forms.
pub fn secrets(case: &mut Case) -> Result<(), String> {
    let operation = case.modelled()?;
    let trail = Trail { model: case.model(), facts: &case.service.facts.trail };
    let mut secrets = BTreeSet::new();
    if let Some(shape) = operation.input {
        trail.secrets(shape, &case.input, &mut secrets);
    }
    let (all, _) = case.user(&[policy("Allow", &[("*", "*")])], &[]);
    let root = crate::support::root(crate::case::ACCOUNT);
    for keys in [Keys::nobody(), all, root] {
        let answer = case.call(&keys);
        if let Some(shape) = operation.output {
            trail.secrets(shape, &answer.output, &mut secrets);
        }
    }
    // Shorter ones stand in many a text by chance.
    secrets.retain(|secret| secret.len() >= 8);
    if !secrets.is_empty() {
        let name = format!("{}.{}", case.service.facts.prefix, case.operation.name);
        MET.lock().map_err(|e| e.to_string())?.insert(name);
    }
    for record in case.world.records(usize::MAX) {
        let event = ledger::cloudtrail(&record, record.account_id());
        let forms = [
            String::from_utf8_lossy(&ledger::encode(&record)).into_owned(),
            ledger::json(&record).to_string(),
            event.to_string(),
        ];
        if let Some(secret) = secrets.iter().find(|secret| forms.iter().any(|form| form.contains(*secret))) {
            return Err(format!("the record of {} holds {secret}", record.operation));
        }
    }
    Ok(())
}

fn json(text: &str) -> Result<Json, String> {
    serde_json::from_str(text).map_err(|e| format!("{text} is no JSON: {e}"))
}

/// Nothing and nothing in it are the same.
fn same(what: &str, got: Option<Json>, expected: Option<Json>) -> Result<(), String> {
    let some = |json: Option<Json>| json.filter(|json| json.as_object().is_some_and(|members| !members.is_empty()));
    let (got, expected) = (some(got), some(expected));
    if got == expected { Ok(()) } else { Err(format!("{what} are {got:?} and not {expected:?}")) }
}

struct Trail {
    model: &'static Model,
    facts: &'static TrailFacts,
}

impl Trail {
    fn hides(&self, of: &Shape, name: &str, inside: &Shape) -> bool {
        inside.sensitive || self.facts.hidden.iter().any(|(shape, member)| (*shape, *member) == (&*of.name, name))
    }

    /// What a record should show of a document.
    fn elements(&self, id: ShapeId, value: &Json, input: bool) -> Json {
        let shape = self.model.shape(id);
        match (shape.kind, value) {
            (Kind::Structure | Kind::Union, Json::Object(given)) => {
                let mut out = Map::new();
                for member in &shape.members {
                    let inside = self.model.shape(member.shape);
                    let Some(value) = given.get(&*member.name).filter(|_| inside.kind != Kind::Blob) else { continue };
                    let hidden = self.hides(shape, &member.name, inside);
                    let shown = match hidden {
                        true if !input => continue,
                        true => HIDDEN.into(),
                        false => self.elements(member.shape, value, input),
                    };
                    let mut name = member.name.to_string();
                    name[..1].make_ascii_lowercase();
                    out.insert(name, shown);
                }
                Json::Object(out)
            }
            (Kind::List, Json::Array(list)) => {
                let element = shape.element().map(|element| element.shape).unwrap_or_default();
                list.iter().map(|value| self.elements(element, value, input)).collect()
            }
            (Kind::Map, Json::Object(map)) => {
                let value = shape.entry().map(|(_, value)| value.shape).unwrap_or_default();
                map.iter().map(|(key, inside)| (key.clone(), self.elements(value, inside, input))).collect()
            }
            (Kind::Timestamp, _) => DATE.into(),
            _ => value.clone(),
        }
    }

    /// What a record shows, its dates aside.
    fn dated(&self, id: ShapeId, value: Json) -> Json {
        let shape = self.model.shape(id);
        match (shape.kind, value) {
            (Kind::Structure | Kind::Union, Json::Object(given)) => {
                let of = |name: &str| shape.members.iter().find(|member| member.name.eq_ignore_ascii_case(name));
                let dated = |(name, value): (String, Json)| match of(&name) {
                    Some(member) => (name, self.dated(member.shape, value)),
                    None => (name, value),
                };
                given.into_iter().map(dated).collect()
            }
            (Kind::List, Json::Array(list)) => {
                let element = shape.element().map(|element| element.shape).unwrap_or_default();
                list.into_iter().map(|value| self.dated(element, value)).collect()
            }
            (Kind::Timestamp, Json::String(text)) if text.ends_with(" AM") || text.ends_with(" PM") => DATE.into(),
            (_, value) => value,
        }
    }

    /// The texts of a document that nobody may read.
    fn secrets(&self, id: ShapeId, value: &Json, found: &mut BTreeSet<String>) {
        let shape = self.model.shape(id);
        match value {
            Json::Object(given) if shape.kind == Kind::Map => {
                let value = shape.entry().map(|(_, value)| value.shape).unwrap_or_default();
                given.values().for_each(|inside| self.secrets(value, inside, found));
            }
            Json::Object(given) => {
                for member in &shape.members {
                    let Some(value) = given.get(&*member.name) else { continue };
                    let inside = self.model.shape(member.shape);
                    match value.as_str() {
                        Some(text) if self.hides(shape, &member.name, inside) => drop(found.insert(text.to_owned())),
                        _ => self.secrets(member.shape, value, found),
                    }
                }
            }
            Json::Array(list) => {
                let element = shape.element().map(|element| element.shape).unwrap_or_default();
                list.iter().for_each(|inside| self.secrets(element, inside, found));
            }
            _ => {}
        }
    }
}
