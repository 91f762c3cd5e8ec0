//! A member counts only if it is handled: a handler takes its whole input apart, and says so where it keeps a member
//! without acting on it. And each handler has its line in `access.rs`, for no data set knows what an operation asks of
//! the policies.

use super::Tree;
use crate::codegen::{self, Handler, ServiceFacts};
use crate::destructure;
use crate::source::{Source, words_of};
use crate::{Finding, Outcome};
use model::{Model, Operation};

pub(super) fn check(tree: &Tree<'_>) -> Vec<Finding> {
    let checked = tree.repo.services().into_iter().map(|prefix| service(tree, &prefix));
    checked.flat_map(|findings| findings.unwrap_or_else(|failed| failed)).collect()
}

fn service(tree: &Tree<'_>, prefix: &str) -> Outcome<Vec<Finding>> {
    let facts = ServiceFacts::read(tree.repo, prefix)?;
    let model = codegen::model(tree.repo, &facts.model)?;
    let access = format!("services/{prefix}/src/access");
    let access: Vec<&Source> = tree.rust.iter().filter(|source| source.path.starts_with(&access)).collect();
    let mut findings = evidence(&facts);
    for handler in codegen::handlers(tree.repo, prefix, &model)? {
        if !access.iter().any(|source| source.words(&handler.function).next().is_some()) {
            let what = format!("{} has no function in access.rs", handler.operation);
            let fix = format!("write `pub fn {}(view: &View, input: &…) -> Result<Access>` there", handler.function);
            findings.push(Finding::new(&handler.at, what, fix));
        }
        let path = handler.at.split(':').next().unwrap_or_default();
        let source = tree.rust.iter().find(|source| source.path == path);
        if let (Some(source), Some(operation)) = (source, model.operation(&handler.operation)) {
            let prepared = |field: &str| {
                let prepare = format!("services/{prefix}/src/prepare");
                let mut sources = tree.rust.iter().filter(|source| source.path.starts_with(&prepare));
                let planned = handler.begin.as_deref().is_some_and(|begin| plans(source, begin, field));
                planned
                    || handler.mode.starts_with("prepared")
                        && sources.any(|source| source.words(field).next().is_some())
            };
            findings.extend(input(source, &handler, (&model, operation), &prepared));
        }
    }
    Ok(findings)
}

/// Whether the function that plans a body uses a member of the input.
fn plans(source: &Source, begin: &str, field: &str) -> bool {
    let name = begin.rsplit("::").next().unwrap_or_default();
    let functions = source.functions();
    let planner = functions.iter().find(|function| function.name == name);
    let body = planner.and_then(|planner| source.code.get(planner.body.clone()));
    words_of(body.unwrap_or_default(), field).next().is_some()
}

/// What departs from the model says where AWS shows it.
fn evidence(facts: &ServiceFacts) -> Vec<Finding> {
    let validation = &facts.validation;
    let departs = validation.mode != "model" || !validation.except.is_empty();
    let what = "validation departs from the model without evidence";
    let fix = "add `evidence`, a link to what shows that AWS does so";
    let path = format!("services/{}/service.toml", facts.prefix);
    let lacks = departs && !validation.evidence.starts_with("https://");
    lacks.then(|| Finding::new(path, what, fix)).into_iter().collect()
}

/// A member may also have been used by the preparation of its operation, or by the planning of its body.
fn input(
    source: &Source,
    handler: &Handler,
    (model, operation): (&Model, &Operation),
    prepared: &dyn Fn(&str) -> bool,
) -> Vec<Finding> {
    let Some(function) = destructure::function(source, handler) else { return Vec::new() };
    let members = operation.input.map(|id| model.shape(id).members.len()).unwrap_or_default();
    if members == 0 {
        return Vec::new();
    }
    let Some(pattern) = destructure::pattern(source, &function) else {
        let what = format!("`{}` does not begin by taking its input apart", handler.function);
        let fix = "make `let Input { a, b } = input;` its first statement, with every member";
        return vec![Finding::new(&handler.at, what, fix)];
    };
    let mut findings = Vec::new();
    if pattern.has_rest {
        let what = format!("`{}` leaves members of its input out with `..`", handler.function);
        let fix = "name each: use it, refuse it, or bind it as `name: _, // stored only`";
        findings.push(Finding::new(&handler.at, what, fix));
    }
    let body = source.code.get(function.body.clone()).unwrap_or_default();
    for member in &pattern.members {
        let used_late = member.unused && words_of(body, &member.field).nth(1).is_some();
        if member.unused && !member.stored_only && !used_late && !prepared(&member.field) {
            let what = format!("`{}` drops `{}` without a word", handler.function, member.field);
            let fix = "use it, refuse it, or write `// stored only` behind it on its line";
            findings.push(Finding::new(source.at(member.at), what, fix));
        }
    }
    findings
}
