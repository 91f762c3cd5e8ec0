//! Reading a definition, with AWS's words for what is wrong with it.
//! <https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html>

use crate::language::choice::{Comparison, Operand, Rule};
use crate::language::definition::{Block, Definition, Kind, MapState, Number, State, Task, Wait};
use crate::language::diagnostic::{DUPLICATE, INVALID_JSON, Rejection, SCHEMA, TOO_DEEP};
use crate::language::fault::ALL;
use crate::language::fields::{Fields, Findings};
use crate::language::path::Path;
use crate::language::reach;
use crate::language::retry::{Catcher, Retrier};
use crate::resource::{self, Resource};
use indexmap::IndexMap;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// How deep blocks and rules may nest.
const DEEPEST: usize = 20;
/// The longest name of a state, in characters.
const LONGEST_NAME: usize = 80;
/// The longest timeout, in seconds.
const LONGEST_SECONDS: f64 = 99_999_999.0;

const COMMON: &[&str] = &["Type", "Comment", "QueryLanguage"];
const PATHS: &[&str] = &["InputPath", "OutputPath"];
const ONWARD: &[&str] = &["Next", "End"];
const RESULT: &[&str] = &["Parameters", "ResultPath"];
const HANDLED: &[&str] = &["ResultSelector", "Retry", "Catch"];
const TASK: &[&str] =
    &["Resource", "TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath", "Credentials"];
const WAIT: &[&str] = &["Seconds", "SecondsPath", "Timestamp", "TimestampPath"];
const MAP: &[&str] = &[
    "ItemProcessor",
    "Iterator",
    "ItemsPath",
    "ItemSelector",
    "MaxConcurrency",
    "MaxConcurrencyPath",
    "ToleratedFailureCount",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentage",
    "ToleratedFailurePercentagePath",
];

/// Fields that belong to parts of the language which are not built.
const NOT_BUILT: &[&str] = &["Assign", "Credentials", "ItemReader", "ItemBatcher", "ResultWriter", "Label"];
/// Fields of the other query language.
const JSONATA: &[&str] = &["Arguments", "Output", "Items", "Condition"];

/// A definition from its text.
pub fn read(text: &str) -> Result<Definition, Rejection> {
    let mut findings = Findings::default();
    let json: Value = match serde_json::from_str(text) {
        Ok(json) => json,
        Err(error) => {
            findings.add(INVALID_JSON, error.to_string(), None);
            return Err(Rejection::Wrong(findings.wrong));
        }
    };
    let Some(map) = json.as_object() else {
        findings.add(SCHEMA, "Expected value of type Object", Some("/"));
        return Err(Rejection::Wrong(findings.wrong));
    };
    let mut reader = Reader { findings, names: BTreeSet::new() };
    // Paths into the context object begin with two dollars, which JSON may write in another way.
    let reads_context = text.contains("$$") || text.contains("\\u0024");
    let definition = Definition { reads_context, ..reader.machine(map) };
    let Reader { mut findings, .. } = reader;
    if let Some(what) = findings.not_built {
        return Err(Rejection::NotBuilt(what));
    }
    if findings.wrong.is_empty() {
        reach::check(&definition.top, "", &mut findings);
    }
    if findings.wrong.is_empty() { Ok(definition) } else { Err(Rejection::Wrong(findings.wrong)) }
}

struct Reader {
    findings: Findings,
    names: BTreeSet<String>,
}

impl Reader {
    fn fields<'a, 'f>(&'f mut self, map: &'a Map<String, Value>, at: &'f str) -> Fields<'a, 'f> {
        Fields { map, at, findings: &mut self.findings }
    }

    fn machine(&mut self, map: &Map<String, Value>) -> Definition {
        let mut fields = self.fields(map, "");
        fields.only(&[&["StartAt", "States", "Comment", "Version", "TimeoutSeconds", "QueryLanguage"]]);
        query_language(&mut fields);
        if fields.text("Version").is_some_and(|version| version != "1.0") {
            fields.wrong_at("Version", "Value must be one of: [\"1.0\"]");
        }
        let timeout_seconds = fields.integer("TimeoutSeconds", (1.0, LONGEST_SECONDS));
        Definition { top: self.block(map, "", 0), timeout_seconds, reads_context: false }
    }

