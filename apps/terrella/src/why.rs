//! `terrella why`: one request's decision, for people.

use serde_json::Value;
use std::fmt::Write;

/// The record in a few lines: what was asked, what was decided, by which statement, and what would have been needed.
pub fn explained(record: &Value) -> String {
    let text = |name: &str| record.get(name).and_then(Value::as_str).unwrap_or_default();
    let inner = |outer: &str, name: &str| record.get(outer).and_then(|o| o.get(name)?.as_str()).unwrap_or_default();
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{} {}:{} in {}/{}",
        text("time"),
        text("service"),
        text("operation"),
        text("account"),
        text("region")
    );
    let _ = writeln!(out, "by {} from {}", inner("caller", "arn"), text("sourceIp"));
    for (label, member) in [("asked", "input"), ("changed", "response")] {
        if let Some(elements) = record.get(member).filter(|elements| !elements.is_null()) {
            let _ = writeln!(out, "{label}: {}", short(&elements.to_string()));
        }
    }
    let status = record.get("status").and_then(Value::as_i64).unwrap_or(0);
    let _ = writeln!(out, "answered {status} {} {}", text("errorCode"), text("errorMessage"));
    for (label, member) in
        [("decision", "decision"), ("because", "reason"), ("policy", "policy"), ("statement", "statement")]
    {
        if !inner("decision", member).is_empty() {
            let _ = writeln!(out, "{label}: {}", inner("decision", member));
        }
    }
    let waited = record.get("waitedMicros").and_then(Value::as_i64).unwrap_or(0);
    if waited > 0 {
        let _ = writeln!(out, "waited: {:.1} s of virtual time", waited as f64 / 1e6);
    }
    let told = [("resource of", "resourceAccount"), ("throttled by", "throttledBy"), ("fault rules", "faultedBy")];
    for (label, member) in told {
        if !text(member).is_empty() {
            let _ = writeln!(out, "{label}: {}", text(member));
        }
    }
    if let Some(proof) = record.get("decision").and_then(|d| d.get("proof")).filter(|proof| !proof.is_null()) {
        proof_lines(&mut out, proof);
    }
    out.trim_end().to_owned()
}

/// What each kind of policy said, each statement that nearly applied, each key that was missing.
pub fn proof_lines(out: &mut String, proof: &Value) {
    for verdict in proof.get("verdicts").and_then(Value::as_array).into_iter().flatten() {
        let _ = writeln!(out, "  {}: {}", word(verdict, "kind"), word(verdict, "verdict"));
    }
    for statement in proof.get("statements").and_then(Value::as_array).into_iter().flatten() {
        let name = [word(statement, "policy"), word(statement, "sid")].join(" ");
        let _ = writeln!(
            out,
            "  {} {} in {name}",
            word(statement, "effect"),
            statement.get("statement").unwrap_or(&Value::Null)
        );
        for miss in statement.get("misses").and_then(Value::as_array).into_iter().flatten() {
            let _ = writeln!(out, "    does not apply: {miss}");
        }
    }
    let keys = proof.get("keys").and_then(Value::as_array).into_iter().flatten();
    for key in keys.filter(|key| key.get("values").is_none_or(Value::is_null)) {
        let _ = writeln!(out, "  missing from the request: {}", word(key, "key"));
    }
}

/// Enough to see what was meant; `--json` has the whole.
fn short(text: &str) -> String {
    const MOST: usize = 400;
    match text.get(..text.floor_char_boundary(MOST)) {
        Some(head) if head.len() < text.len() => format!("{head}…"),
        _ => text.to_owned(),
    }
}

fn word<'v>(value: &'v Value, member: &str) -> &'v str {
    value.get(member).and_then(Value::as_str).unwrap_or_default()
}
