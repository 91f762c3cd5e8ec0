//! `terrella inventory`: what there is, by resource type.

use crate::client::Failure;
use crate::estate::session::Session;
use crate::flags::Inventory;
use crate::regions;
use crate::verbs::print;
use ids::Region;
use script::Keys;
use serde_json::{Map, Value, json};
use service::resource::{Answer, Errands, Hand, ResourceType, Turn};
use service::{Scope, Service};

/// The most calls that one listing makes.
const MOST_CALLS: usize = 256;

/// Asks each type that can be listed, and prints the physical ids of what is there.
pub fn run(flags: &Inventory) -> Result<(), Failure> {
    regions::doubt(&flags.region);
    let mut session = Session::new(&flags.operator, &flags.region)?;
    if let Some(account) = flags.account {
        session.keys = Keys::of(&account.to_string(), "any").in_region(&flags.region);
    }
    let account = session.account()?;
    let scope = scope(&account, &flags.region)?;
    let mut found: Vec<(&str, Vec<String>)> = Vec::new();
    let mut unlisted = Vec::new();
    let wanted = |kind: &ResourceType| flags.kind.as_ref().is_none_or(|prefix| kind.name.starts_with(prefix.as_str()));
    for service in catalog::directory().services() {
        for kind in service.resources.iter().filter(|kind| wanted(kind)) {
            match listed(&session, service, kind, scope)? {
                Some(ids) if ids.is_empty() => {}
                Some(ids) => found.push((kind.name, ids)),
                None => unlisted.push(kind.name),
            }
        }
    }
    found.sort();
    unlisted.sort_unstable();
    let resources: Map<String, Value> = found.iter().map(|(kind, ids)| ((*kind).to_owned(), json!(ids))).collect();
    let count: usize = found.iter().map(|(_, ids)| ids.len()).sum();
    let value = json!({
        "account": account,
        "region": flags.region,
        "count": count,
        "resources": resources,
        "cannotBeListed": unlisted,
    });
    print(flags.operator.json, &value, |_| {
        let lines = found.iter().flat_map(|(kind, ids)| ids.iter().map(move |id| format!("{kind:<40} {id}")));
        let mut lines: Vec<String> = lines.collect();
        lines.push(format!("{count} resources in {} of {account}", flags.region));
        lines.join("\n")
    });
    Ok(())
}

fn scope(account: &str, region: &str) -> Result<Scope, Failure> {
    let account = account.parse().map_err(|_| Failure(format!("{account} is no account")))?;
    let region = Region::new(region).ok_or_else(|| Failure(format!("{region} is no region")))?;
    Ok(Scope::new(account, region))
}

/// The ids of a type's resources; `None` where only their owner knows them.
fn listed(
    session: &Session,
    service: &Service,
    kind: &ResourceType,
    scope: Scope,
) -> Result<Option<Vec<String>>, Failure> {
    let Some(list) = kind.list else { return Ok(None) };
    let mut answers = Vec::new();
    for _ in 0..MOST_CALLS {
        let errands = Errands {
            service: service.facts.prefix,
            scope,
            name: String::new(),
            suffix: String::new(),
            token: String::new(),
            owner: shape::Value::Null,
        };
        match Hand::new(errands, answers.clone()).run(list) {
            Turn::Done(ids) => return Ok(Some(ids)),
            Turn::Ask(call, look) => {
                let answer = session.by_hand(&call)?;
                answers.push(Answer { call, look, answer });
            }
            Turn::Again(_) | Turn::Hear(..) => return Err(Failure(format!("{}: a listing waits", kind.name))),
            Turn::Failed(error) => {
                return Err(Failure(format!("{}: {} {}", kind.name, error.code(), error.message())));
            }
        }
    }
    Err(Failure(format!("{}: there are more than can be listed", kind.name)))
}
