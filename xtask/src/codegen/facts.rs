//! `service.toml`: what is fixed about a service and stands in no model.

use crate::finding::outcome;
use crate::{Finding, Outcome, Repo};
use model::Model;
use std::collections::BTreeMap;
use toml::{Table, Value};

/// What a `service.toml` says.
#[derive(Debug, Clone, Default)]
pub(crate) struct ServiceFacts {
    /// The folder's name.
    pub prefix: String,
    /// The model's file name without `.json`.
    pub model: String,
    pub iam_prefix: String,
    pub arn_service: String,
    pub event_source: String,
    /// Its principal where it calls others; `event_source` where the file names none.
    pub principal: String,
    pub host_labels: Vec<String>,
    pub global: bool,
    pub access_denied: String,
    pub read_only: Vec<String>,
    /// Members of outputs (`Structure.Member`) that the model requires, and that AWS leaves out where they have no value.
    pub optional: Vec<String>,
    /// The member that a Query request may give as its own URL.
    pub url_member: String,
    pub validation: Validation,
    /// Types that stand for shapes of the model, by the shape's name: the service writes them itself.
    pub types: BTreeMap<String, String>,
    /// Operation or `*`, requests a second, burst.
    pub throttle: Vec<(String, u32, u32)>,
    pub trail: Trail,
    /// `None` where it does on the wire what its protocol says.
    pub wire: Option<Wire>,
}

/// `[wire]`: what it does on the wire otherwise than its protocol says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wire {
    pub plain_signing: bool,
    pub host_label: bool,
    pub body_checksums: bool,
    pub method_not_allowed: bool,
    pub request_id_header: String,
    pub second_id: bool,
    pub xml_namespace: String,
    /// Operation and root element.
    pub output_roots: Vec<(String, String)>,
    pub unwrapped_outputs: Vec<String>,
    /// Error and code.
    pub error_codes: Vec<(String, String)>,
    pub unwrapped_errors: bool,
    pub shadowed: Vec<String>,
    pub one_version: bool,
}

/// `[trail]`: what CloudTrail shows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trail {
    /// Operations that are data events.
    pub data_events: Vec<String>,
    /// Operations that count as reading and whose answer is recorded all the same.
    pub answers: Vec<String>,
    /// Structure and member that are hidden.
    pub hidden: Vec<(String, String)>,
    /// Operation and `eventName`.
    pub names: Vec<(String, String)>,
    /// Operation, type of `userIdentity`, and the members of the output that name the bearer of a token.
    pub identities: Vec<(String, String, Vec<String>)>,
    /// A link to what shows it.
    pub evidence: String,
}

/// `[validation]`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Validation {
    /// `model`, `required` or `off`.
    pub mode: String,
    /// `before` or `after` authorisation.
    pub order: String,
    pub code: String,
    /// What is said of a missing member, `{}` standing for its name; empty for the common text.
    pub missing: String,
    pub except: Vec<String>,
    /// `closed` where values that an enumeration does not have are refused; empty where they pass.
    pub enums: String,
    /// A link to what shows it.
    pub evidence: String,
}

impl ServiceFacts {
    /// Reads `services/<prefix>/service.toml`.
    pub(crate) fn read(repo: &Repo, prefix: &str) -> Outcome<ServiceFacts> {
        let path = format!("services/{prefix}/service.toml");
        ServiceFacts::parse(&path, prefix, &repo.read(&path)?)
    }

    fn parse(path: &str, prefix: &str, text: &str) -> Outcome<ServiceFacts> {
        let table: Table = text.parse().map_err(|e| {
            vec![Finding::new(path, format!("is no TOML: {e}"), "services/sqs/service.toml shows the form")]
        })?;
        let mut fields = Fields::new(path, "", table);
        let mut facts = ServiceFacts {
            prefix: prefix.to_owned(),
            model: fields.text("model"),
            iam_prefix: fields.text("iam_prefix"),
            arn_service: fields.text("arn_service"),
            event_source: fields.text("event_source"),
            principal: fields.optional("principal"),
            host_labels: fields.texts("host_labels"),
            global: fields.flag("global"),
            access_denied: fields.text("access_denied"),
            read_only: fields.texts("read_only"),
            optional: fields.texts("optional"),
            url_member: fields.optional("url_member"),
            ..ServiceFacts::default()
        };
        let mut validation = Fields::new(path, "validation.", fields.table("validation"));
        facts.validation = Validation {
            mode: validation.one_of("mode", &["model", "required", "off"]),
            order: validation.one_of("order", &["before", "after"]),
            code: validation.text("code"),
            missing: validation.optional("missing"),
            except: validation.texts("except"),
            enums: validation.optional("enums"),
            evidence: validation.optional("evidence"),
        };
        let mut findings = validation.end();
        for (shape, value) in fields.table("types") {
            let path = value.as_str().unwrap_or_default().to_owned();
            facts.types.insert(shape, path);
        }
        for (operation, value) in fields.table("throttle") {
            let bucket = value.as_table().cloned().unwrap_or_default();
            let mut bucket = Fields::new(path, "throttle.*.", bucket);
            facts.throttle.push((operation, bucket.number("rate"), bucket.number("burst")));
            findings.extend(bucket.end());
        }
        let mut trail = Fields::new(path, "trail.", fields.table("trail"));
        let pair = |name: String| {
            name.split_once('.').map(|(s, m)| (s.to_owned(), m.to_owned())).unwrap_or((name, String::new()))
        };
        facts.trail = Trail {
            data_events: trail.texts("data_events"),
            answers: trail.texts("answers"),
            hidden: trail.texts("hidden").into_iter().map(pair).collect(),
            names: trail.texts("names").into_iter().map(pair).collect(),
            identities: trail.texts("identities").iter().map(|line| identity(line)).collect(),
            evidence: String::new(),
        };
        let Trail { data_events, answers, hidden, .. } = &facts.trail;
        if !(data_events.is_empty() && answers.is_empty() && hidden.is_empty()) {
            facts.trail.evidence = trail.text("evidence");
        }
        findings.extend(trail.end());
        if fields.table.contains_key("wire") {
            let mut wire = Fields::new(path, "wire.", fields.table("wire"));
            facts.wire = Some(Wire::read(&mut wire));
            findings.extend(wire.end());
        }
        findings.extend(fields.end());
        outcome(findings).map(|()| facts)
    }

