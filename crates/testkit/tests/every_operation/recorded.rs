//! What is recorded of an operation.

use crate::case::{ACCOUNT, Case};
use crate::support::policy;
use ledger::Record;
use serde_json::{Map, Value as Json};
use service::{Caller, Check};
use testkit::{Answer, Keys};

/// Every call leaves one record, refused and denied ones too, that says who asked what of whom and why not.
pub fn recorded(case: &mut Case) -> Result<(), String> {
    let checks = case.checks()?;
    let answer = one_record(case, &Keys::nobody())?;
    about(case, &answer)?;
    if let Some(checks) = &checks {
        denials(case, checks)?;
    }
    let (keys, caller) = case.user(&[policy("Allow", &[("*", "*")])], &[]);
    let answer = one_record(case, &keys)?;
    let record = about(case, &answer)?;
    let decision = if checks.is_some() { "allowed" } else { "public" };
    by(&record, &caller, decision, checks.as_deref())
}

fn denials(case: &mut Case, checks: &[Check]) -> Result<(), String> {
    let first = checks.iter().next().map_or("", |check| &*check.action);
    let all = policy("Allow", &[("*", "*")]);
    let control =
        r#"{"Version":"2012-10-17","Statement":[{"Sid":"Never","Effect":"Deny","Action":"*","Resource":"*"}]}"#;
    let never = [control.to_owned()];
    for (identity, service_control) in [(&[][..], &[][..]), (&[all][..], &never[..])] {
        let (keys, caller) = case.user(identity, service_control);
        let answer = one_record(case, &keys)?;
        let record = about(case, &answer)?;
        by(&record, &caller, "denied", Some(checks))?;
        let proof: Json = serde_json::from_str(&record.proof).map_err(|e| format!("its proof is no JSON: {e}"))?;
        if proof.as_object().is_none_or(Map::is_empty) {
            return Err(format!("its proof says nothing: {proof}"));
        }
        if !record.reason.starts_with(first) {
            return Err(format!("its reason does not begin with {first}: {}", record.reason));
        }
        if !service_control.is_empty() && (record.policy.as_str(), record.statement.as_str()) != ("granted", "0") {
            return Err(format!("it is laid to {} {}", record.policy, record.statement));
        }
    }
    Ok(())
}

fn one_record(case: &mut Case, keys: &Keys) -> Result<Answer, String> {
    let before = case.records().len();
    let answer = case.call(keys);
    match case.records().len().checked_sub(before) {
        Some(1) => Ok(answer),
        more => Err(format!("a call that is answered {} left {more:?} records", answer.status)),
    }
}

/// The newest record, once it is sure that it is of this operation and this answer.
fn about(case: &Case, answer: &Answer) -> Result<Record, String> {
    let record = case.records().into_iter().next().ok_or("there is no record")?;
    let facts = &case.service.facts;
    // Records have the error shape's name, as CloudTrail's events; replies have the code that the shape gives.
    let shape = case.model().error(&record.error_code).and_then(|(_, shape)| shape.error.as_ref()?.code.as_deref());
    let error_code = shape.filter(|_| !answer.ok()).unwrap_or(&record.error_code);
    let region = if facts.global { "" } else { "us-east-1" };
    let pairs = [
        ("service", record.service.as_str(), facts.prefix),
        ("operation", &record.operation, case.operation.name),
        ("eventSource", &record.event_source, facts.event_source),
        ("region", &record.region, region),
        ("error code", error_code, &answer.code),
        ("status", &record.status.to_string(), &answer.status.to_string()),
    ];
    if let Some((what, got, expected)) = pairs.into_iter().find(|(_, got, expected)| got != expected) {
        return Err(format!("{what} is '{got}' and not '{expected}'"));
    }
    Ok(record)
}

fn by(record: &Record, caller: &Caller, decision: &str, checks: Option<&[Check]>) -> Result<(), String> {
    let mut resources: Vec<&str> = checks.iter().copied().flatten().map(|c| c.resource.as_str()).collect();
    resources.retain(|resource| *resource != "*");
    resources.sort_unstable();
    resources.dedup();
    let mut kept: Vec<&str> = record.resources.iter().map(String::as_str).collect();
    kept.sort_unstable();
    kept.dedup();
    let pairs = [
        ("decision", record.decision.clone(), decision.to_owned()),
        ("caller", record.caller.clone(), caller.arn.clone()),
        ("access key", record.access_key.clone(), caller.access_key.clone()),
        ("account", record.account_id().to_string(), ACCOUNT.to_owned()),
        ("resources", kept.join(" "), resources.join(" ")),
    ];
    match pairs.into_iter().find(|(_, got, expected)| got != expected) {
        None => Ok(()),
        Some((what, got, expected)) => Err(format!("{what} is '{got}' and not '{expected}'")),
    }
}

/// A record says of every call, refused ones too, whether its operation only reads.
pub fn read_only(case: &mut Case) -> Result<(), String> {
    let expected = reads(case)?;
    let (keys, _) = case.user(&[policy("Allow", &[("*", "*")])], &[]);
    for keys in [Keys::nobody(), keys] {
        case.call(&keys);
        let record = case.records().into_iter().next().ok_or("there is no record")?;
        if record.read_only != expected {
            return Err(format!("readOnly is {} and not {expected}", record.read_only));
        }
    }
    Ok(())
}

/// Whether AWS's service authorization reference calls the operation's action one that reads or lists.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
fn reads(case: &Case) -> Result<bool, String> {
    let prefix = case.service.facts.iam_prefix;
    let file = format!("{}/../../models/iam/actions/{prefix}.json", env!("CARGO_MANIFEST_DIR"));
    let actions: Json =
        std::fs::read_to_string(file).ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    // Batches have no action of their own.
    let name = case.operation.name;
    let single = name.strip_suffix("Batch").unwrap_or(name);
    // Some services' actions are HTTP's methods.
    let method = case.service.model.get().operation(name).map_or("", |operation| &operation.http.method);
    let level = [name, single, method].iter().find_map(|name| actions["actions"][name]["level"].as_str());
    let level = level.ok_or_else(|| format!("{prefix}:{name} is not in models/iam/actions"))?;
    Ok(matches!(level, "Read" | "List"))
}
