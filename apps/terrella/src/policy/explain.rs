//! `terrella policy explain`: what would be decided, and by which statement.

use super::flags::Explain;
use super::recorded::{Check, Who};
use super::resource_policy::{self, OnResource};
use super::{principal, read, recorded};
use crate::client::Failure;
use crate::estate::Session;
use crate::verbs::{print, text};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Asks the cloud what it would decide now, and prints it with its proof.
pub fn run(flags: &Explain) -> Result<(), Failure> {
    let mut session = Session::new(&flags.operator, &flags.region)?;
    let value = match &flags.request {
        Some(request) => of_record(flags, &mut session, request)?,
        None => {
            let (who, check) = asked(flags, &mut session)?;
            decided(flags, &mut session, &who, &check)?
        }
    };
    print(flags.operator.json, &value, told);
    Ok(())
}

/// Who and what the flags name.
fn asked(flags: &Explain, session: &mut Session) -> Result<(Who, Check), Failure> {
    let mut context: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for pair in &flags.context {
        let (key, value) = pair.split_once('=').ok_or_else(|| {
            Failure(format!("'{pair}' is no condition key with its value: write such as aws:ResourceTag/team=red"))
        })?;
        context.entry(key.to_owned()).or_default().push(value.to_owned());
    }
    let action = flags.action.clone().unwrap_or_default();
    if !action.contains(':') || action.contains(['*', '?']) {
        return Err(Failure(format!("'{action}' is no action: write one in full, such as sqs:SendMessage")));
    }
    let who = principal::find(session, flags.principal.as_deref().unwrap_or_default())?;
    let named = flags.resource.split(':').nth(4).filter(|account| !account.is_empty());
    let owner = flags.resource_account.map(|id| id.to_string()).or(named.map(str::to_owned));
    let owner = owner.unwrap_or_else(|| who.account.clone());
    Ok((who, Check { action, resource: flags.resource.clone(), owner, context }))
}

/// What a recorded request would be decided now, check by check.
fn of_record(flags: &Explain, session: &mut Session, request: &str) -> Result<Value, Failure> {
    let record = recorded::one(&flags.operator, request)?;
    let Some(who) = record.principal.clone() else {
        return Err(Failure(format!(
            "request {request} put nothing to the policies, or its record was cut: `terrella why {request}` shows what there is"
        )));
    };
    let rows = record.checks.iter().map(|check| decided(flags, session, &who, check)).collect::<Result<Vec<_>, _>>()?;
    let allowed = rows.iter().all(|row| row["allowed"] == true);
    Ok(json!({
        "requestId": record.request_id,
        "then": if record.was_allowed() { "allowed" } else { record.decision.as_str() },
        "now": if allowed { "allowed" } else { "denied" },
        "allowed": allowed,
        "checks": rows,
    }))
}

fn decided(flags: &Explain, session: &mut Session, who: &Who, check: &Check) -> Result<Value, Failure> {
    let on_resource = match &flags.resource_policy {
        Some(path) => {
            let role = role_of(&check.action, &check.resource);
            Some(OnResource { name: path.display().to_string(), text: Some(read(path)?), role })
        }
        None => resource_policy::find(session, &check.action, &check.resource, &check.owner)?,
    };
    let region = check.resource.split(':').nth(3).filter(|region| !region.is_empty());
    let region = region.map_or_else(|| principal::region_for(&check.resource, &flags.region), str::to_owned);
    let mut body = json!({
        "principal": who,
        "action": check.action,
        "resource": check.resource,
        "region": region,
        "context": check.context,
    });
    if !check.owner.is_empty() {
        body["owner"] = json!(check.owner);
    }
    if let Some(OnResource { name, text: Some(text), role }) = &on_resource {
        body["resourcePolicy"] = json!({"name": name, "text": text, "role": role});
    }
    let mut value = session.http().post("/_terrella/explain", &body)?;
    value["notes"] = json!(notes(check, on_resource.as_ref(), &value["decision"]));
    Ok(value)
}

fn role_of(action: &str, resource: &str) -> &'static str {
    match resource.split(':').nth(2) {
        Some("kms") => "key",
        Some("iam") if action.to_ascii_lowercase().starts_with("sts:") => "trust",
        _ => "resource",
    }
}

/// What was not asked, and might decide otherwise.
fn notes(check: &Check, on_resource: Option<&OnResource>, decision: &Value) -> Vec<String> {
    let mut notes = Vec::new();
    if on_resource.is_some_and(|found| found.role == "key") {
        notes.push("grants on the key were not asked: `aws kms list-grants` lists them".to_owned());
    }
    if on_resource.is_some_and(|found| found.text.is_none()) {
        notes.push(format!("{} is not there, or has no policy that can be read", check.resource));
    }
    let keys = decision["proof"]["keys"].as_array().into_iter().flatten();
    let lacks = |key: &Value| key["values"].is_null() && text(key, "key").starts_with("aws:resourcetag/");
    if keys.into_iter().any(lacks) {
        notes.push("tags of the resource are not looked up: give those that matter with --context".to_owned());
    }
    notes
}

fn told(value: &Value) -> String {
    let Some(rows) = value.get("checks").and_then(Value::as_array) else { return one(value) };
    let head =
        format!("request {}: {} then, {} now", text(value, "requestId"), text(value, "then"), text(value, "now"));
    let rows = rows.iter().map(one);
    std::iter::once(head).chain(rows).collect::<Vec<_>>().join("\n")
}

fn one(value: &Value) -> String {
    let mut out = String::new();
    let decision = value.get("decision").unwrap_or(&Value::Null);
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "{} {} on {} by {}",
        text(decision, "decision"),
        text(value, "action"),
        text(value, "resource"),
        text(value, "principal")
    );
    let _ = writeln!(out, "because: {}", text(decision, "reason"));
    if let Some(statement) = decision.get("statement").and_then(Value::as_i64) {
        let _ = writeln!(out, "by: statement {statement} of {}", text(decision, "policy"));
    }
    if !text(value, "message").is_empty() {
        let _ = writeln!(out, "told: {}", text(value, "message"));
    }
    if let Some(proof) = decision.get("proof") {
        crate::why::proof_lines(&mut out, proof);
        keys(&mut out, proof);
    }
    for note in value.get("notes").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
        let _ = writeln!(out, "note: {note}");
    }
    out.trim_end().to_owned()
}

/// The keys that statements asked for and that the request has.
fn keys(out: &mut String, proof: &Value) {
    let none = Map::new();
    for key in proof.get("keys").and_then(Value::as_array).into_iter().flatten() {
        let key = key.as_object().unwrap_or(&none);
        let Some(values) = key.get("values").and_then(Value::as_array) else { continue };
        let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
        let _ = writeln!(
            out,
            "  used: {} = {}",
            key.get("key").and_then(Value::as_str).unwrap_or_default(),
            values.join(", ")
        );
    }
}
