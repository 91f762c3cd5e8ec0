//! The functions in a service's `ops/`: an operation exists if a `pub fn` of its name does.

use super::names;
use crate::finding::outcome;
use crate::source::{Source, split_commas};
use crate::{Finding, Outcome, Repo};
use model::{Kind, Model, ShapeId};
use std::collections::BTreeMap;

/// The function of one operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Handler {
    /// The operation's name in the model.
    pub operation: String,
    /// The function's name.
    pub function: String,
    /// Its path within its crate, such as `crate::ops::messages::send_message`.
    pub path: String,
    /// `read`, `write`, `wait`, `prepared` or `prepared_wait`.
    pub mode: &'static str,
    /// The path of `begin_` and its name, which plans how a streaming body is received.
    pub begin: Option<String>,
    /// Where it stands, as `path:line`.
    pub at: String,
}

/// The handlers of a service in the order of their operations' names.
pub(crate) fn handlers(repo: &Repo, prefix: &str, model: &Model) -> Outcome<Vec<Handler>> {
    let folder = format!("services/{prefix}/src/ops");
    let mut found: BTreeMap<String, Handler> = BTreeMap::new();
    let (mut findings, mut begins) = (Vec::new(), BTreeMap::new());
    for path in repo.files(&folder, &|_| false).into_iter().filter(|path| path.ends_with(".rs")) {
        let source = Source::new(&path, repo.read(&path)?);
        begins.extend(begins_in(&source, &module(&folder, &path), model));
        for result in in_file(&source, &module(&folder, &path), model) {
            match result {
                Ok(handler) => {
                    let at = handler.at.clone();
                    if let Some(other) = found.insert(handler.operation.clone(), handler) {
                        let what = format!("a second handler of {}; the first is at {}", other.operation, other.at);
                        findings.push(Finding::new(at, what, "take one away"));
                    }
                }
                Err(finding) => findings.push(finding),
            }
        }
    }
    for handler in found.values_mut() {
        handler.begin = begins.remove(&handler.operation);
        let streams = model.operation(&handler.operation).is_some_and(|op| streaming(model, op.input).is_some());
        if streams != handler.begin.is_some() {
            let what = match streams {
                true => format!("{} takes its body as a stream, and nothing plans it", handler.operation),
                false => format!("{} takes no stream that could be planned", handler.operation),
            };
            let fix =
                "pub fn begin_<operation>(view: &View, input: &In) -> Result<BodyPlan> goes with a streaming input";
            findings.push(Finding::new(handler.at.clone(), what, fix));
        }
    }
    outcome(findings)?;
    Ok(found.into_values().collect())
}

/// The streaming body of an input or output, by the name of its member.
pub(crate) fn streaming(model: &Model, shape: Option<ShapeId>) -> Option<&str> {
    let shape = model.shape(shape?);
    let member = shape.members.get(shape.payload?)?;
    let body = model.shape(member.shape);
    (body.kind == Kind::Blob && (member.streaming || body.streaming)).then_some(&*member.name)
}

/// The functions that plan bodies, by their operations.
fn begins_in(source: &Source, module: &str, model: &Model) -> BTreeMap<String, String> {
    let functions = source.functions();
    let planners = functions.iter().filter(|f| f.public && f.top && !source.is_test(f.at));
    let operation = |name: &str| {
        let planned = name.strip_prefix("begin_")?;
        model.operations().iter().find(|op| names::same(planned, &op.name)).map(|op| op.name.to_string())
    };
    planners.filter_map(|f| Some((operation(f.name)?, format!("{module}::{}", f.name)))).collect()
}

/// `services/sqs/src/ops/messages.rs` is `crate::ops::messages`.
fn module(folder: &str, path: &str) -> String {
    let inner = path.strip_prefix(folder).unwrap_or(path).trim_end_matches(".rs").trim_end_matches("/mod");
    format!("crate::ops{}", inner.replace('/', "::"))
}