    fn block(&mut self, map: &Map<String, Value>, at: &str, depth: usize) -> Block {
        if depth > DEEPEST {
            self.findings.add(TOO_DEEP, "States are too deeply nested", Some(at));
            return Block::default();
        }
        let mut fields = self.fields(map, at);
        fields.require(&["StartAt", "States"]);
        let start_at = fields.text("StartAt").unwrap_or_default().to_owned();
        let mut states = IndexMap::new();
        let Some(given) = fields.object("States") else { return Block { start_at, states } };
        if given.is_empty() {
            fields.wrong_at("States", "Minimum number of properties is 1");
        }
        for (name, json) in given {
            let at = format!("{at}/States/{name}");
            self.name(name, &at);
            match json.as_object() {
                Some(map) => {
                    if let Some(state) = self.state(map, &at, depth) {
                        states.insert(name.clone(), state);
                    }
                }
                None => self.findings.add(SCHEMA, "Expected value of type Object", Some(&at)),
            }
        }
        Block { start_at, states }
    }

    fn name(&mut self, name: &str, at: &str) {
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            let text = format!("State name must have between 1 and {LONGEST_NAME} characters");
            self.findings.add(SCHEMA, text, Some(at));
        }
        if !self.names.insert(name.to_owned()) {
            self.findings.add(DUPLICATE, format!("Duplicate State name: {name}"), Some(at));
        }
    }

    fn state(&mut self, map: &Map<String, Value>, at: &str, depth: usize) -> Option<State> {
        let mut fields = self.fields(map, at);
        query_language(&mut fields);
        for name in map.keys() {
            if NOT_BUILT.contains(&name.as_str()) {
                fields.findings.not_built(format!("the field {name} of a state"));
            }
            if JSONATA.contains(&name.as_str()) {
                fields.wrong(format!(
                    "The QueryLanguage is set to 'JSONPath', but field '{name}' is only supported for the 'JSONata' QueryLanguage"
                ));
                return None;
            }
        }
        fields.require(&["Type"]);
        let kind = self.kind(map, at, depth)?;
        let mut fields = self.fields(map, at);
        let ends = matches!(kind, Kind::Choice(..) | Kind::Succeed | Kind::Fail { .. });
        let next = if ends { None } else { onward(&mut fields) };
        let mut parameters = fields.template("Parameters");
        // A map's Parameters are what is now called ItemSelector.
        if matches!(kind, Kind::Map(_)) {
            parameters = None;
        }
        let (input_path, output_path) =
            (fields.path_or_null("InputPath", false), fields.path_or_null("OutputPath", false));
        let result_path = fields.path_or_null("ResultPath", true);
        let result_selector = fields.template("ResultSelector");
        let (retry, catch) = (self.retriers(map, at), self.catchers(map, at));
        Some(State { kind, next, input_path, output_path, result_path, parameters, result_selector, retry, catch })
    }

    fn kind(&mut self, map: &Map<String, Value>, at: &str, depth: usize) -> Option<Kind> {
        let mut fields = self.fields(map, at);
        match fields.text("Type")? {
            "Pass" => {
                fields.only(&[COMMON, PATHS, ONWARD, RESULT, &["Result", "Assign"]]);
                Some(Kind::Pass(map.get("Result").cloned()))
            }
            "Task" => {
                fields.only(&[COMMON, PATHS, ONWARD, RESULT, HANDLED, TASK, &["Assign"]]);
                task(&mut fields).map(Kind::Task)
            }
            "Choice" => {
                fields.only(&[COMMON, PATHS, &["Choices", "Default", "Assign"]]);
                fields.require(&["Choices"]);
                let default = fields.text("Default").map(str::to_owned);
                Some(Kind::Choice(self.choices(map, at), default))
            }
            "Wait" => {
                fields.only(&[COMMON, PATHS, ONWARD, WAIT, &["Assign"]]);
                wait(&mut fields).map(Kind::Wait)
            }
            "Succeed" => {
                fields.only(&[COMMON, PATHS]);
                Some(Kind::Succeed)
            }
            "Fail" => {
                fields.only(&[COMMON, &["Error", "ErrorPath", "Cause", "CausePath"]]);
                let error = fields.text_or_path(("Error", "ErrorPath"));
                Some(Kind::Fail { error, cause: fields.text_or_path(("Cause", "CausePath")) })
            }
            "Parallel" => {
                fields.only(&[COMMON, PATHS, ONWARD, RESULT, HANDLED, &["Branches", "Assign"]]);
                fields.require(&["Branches"]);
                Some(Kind::Parallel(self.branches(map, at, depth)))
            }
            "Map" => {
                fields.only(&[COMMON, PATHS, ONWARD, RESULT, HANDLED, MAP, NOT_BUILT]);
                self.map(map, at, depth).map(|map| Kind::Map(Box::new(map)))
            }
            _ => {
                let known = "[Choice, Fail, Map, Parallel, Pass, Succeed, Task, Wait]";
                fields.wrong_at("Type", format!("Value must be one of: {known}"));
                None
            }
        }
    }

    fn branches(&mut self, map: &Map<String, Value>, at: &str, depth: usize) -> Vec<Block> {
        let mut blocks = Vec::new();
        for (i, branch) in self.fields(map, at).list("Branches").iter().enumerate() {
            let at = format!("{at}/Branches[{i}]");
            match branch.as_object() {
                Some(branch) => {
                    self.fields(branch, &at).only(&[&["StartAt", "States", "Comment"]]);
                    blocks.push(self.block(branch, &at, depth + 1));
                }
                None => self.findings.add(SCHEMA, "Expected value of type Object", Some(&at)),
            }
        }
        blocks
    }

    fn map(&mut self, map: &Map<String, Value>, at: &str, depth: usize) -> Option<MapState> {
        let mut fields = self.fields(map, at);
        let Some(name) = fields.at_most_one(&["ItemProcessor", "Iterator"]) else {
            fields.require(&["ItemProcessor"]);
            return None;
        };
        let items_path = fields.path("ItemsPath", false).unwrap_or_else(Path::whole);
        let selector = fields.at_most_one(&["ItemSelector", "Parameters"]).unwrap_or("ItemSelector");
        let item_selector = fields.template(selector);
        let concurrency = fields.number_or_path(("MaxConcurrency", "MaxConcurrencyPath"), (0.0, LONGEST_SECONDS));
        let tolerated_count =
            fields.number_or_path(("ToleratedFailureCount", "ToleratedFailureCountPath"), (0.0, LONGEST_SECONDS));
        let tolerated_percentage =
            fields.number_or_path(("ToleratedFailurePercentage", "ToleratedFailurePercentagePath"), (0.0, 100.0));
        let processor = fields.object(name)?;
        let at = format!("{at}/{name}");
        let mut fields = self.fields(processor, &at);
        fields.only(&[&["StartAt", "States", "Comment", "ProcessorConfig"]]);
        let config = fields.object("ProcessorConfig");
        if config.is_some_and(|config| config.get("Mode").is_some_and(|mode| mode == "DISTRIBUTED")) {
            fields.findings.not_built("a Map state in Distributed mode");
        }
        Some(MapState {
            items_path,
            item_selector,
            max_concurrency: concurrency.unwrap_or(Number::Constant(0.0)),
            tolerated_count,
            tolerated_percentage,
            processor: self.block(processor, &at, depth + 1),
        })
    }

    fn choices(&mut self, map: &Map<String, Value>, at: &str) -> Vec<(Rule, String)> {
        let mut rules = Vec::new();
        for (i, choice) in self.fields(map, at).list("Choices").iter().enumerate() {
            let at = format!("{at}/Choices[{i}]");
            let Some(choice) = choice.as_object() else {
                self.findings.add(SCHEMA, "Expected value of type Object", Some(&at));
                continue;
            };
            let mut fields = self.fields(choice, &at);
            fields.require(&["Next"]);
            let next = fields.text("Next").unwrap_or_default().to_owned();
            if let Some(rule) = self.rule(choice, &at, 0) {
                rules.push((rule, next));
            }
        }
        rules
    }

    fn rule(&mut self, map: &Map<String, Value>, at: &str, depth: usize) -> Option<Rule> {
        if depth > DEEPEST {
            self.findings.add(TOO_DEEP, "States are too deeply nested", Some(at));
            return None;
        }
        let mut fields = self.fields(map, at);
        if map.contains_key("Assign") {
            fields.findings.not_built("the field Assign of a rule");
        }
        let comment = |name: &&String| !["Next", "Comment", "Assign", "Variable"].contains(&name.as_str());
        let operators: Vec<&String> = map.keys().filter(comment).collect();
        let [operator] = operators.as_slice() else {
            fields.wrong("A Choice rule must have exactly one comparison operator");
            return None;
        };
        match operator.as_str() {
            "Not" => {
                let inner = fields.object("Not")?;
                let rule = self.rule(inner, &format!("{at}/Not"), depth + 1)?;
                Some(Rule::Not(Box::new(rule)))
            }
            name @ ("And" | "Or") => {
                let inner = fields.list(name);
                let mut rules = Vec::new();
                for (i, rule) in inner.iter().enumerate() {
                    let at = format!("{at}/{name}[{i}]");
                    match rule.as_object() {
                        Some(map) => rules.extend(self.rule(map, &at, depth + 1)),
                        None => self.findings.add(SCHEMA, "Expected value of type Object", Some(&at)),
                    }
                }
                Some(if name == "And" { Rule::And(rules) } else { Rule::Or(rules) })
            }
            name => comparison(&mut fields, name),
        }
    }

    fn retriers(&mut self, map: &Map<String, Value>, at: &str) -> Vec<Retrier> {
        let mut retriers = Vec::new();
        let list = map.get("Retry").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for (i, retrier) in list.iter().enumerate() {
            let at = format!("{at}/Retry[{i}]");
            let Some(map) = retrier.as_object() else {
                self.findings.add(SCHEMA, "Expected value of type Object", Some(&at));
                continue;
            };
            let mut fields = self.fields(map, &at);
            fields.only(&[&[
                "ErrorEquals",
                "IntervalSeconds",
                "MaxAttempts",
                "BackoffRate",
                "MaxDelaySeconds",
                "JitterStrategy",
                "Comment",
            ]]);
            let errors = errors(&mut fields, i + 1 == list.len());
            let interval_seconds = fields.integer("IntervalSeconds", (1.0, LONGEST_SECONDS)).unwrap_or(1);
            let max_attempts = fields.integer("MaxAttempts", (0.0, LONGEST_SECONDS)).unwrap_or(3);
            let backoff_rate = fields.number("BackoffRate", (1.0, f64::MAX)).unwrap_or(2.0);
            let max_delay_seconds = fields.integer("MaxDelaySeconds", (1.0, 31_622_400.0));
            if max_delay_seconds.is_some_and(|most| most <= interval_seconds) {
                fields.wrong_at("MaxDelaySeconds", "MaxDelaySeconds must be greater than IntervalSeconds");
            }
            let jitter = fields.text("JitterStrategy");
            if jitter.is_some_and(|jitter| jitter != "FULL" && jitter != "NONE") {
                fields.wrong_at("JitterStrategy", "Value must be one of: [FULL, NONE]");
            }
            let full_jitter = jitter == Some("FULL");
            retriers.push(Retrier {
                errors,
                interval_seconds,
                max_attempts,
                backoff_rate,
                max_delay_seconds,
                full_jitter,
            });
        }
        retriers
    }

    fn catchers(&mut self, map: &Map<String, Value>, at: &str) -> Vec<Catcher> {
        let mut catchers = Vec::new();
        let list = map.get("Catch").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for (i, catcher) in list.iter().enumerate() {
            let at = format!("{at}/Catch[{i}]");
            let Some(map) = catcher.as_object() else {
                self.findings.add(SCHEMA, "Expected value of type Object", Some(&at));
                continue;
            };
            let mut fields = self.fields(map, &at);
            if map.contains_key("Assign") {
                fields.findings.not_built("the field Assign of a catcher");
            }
            fields.only(&[&["ErrorEquals", "Next", "ResultPath", "Comment", "Assign"]]);
            fields.require(&["Next"]);
            let errors = errors(&mut fields, i + 1 == list.len());
            let next = fields.text("Next").unwrap_or_default().to_owned();
            catchers.push(Catcher { errors, next, result_path: fields.path_or_null("ResultPath", true) });
        }
        catchers
    }
}

