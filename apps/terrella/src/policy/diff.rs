//! `terrella policy diff`: what two policies allow differently, each difference with a request that shows it.

use super::flags::Diff;
use super::{compiled, read};
use crate::client::Failure;
use crate::verbs::{print, text};
use policy::analysis::{Options, Stand, Witness, differences};
use policy::{Document, Effect, PrincipalKind};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::process::ExitCode;

/// The most examples for each direction.
const MOST: usize = 100;

/// The service whose operations are not called as its actions are.
const NAMED_OTHERWISE: &str = "s3";
/// Its actions that people write most.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html>
const ITS_ACTIONS: [&str; 8] = [
    "s3:GetObject",
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:ListBucket",
    "s3:ListAllMyBuckets",
    "s3:CreateBucket",
    "s3:DeleteBucket",
    "s3:PutBucketPolicy",
];

/// A policy and the file that it stands in.
struct File {
    name: String,
    document: Document,
}

/// Compares both ways, and prints; 1 where they differ, as `diff` does, and where it cannot be told.
pub fn run(flags: &Diff) -> Result<ExitCode, Failure> {
    let file = |path: &std::path::PathBuf| {
        let name = path.display().to_string();
        let document = compiled(&name, &read(path)?)?;
        Ok(File { name, document })
    };
    let (before, after) = (file(&flags.before)?, file(&flags.after)?);
    let stands = [&before, &after].map(|file| stand(&file.document));
    let [one, other] = stands;
    if one != other {
        return Err(Failure(format!(
            "{} and {} cannot be compared: one names principals, as a resource's policy does, and the other none",
            before.name, after.name
        )));
    }
    let actions = actions(&[&before.document, &after.document]);
    let actions: Vec<&str> = actions.iter().map(String::as_str).collect();
    let value = told(&before, &after, &Options { actions: &actions, ..Options::new(one) });
    let same = value["same"] == true;
    print(flags.json, &value, |value| lines(&before, &after, value));
    Ok(if same { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A policy that names principals stands on a resource.
fn stand(document: &Document) -> Stand {
    match document.statements().iter().any(|statement| statement.principals.is_some()) {
        true => Stand::Resource,
        false => Stand::Identity,
    }
}

/// Actions for examples: those that the policies write out, and the operations of the services that they name.
fn actions(documents: &[&Document]) -> BTreeSet<String> {
    let statements = documents.iter().flat_map(|document| document.statements());
    let patterns: Vec<&str> =
        statements.flat_map(|s| s.actions.patterns.iter()).map(|pattern| pattern.as_str()).collect();
    let services: BTreeSet<String> =
        patterns.iter().filter_map(|pattern| Some(pattern.split_once(':')?.0.to_ascii_lowercase())).collect();
    let plain = patterns.iter().filter(|action| action.contains(':') && !action.contains(['*', '?']));
    let entries = catalog::directory().entries().iter();
    let named = entries.filter(|entry| entry.prefix() != NAMED_OTHERWISE && services.contains(entry.prefix()));
    let operations = named.flat_map(|entry| {
        let operations = entry.model.get().operations().iter();
        operations.map(move |operation| format!("{}:{}", entry.prefix(), operation.name))
    });
    plain.map(|action| (*action).to_owned()).chain(operations).chain(ITS_ACTIONS.map(str::to_owned)).collect()
}

fn told(before: &File, after: &File, options: &Options<'_>) -> Value {
    let only = |new: &File, old: &File| {
        let found = differences(&[&new.document], &[&old.document], options, MOST);
        let rows: Vec<Value> = found.found.iter().map(|witness| example(witness, new, old)).collect();
        let doubts: Vec<String> = found.undecided.iter().map(ToString::to_string).collect();
        (rows, doubts)
    };
    let (added, mut doubts) = only(after, before);
    let (removed, more) = only(before, after);
    doubts.extend(more);
    doubts.sort();
    doubts.dedup();
    json!({
        "before": before.name,
        "after": after.name,
        "same": added.is_empty() && removed.is_empty() && doubts.is_empty(),
        "onlyAfter": added,
        "onlyBefore": removed,
        "undecided": doubts,
    })
}

/// A request that `new` allows and `old` does not.
fn example(witness: &Witness, new: &File, old: &File) -> Value {
    let (_, allows) = witness.allowed_by;
    let denies = witness.denied_by.map(|(_, at)| at);
    let context = witness.context.iter().map(|(key, values)| (key.clone(), json!(values)));
    let mut row = json!({
        "action": witness.action,
        "resource": witness.resource,
        "context": context.collect::<Map<_, _>>(),
        "allowedBy": place(new, allows, Effect::Allow),
        "deniedBy": denies.map(|at| place(old, at, Effect::Deny)),
    });
    if stand(&new.document) == Stand::Resource {
        let who = &witness.principal;
        row["principal"] = json!(if who.kind == PrincipalKind::Anonymous { "*" } else { who.arn.as_str() });
    }
    row
}

fn place(file: &File, at: usize, effect: Effect) -> Value {
    let statement = file.document.statements().iter().find(|s| s.index == at && s.effect == effect);
    json!({"file": file.name, "statement": at, "sid": statement.and_then(|statement| statement.sid.as_deref())})
}

fn lines(before: &File, after: &File, value: &Value) -> String {
    let mut out = String::new();
    for (sign, member, file) in [('+', "onlyAfter", after), ('-', "onlyBefore", before)] {
        for row in value[member].as_array().into_iter().flatten() {
            // Writing to a String cannot fail.
            let _ = write!(out, "{sign} {} on {}", text(row, "action"), text(row, "resource"));
            if !text(row, "principal").is_empty() {
                let _ = write!(out, " by {}", text(row, "principal"));
            }
            for (key, values) in row["context"].as_object().into_iter().flatten() {
                let _ = write!(out, ", {key} = {values}");
            }
            let _ = writeln!(out, "   statement {} of {} allows it", row["allowedBy"]["statement"], file.name);
            if let Some(at) = row["deniedBy"]["statement"].as_u64() {
                let _ = writeln!(out, "    statement {at} of {} denies it", text(&row["deniedBy"], "file"));
            }
        }
    }
    for doubt in value["undecided"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let _ = writeln!(out, "? {doubt}: there may be more");
    }
    if value["same"] == true {
        let _ = writeln!(out, "{} and {} allow the same", before.name, after.name);
    }
    out.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, statements: &str) -> File {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
        File { name: name.to_owned(), document: compiled(name, &text).unwrap() }
    }

    fn check(before: &str, after: &str, added: &[&str], removed: &[&str]) {
        let (before, after) = (file("a", before), file("b", after));
        let actions = actions(&[&before.document, &after.document]);
        let actions: Vec<&str> = actions.iter().map(String::as_str).collect();
        let value = told(&before, &after, &Options { actions: &actions, ..Options::new(Stand::Identity) });
        let seen = |member: &str| -> Vec<String> {
            let rows = value[member].as_array().into_iter().flatten();
            rows.map(|row| format!("{} {}", text(row, "action"), text(row, "resource"))).collect()
        };
        assert_eq!(seen("onlyAfter"), added, "{value:#}");
        assert_eq!(seen("onlyBefore"), removed, "{value:#}");
        assert_eq!(value["same"] == true, added.is_empty() && removed.is_empty());
    }

    #[test]
    fn both_ways_with_a_request_that_shows_it() {
        let send = r#"{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"arn:aws:sqs:us-east-1:111122223333:q"}"#;
        let receive =
            r#"{"Effect":"Allow","Action":"sqs:ReceiveMessage","Resource":"arn:aws:sqs:us-east-1:111122223333:q"}"#;
        let queue = "arn:aws:sqs:us-east-1:111122223333:q";
        check(send, send, &[], &[]);
        check(send, receive, &[&format!("sqs:ReceiveMessage {queue}")], &[&format!("sqs:SendMessage {queue}")]);
        let both = format!("{send},{receive}");
        check(send, &both, &[&format!("sqs:ReceiveMessage {queue}")], &[]);
        let denied = format!(r#"{send},{{"Effect":"Deny","Action":"sqs:*","Resource":"*"}}"#);
        check(send, &denied, &[], &[&format!("sqs:SendMessage {queue}")]);
    }
}