    /// Whether the operations and members that the file names exist.
    pub(crate) fn check(&self, model: &Model) -> Outcome {
        let path = format!("services/{}/service.toml", self.prefix);
        let mut findings = Vec::new();
        let mut need = |there: bool, key: &str, name: &str| {
            if !there {
                let what = format!("{key} names {name}, which models/botocore/{}.json does not have", self.model);
                findings.push(Finding::new(&path, what, "correct the spelling or take it out"));
            }
        };
        for name in &self.read_only {
            need(model.operation(name).is_some(), "read_only", name);
        }
        for name in &self.optional {
            let (shape, member) = name.split_once('.').unwrap_or_default();
            let there = model.shape_named(shape).is_some_and(|(_, shape)| shape.member(member).is_some());
            need(there, "optional", name);
        }
        for (name, path) in &self.types {
            need(model.shape_named(name).is_some() && path.contains("::"), "types", name);
        }
        for (name, _, _) in &self.throttle {
            need(name == "*" || model.operation(name).is_some(), "throttle", name);
        }
        for name in &self.trail.data_events {
            need(model.operation(name).is_some(), "trail.data_events", name);
        }
        for name in &self.trail.answers {
            need(model.operation(name).is_some() && self.read_only.contains(name), "trail.answers", name);
        }
        for (name, _) in &self.trail.names {
            need(model.operation(name).is_some(), "trail.names", name);
        }
        for (name, _, members) in &self.trail.identities {
            let output = model.operation(name).and_then(|operation| operation.output).map(|id| model.shape(id));
            let there = |member: &String| output.is_some_and(|shape| shape.member(member).is_some());
            need(members.len() >= 2 && members.iter().all(there), "trail.identities", name);
        }
        for (shape, member) in &self.trail.hidden {
            let there = model.shape_named(shape).is_some_and(|(_, shape)| shape.member(member).is_some());
            need(there, "trail.hidden", &format!("{shape}.{member}"));
        }
        if let Some(wire) = &self.wire {
            let roots = wire.output_roots.iter().map(|(operation, _)| operation);
            for name in roots.chain(&wire.unwrapped_outputs).chain(&wire.shadowed) {
                need(model.operation(name).is_some(), "wire", name);
            }
            for (name, _) in &wire.error_codes {
                need(model.error(name).is_some(), "wire.error_codes", name);
            }
        }
        for name in &self.validation.except {
            need(has_member(model, name), "validation.except", name);
        }
        outcome(findings)
    }
}

/// An operation, the type of its callers, and the members that name them.
fn identity(line: &str) -> (String, String, Vec<String>) {
    let mut words = line.split_whitespace().map(str::to_owned);
    (words.next().unwrap_or_default(), words.next().unwrap_or_default(), words.collect())
}

impl Wire {
    fn read(fields: &mut Fields<'_>) -> Wire {
        let text = |(name, value): (String, Value)| (name, value.as_str().unwrap_or_default().to_owned());
        let output_roots = fields.table("output_roots").into_iter().map(text).collect();
        let error_codes = fields.table("error_codes").into_iter().map(text).collect();
        Wire {
            plain_signing: fields.flag("plain_signing"),
            host_label: fields.flag("host_label"),
            body_checksums: fields.flag("body_checksums"),
            method_not_allowed: fields.flag("method_not_allowed"),
            request_id_header: fields.optional("request_id_header"),
            second_id: fields.flag("second_id"),
            xml_namespace: fields.optional("xml_namespace"),
            output_roots,
            error_codes,
            unwrapped_outputs: fields.texts("unwrapped_outputs"),
            unwrapped_errors: fields.flag("unwrapped_errors"),
            shadowed: fields.texts("shadowed"),
            one_version: fields.flag("one_version"),
        }
    }
}