fn in_file(source: &Source, module: &str, model: &Model) -> Vec<Result<Handler, Finding>> {
    let functions = source.functions();
    let planned = begins_in(source, module, model);
    let begins = |name: &str| planned.values().any(|path| path.rsplit("::").next() == Some(name));
    let public = functions.iter().filter(|f| f.public && f.top && !source.is_test(f.at) && !begins(f.name));
    let handlers = public.map(|function| {
        let at = source.at(function.at);
        let name = function.name;
        let Some(operation) = model.operations().iter().find(|op| names::same(name, &op.name)) else {
            let what = format!("`pub fn {name}` is no operation of the model");
            return Err(Finding::new(at, what, "spell it as the model does, or make it pub(crate) if it is a helper"));
        };
        let params = split_commas(function.params);
        let kind = params.first().and_then(|p| p.split_once(':')).map(|(_, kind)| kind.trim());
        let waits = function.returns.contains("Outcome<");
        let mode = match kind {
            Some("&View") => "read",
            Some("&mut Cx") if params.len() == 3 && !waits => "prepared",
            Some("&mut Cx") if params.len() == 3 => "prepared_wait",
            Some("&mut Cx") if waits => "wait",
            Some("&mut Cx") => "write",
            _ => "",
        };
        let count = if mode.starts_with("prepared") { 3 } else { 2 };
        if mode.is_empty() || params.len() != count || (mode == "read" && waits) {
            let what = format!("`{name}` has not the form of a handler");
            let fix = "fn(view: &View, input: In) -> Result<Out>, or fn(cx: &mut Cx, input: In) -> Result<Out> or \
                       Result<Outcome<Out>>; an operation without input takes `_: Nothing`; a third parameter takes \
                       what prepare.rs made before the lock";
            return Err(Finding::new(at, what, fix));
        }
        Ok(Handler {
            operation: operation.name.to_string(),
            function: name.to_owned(),
            path: format!("{module}::{name}"),
            mode,
            begin: None,
            at,
        })
    });
    handlers.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Vec<Result<(String, &'static str), String>> {
        let model = br#"{"operations": {"SendMessage": {}, "ListQueues": {}, "ReceiveMessage": {}}}"#;
        let model = Model::parse(model).unwrap();
        let results = in_file(&Source::new("ops/a.rs", text), "crate::ops::a", &model);
        results.into_iter().map(|r| r.map(|h| (h.path, h.mode)).map_err(|f| f.what)).collect()
    }

    #[test]
    fn public_functions_are_handlers_and_tell_their_mode() {
        let one = |path: &str, mode| vec![Ok((format!("crate::ops::a::{path}"), mode))];
        let text = "pub fn list_queues(view: &View, input: In) -> Result<Out> {}";
        assert_eq!(check(text), one("list_queues", "read"));
        let text = "pub fn send_message(cx: &mut Cx, input: In) -> Result<Out> {}";
        assert_eq!(check(text), one("send_message", "write"));
        let text = "pub fn receive_message(\n    cx: &mut Cx,\n    input: In,\n) -> Result<Outcome<Out>> {\n}";
        assert_eq!(check(text), one("receive_message", "wait"));
        let text = "pub fn send_message(cx: &mut Cx, input: In, made: Made) -> Result<Out> {}";
        assert_eq!(check(text), one("send_message", "prepared"));
        assert_eq!(check("pub(crate) fn helper() {}\nfn other() {}\n// pub fn send_message() {}\n"), []);
        let text = "#[cfg(test)]\nmod tests {\npub fn helper() {}\n}";
        assert_eq!(check(text), []);
        let text = "pub fn begin_send_message(view: &View, input: &In) -> Result<BodyPlan> {}";
        assert_eq!(check(text), []);
        assert_eq!(check("pub fn send_mail() {}"), [Err("`pub fn send_mail` is no operation of the model".to_owned())]);
        let wrong = [Err("`send_message` has not the form of a handler".to_owned())];
        assert_eq!(check("pub fn send_message(cx: &mut Cx) -> Result<Out> {}"), wrong);
        assert_eq!(check("pub fn send_message(cx: &View, input: In) -> Result<Outcome<Out>> {}"), wrong);
    }
}