fn query_language(fields: &mut Fields<'_, '_>) {
    match fields.text("QueryLanguage") {
        None | Some("JSONPath") => {}
        Some("JSONata") => fields.findings.not_built("the QueryLanguage JSONata"),
        Some(_) => fields.wrong_at("QueryLanguage", "Value must be one of: [JSONPath, JSONata]"),
    }
}

fn onward(fields: &mut Fields<'_, '_>) -> Option<String> {
    let end = fields.truth("End").unwrap_or(false);
    match (fields.text("Next"), end) {
        (Some(_), true) => {
            fields.wrong("There should only be one of the following fields: [Next, End]");
            None
        }
        (Some(next), false) => Some(next.to_owned()),
        (None, true) => None,
        (None, false) => {
            fields.wrong("Exactly one of the following fields is required: [Next, End]");
            None
        }
    }
}

/// The names of errors of a retrier or catcher. States.ALL stands alone, and last.
fn errors(fields: &mut Fields<'_, '_>, last: bool) -> Vec<String> {
    fields.require(&["ErrorEquals"]);
    let errors = fields.texts("ErrorEquals");
    if errors.iter().any(|error| error == ALL) && (errors.len() > 1 || !last) {
        fields.wrong_at("ErrorEquals", "States.ALL must appear alone and in the last element");
    }
    errors
}