/// Whether `Operation.Member` or `*.Member` is a member of an input.
fn has_member(model: &Model, name: &str) -> bool {
    let Some((operation, member)) = name.split_once('.') else { return false };
    let mut inputs = model.operations().iter().filter(|op| operation == "*" || *op.name == *operation);
    inputs.any(|op| op.input.is_some_and(|input| model.shape(input).member(member).is_some()))
}

/// A TOML table from which keys are taken one by one, with all that is wrong gathered.
struct Fields<'a> {
    path: &'a str,
    within: &'a str,
    table: Table,
    findings: Vec<Finding>,
}

impl<'a> Fields<'a> {
    fn new(path: &'a str, within: &'a str, table: Table) -> Fields<'a> {
        Fields { path, within, table, findings: Vec::new() }
    }

    fn wrong(&mut self, key: &str, want: &str) {
        let what = format!("{}{key} is not {want}", self.within);
        self.findings.push(Finding::new(self.path, what, "services/sqs/service.toml shows every key"));
    }

    fn text(&mut self, key: &str) -> String {
        match self.table.remove(key) {
            Some(Value::String(text)) if !text.is_empty() => return text,
            _ => self.wrong(key, "there as a text"),
        }
        String::new()
    }

    fn optional(&mut self, key: &str) -> String {
        if self.table.contains_key(key) { self.text(key) } else { String::new() }
    }

    fn one_of(&mut self, key: &str, words: &[&str]) -> String {
        let text = self.text(key);
        if !words.contains(&text.as_str()) {
            self.wrong(key, &format!("one of {}", words.join(", ")));
        }
        text
    }

    fn texts(&mut self, key: &str) -> Vec<String> {
        let list = match self.table.remove(key) {
            None => return Vec::new(),
            Some(Value::Array(list)) => list,
            Some(_) => Vec::from([Value::Boolean(false)]),
        };
        let texts: Vec<String> = list.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect();
        if texts.len() != list.len() {
            self.wrong(key, "a list of texts");
        }
        texts
    }

    fn flag(&mut self, key: &str) -> bool {
        match self.table.remove(key) {
            None => false,
            Some(Value::Boolean(flag)) => flag,
            Some(_) => {
                self.wrong(key, "true or false");
                false
            }
        }
    }

    fn number(&mut self, key: &str) -> u32 {
        let number = self.table.remove(key).and_then(|v| v.as_integer()).and_then(|n| u32::try_from(n).ok());
        number.filter(|n| *n > 0).unwrap_or_else(|| {
            self.wrong(key, "a whole number above 0");
            0
        })
    }

    fn table(&mut self, key: &str) -> Table {
        match self.table.remove(key) {
            None => Table::new(),
            Some(Value::Table(table)) => table,
            Some(_) => {
                self.wrong(key, "a table");
                Table::new()
            }
        }
    }

    /// What was wrong, keys that nobody asked for included.
    fn end(mut self) -> Vec<Finding> {
        let unknown: Vec<String> = self.table.keys().cloned().collect();
        for key in unknown {
            self.wrong(&key, "a key that is known here");
        }
        self.findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        model = "sqs"
        iam_prefix = "sqs"
        arn_service = "sqs"
        event_source = "sqs.amazonaws.com"
        access_denied = "AccessDenied"
        [validation]
        mode = "model"
        order = "before"
        code = "ValidationError"
        [throttle]
        "*" = { rate = 3000, burst = 6000 }
        [trail]
        data_events = ["SendMessage"]
        hidden = ["SendMessageRequest.MessageBody"]
        evidence = "https://docs.aws.amazon.com/"
    "#;

    #[test]
    fn a_file_is_read_and_each_fault_named() {
        let facts = ServiceFacts::parse("f", "sqs", GOOD).unwrap();
        assert_eq!((facts.model.as_str(), facts.global, facts.throttle.len()), ("sqs", false, 1));
        assert_eq!(facts.trail.hidden, [("SendMessageRequest".to_owned(), "MessageBody".to_owned())]);
        for (from, to, want) in [
            ("mode = \"model\"", "mode = \"all\"", "validation.mode is not one of"),
            ("model = \"sqs\"", "modle = \"sqs\"", "model is not there"),
            ("model = \"sqs\"", "model = \"sqs\"\nhost = 1", "host is not a key that is known"),
            ("rate = 3000", "rate = 0", "rate is not a whole number"),
            ("evidence = ", "# ", "trail.evidence is not there"),
        ] {
            let findings = ServiceFacts::parse("f", "sqs", &GOOD.replace(from, to)).unwrap_err();
            assert!(findings.iter().any(|f| f.what.contains(want)), "{findings:?}");
        }
    }
}
