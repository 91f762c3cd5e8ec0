//! Whose resources an operation lists, and in what pages.

use crate::case::{Case, OTHER_ACCOUNT, OTHER_REGION};
use crate::decisions::told;
use crate::{inputs, support};
use model::{Kind, Paginator};
use pipeline::Settings;
use serde_json::Value as Json;
use service::Run;
use std::collections::BTreeSet;
use testkit::{Answer, Keys};

/// More pages than anything here has: beyond it, pages go round in a circle.
const MOST_PAGES: usize = 200;

/// A listing shows what lies in the caller's account and region, and nothing of it elsewhere.
pub fn scoped(case: &mut Case) -> Result<(), String> {
    let paths = listed(case)?;
    if paths.is_empty() {
        return Ok(());
    }
    let (service, operation, global) = (case.service.facts.prefix, case.operation.name, case.service.facts.global);
    let input = make(case)?;
    let home = support::root(crate::case::ACCOUNT);
    // What every account has from the start is nobody's.
    let mut fresh = support::world(Settings::default());
    let common = items(&fresh.call(&home, service, operation, &input), &paths);
    let answer = case.call_with(&home, &input);
    let own: BTreeSet<String> = items(&answer, &paths).into_iter().filter(|item| !common.contains(item)).collect();
    if own.is_empty() {
        return Err(format!("what was set up is not listed: {} {}", told(&answer), answer.output));
    }
    let elsewhere = [support::root(OTHER_ACCOUNT), home.in_region(OTHER_REGION)];
    for keys in elsewhere.iter().take(if global { 1 } else { 2 }) {
        let answer = case.call_with(keys, &input);
        if answer.status >= 500 || answer.status == 0 {
            return Err(format!("from {} in {}: {}", keys.id, keys.region, told(&answer)));
        }
        if let Some(seen) = items(&answer, &paths).iter().find(|item| own.contains(*item)) {
            return Err(format!("{} in {} sees {seen}", keys.id, keys.region));
        }
    }
    Ok(())
}

/// The least pages put together are the whole, each thing once; a token that nobody gave is refused.
pub fn paged(case: &mut Case) -> Result<(), String> {
    let Some(paginator) = case.model().paginator(case.operation.name) else { return Ok(()) };
    let paths: Vec<String> = paginator.result_key.iter().map(ToString::to_string).collect();
    let input = make(case)?;
    let keys = support::root(crate::case::ACCOUNT);
    let whole = case.call_with(&keys, &input);
    let mut expected = items(&whole, &paths);
    if expected.len() < 2 {
        return Err(format!("there are not two to list: {} {}", told(&whole), whole.output));
    }
    let mut got = walk(case, &keys, &input, paginator)?;
    got.sort();
    expected.sort();
    if got != expected {
        return Err(format!("the pages are {got:?} and the whole is {expected:?}"));
    }
    made_up(case, &keys, input, paginator)
}

fn made_up(case: &mut Case, keys: &Keys, mut input: Json, paginator: &Paginator) -> Result<(), String> {
    for token in ["made-up-token", "AAAA", "\u{0}", &"x".repeat(5_000)] {
        for member in &paginator.input_token {
            input[&**member] = token.into();
        }
        let answer = case.call_with(keys, &input);
        if !(400..500).contains(&answer.status) {
            return Err(format!("the token {token:.20?} is answered {} {}", told(&answer), answer.output));
        }
    }
    Ok(())
}

/// All items, page by page, none twice.
fn walk(case: &mut Case, keys: &Keys, input: &Json, paginator: &Paginator) -> Result<Vec<String>, String> {
    let paths: Vec<String> = paginator.result_key.iter().map(ToString::to_string).collect();
    let limit = paginator.limit_key.as_deref().ok_or("the model names no limit")?;
    let mut input = input.clone();
    input[limit] = least(case, limit)?;
    let mut all: Vec<String> = Vec::new();
    for page in 0..MOST_PAGES {
        let answer = case.call_with(keys, &input);
        if !answer.ok() {
            return Err(format!("page {page}: {}", told(&answer)));
        }
        let here = items(&answer, &paths);
        let most = input[limit].as_u64().or_else(|| input[limit].as_str()?.parse().ok()).unwrap_or_default() as usize;
        if here.len() > most {
            return Err(format!("page {page} holds {} of at most {most}", here.len()));
        }
        if let Some(twice) = here.iter().find(|item| all.contains(item)) {
            return Err(format!("page {page} has {twice} again"));
        }
        all.extend(here);
        let token = |path: &str| at(&answer.output, path).filter(|token| !token.is_null()).cloned();
        let tokens: Vec<Json> = paginator.output_token.iter().filter_map(|path| token(path)).collect();
        if tokens.is_empty() {
            return if page == 0 { Err(format!("all stand on one page of {most}")) } else { Ok(all) };
        }
        for (member, token) in paginator.input_token.iter().zip(tokens) {
            input[&**member] = token;
        }
    }
    Err(format!("there is no end after {MOST_PAGES} pages"))
}

/// The least limit that the model allows.
fn least(case: &Case, limit: &str) -> Result<Json, String> {
    let (model, operation) = (case.model(), case.modelled()?);
    let member = operation.input.and_then(|id| model.shape(id).member(limit)).ok_or("the input has no such limit")?;
    let shape = model.shape(member.1.shape);
    let least = shape.min.unwrap_or(1.0).max(1.0) as i64;
    Ok(if shape.kind == Kind::String { least.to_string().into() } else { least.into() })
}

/// Makes what is listed, and the listing's input.
fn make(case: &mut Case) -> Result<Json, String> {
    let Some(line) = inputs::listing(case.service.facts.prefix, case.operation.name) else {
        return Err("inputs.rs has no line among LISTINGS for it".to_owned());
    };
    case.repeat(line.2, line.1)?;
    case.complete(line.3)
}

/// The output members of an operation that lists: those that its paginator names, or all its lists and maps. None where
/// the operation lists nothing.
fn listed(case: &Case) -> Result<Vec<String>, String> {
    let (model, operation) = (case.model(), case.modelled()?);
    if let Some(paginator) = model.paginator(case.operation.name) {
        return Ok(paginator.result_key.iter().map(ToString::to_string).collect());
    }
    if !case.operation.name.starts_with("List") || !matches!(case.operation.run, Run::Read(_)) {
        return Ok(Vec::new());
    }
    let members = operation.output.map(|id| &model.shape(id).members);
    let many = |kind: Kind| matches!(kind, Kind::List | Kind::Map);
    Ok(members.into_iter().flatten().filter(|m| many(model.shape(m.shape).kind)).map(|m| m.name.to_string()).collect())
}

fn items(answer: &Answer, paths: &[String]) -> Vec<String> {
    let lists = paths.iter().filter_map(|path| at(&answer.output, path));
    lists
        .flat_map(|list| match list {
            Json::Array(list) => list.iter().map(Json::to_string).collect(),
            Json::Object(entries) => entries.iter().map(|(key, value)| format!("{key}={value}")).collect(),
            _ => Vec::new(),
        })
        .collect()
}

/// What stands under a path of names with points between.
fn at<'a>(json: &'a Json, path: &str) -> Option<&'a Json> {
    path.split('.').try_fold(json, |json, name| json.get(name))
}