fn task(fields: &mut Fields<'_, '_>) -> Option<Box<Task>> {
    fields.require(&["Resource"]);
    let bounds = (1.0, LONGEST_SECONDS);
    let timeout = fields.number_or_path(("TimeoutSeconds", "TimeoutSecondsPath"), bounds);
    let heartbeat = fields.number_or_path(("HeartbeatSeconds", "HeartbeatSecondsPath"), bounds);
    if let (Some(Number::Constant(timeout)), Some(Number::Constant(heartbeat))) = (&timeout, &heartbeat)
        && heartbeat >= timeout
    {
        fields.wrong("HeartbeatSeconds must be smaller than TimeoutSeconds");
    }
    let resource = match Resource::read(fields.text("Resource")?) {
        Ok(resource) => resource,
        Err(resource::Unknown::NotBuilt(what)) => {
            fields.findings.not_built(what);
            return None;
        }
        Err(resource::Unknown::Wrong(text)) => {
            fields.wrong_at("Resource", text);
            return None;
        }
    };
    Some(Box::new(Task { resource, timeout, heartbeat }))
}

fn wait(fields: &mut Fields<'_, '_>) -> Option<Wait> {
    let Some(name) = fields.at_most_one(&["Seconds", "SecondsPath", "Timestamp", "TimestampPath"]) else {
        fields
            .wrong("Exactly one of the following fields is required: [Seconds, SecondsPath, Timestamp, TimestampPath]");
        return None;
    };
    if name.starts_with("Seconds") {
        return fields.number_or_path(("Seconds", "SecondsPath"), (0.0, LONGEST_SECONDS)).map(Wait::Seconds);
    }
    if fields.map.get("Timestamp").is_some_and(|text| crate::language::choice::moment(text).is_none()) {
        fields.wrong_at("Timestamp", "Value is not a valid ISO-8601 timestamp");
    }
    fields.text_or_path(("Timestamp", "TimestampPath")).map(Wait::Until)
}

fn comparison(fields: &mut Fields<'_, '_>, name: &str) -> Option<Rule> {
    let Some((comparison, is_path)) = Comparison::read(name) else {
        fields.wrong(format!("Field '{name}' is not supported"));
        return None;
    };
    fields.require(&["Variable"]);
    let variable = fields.path("Variable", false)?;
    let operand = if is_path {
        Operand::Path(fields.path(name, false)?)
    } else {
        let literal = fields.map.get(name)?.clone();
        if !comparison.takes(&literal) {
            fields.wrong_at(name, format!("The value is not valid for the operator {name}"));
        }
        Operand::Literal(literal)
    };
    Some(Rule::Compare(variable, comparison, operand))
}
