//! Patches: what `Update…` operations change, each by a path in the thing's own JSON (RFC 6901).
//! <https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html>

use crate::api::PatchOperation;
use crate::errors;
use service::shape::fill;
use service::{IndexMap, Node, Result, Value, View};

/// The most patches of one request.
const MOST: usize = 500;

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// A text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Number,
    /// Any number.
    Decimal,
    /// An element of a list, which the path names: `/binaryMediaTypes/image~1png`.
    Member,
    /// A list of texts, of which the value is one: `/providerARNs`.
    Texts,
    /// A part of its own, which can only be taken away as a whole.
    Whole,
}

/// A place that can be patched: its path, in which `*` stands for any name, how, and what stands there.
pub type Place = (&'static str, &'static [&'static str], Kind);

/// Patches settings, at these places alone.
pub fn apply<T: Node + Default>(
    settings: &mut T,
    patches: Option<Vec<PatchOperation>>,
    places: &[Place],
) -> Result<()> {
    let mut value = Value::of(settings.peek());
    for patch in checked(patches)? {
        change(&mut value, &patch, places)?;
    }
    let mut patched = T::default();
    fill(&mut patched, &value).map_err(|_| errors::bad_request("Invalid patch value"))?;
    *settings = patched;
    Ok(())
}

/// A patch with its members.
#[derive(Debug, Clone, PartialEq)]
pub struct Patch {
    /// `op`
    pub op: String,
    /// `path`
    pub path: String,
    /// `value`
    pub value: Option<String>,
}

/// The patches of a request.
pub fn checked(patches: Option<Vec<PatchOperation>>) -> Result<Vec<Patch>> {
    let patches = patches.unwrap_or_default();
    if patches.len() > MOST {
        return Err(errors::bad_request("Too many patch operations specified"));
    }
    let read = |patch: PatchOperation| {
        let PatchOperation { op, path, value, from } = patch;
        let op = op.unwrap_or_default();
        if !["add", "remove", "replace"].contains(&op.as_str()) || from.is_some() {
            let text = format!("Invalid patch operation specified. Must be one of: [add, remove, replace]: {op}");
            return Err(errors::bad_request(text));
        }
        Ok(Patch { op, path: path.unwrap_or_default(), value })
    };
    patches.into_iter().map(read).collect()
}

/// Refuses patches of what is not in this cloud, by what their paths begin with.
pub fn refuse(view: &View, patches: Option<&Vec<PatchOperation>>, missing: &[&str]) -> Result<()> {
    for patch in patches.into_iter().flatten() {
        let (op, path) = (patch.op.as_deref().unwrap_or_default(), patch.path.as_deref().unwrap_or_default());
        if missing.iter().any(|missing| path.starts_with(missing)) {
            return Err(errors::refuse(&format!("patch {op} {path}"), view));
        }
    }
    Ok(())
}

/// A path's parts, unescaped.
pub fn parts(path: &str) -> Vec<String> {
    let parts = path.strip_prefix('/').unwrap_or(path).split('/');
    parts.map(|part| part.replace("~1", "/").replace("~0", "~")).collect()
}

/// Why a place cannot be patched.
pub fn invalid(patch: &Patch, places: &[Place]) -> service::Error {
    let fitting = places.iter().filter(|(_, ops, _)| ops.contains(&patch.op.as_str()));
    let names: Vec<&str> = fitting.map(|(path, ..)| *path).collect();
    let (path, op) = (&patch.path, &patch.op);
    errors::bad_request(match names.is_empty() {
        true => format!("Invalid patch path  '{path}' specified for op '{op}'. Please choose supported operations"),
        false => {
            let names = names.join(", ");
            format!("Invalid patch path  '{path}' specified for op '{op}'. Must be one of: [{names}]")
        }
    })
}

fn change(value: &mut Value, patch: &Patch, places: &[Place]) -> Result<()> {
    let path = parts(&patch.path);
    let place =
        places.iter().find(|(known, ..)| fits(known, &path)).filter(|(_, ops, _)| ops.contains(&patch.op.as_str()));
    let Some((_, _, kind)) = place else { return Err(invalid(patch, places)) };
    let Some((last, before)) = path.split_last() else { return Err(invalid(patch, places)) };
    match kind {
        Kind::Member => member(list(value, before)?, last, patch),
        Kind::Texts => {
            let text = Value::from(patch.value.clone().unwrap_or_default());
            let list = list(value, &path)?;
            list.retain(|known| *known != text);
            if patch.op == "add" {
                list.push(text);
            }
            Ok(())
        }
        kind => {
            let map = map(value, before)?;
            match patch.op.as_str() {
                "remove" => drop(map.shift_remove(last)),
                _ => drop(map.insert(last.clone(), scalar(patch, *kind)?)),
            }
            Ok(())
        }
    }
}

fn member(list: &mut Vec<Value>, name: &str, patch: &Patch) -> Result<()> {
    let at = list.iter().position(|known| known.as_str() == Some(name));
    match (patch.op.as_str(), at) {
        ("add", None) => list.push(name.into()),
        ("remove", Some(at)) => drop(list.remove(at)),
        ("replace", at) => {
            // An element may be named by its place too.
            let at = at.or_else(|| name.parse().ok());
            let known = at.and_then(|at| list.get_mut(at));
            *known.ok_or_else(|| missing(patch))? = patch.value.clone().unwrap_or_default().into();
        }
        _ => {}
    }
    Ok(())
}

fn missing(patch: &Patch) -> service::Error {
    errors::bad_request(format!("Invalid patch path '{}' specified for op '{}'.", patch.path, patch.op))
}

/// A value as a patch gives it, which is a text whatever it stands for.
fn scalar(patch: &Patch, kind: Kind) -> Result<Value> {
    let text = patch.value.clone().unwrap_or_default();
    let wrong = || errors::bad_request(format!("Invalid patch value '{text}' specified for path {}", patch.path));
    Ok(match kind {
        Kind::Flag => flag(&text).ok_or_else(wrong)?.into(),
        Kind::Number => text.parse::<i64>().map_err(|_| wrong())?.into(),
        Kind::Decimal => text.parse::<f64>().ok().filter(|number| number.is_finite()).ok_or_else(wrong)?.into(),
        Kind::Whole => return Err(wrong()),
        _ => text.clone().into(),
    })
}

/// `true` or `false`, in capitals or not, as Python and YAML write them.
pub fn flag(text: &str) -> Option<bool> {
    text.to_ascii_lowercase().parse().ok()
}

fn fits(known: &str, path: &[String]) -> bool {
    let known: Vec<&str> = known.trim_start_matches('/').split('/').collect();
    known.len() == path.len() && known.iter().zip(path).all(|(known, part)| *known == "*" || known == part)
}

/// The map at a path, which is made where there is none.
fn map<'v>(value: &'v mut Value, path: &[String]) -> Result<&'v mut IndexMap<String, Value>> {
    let misfit = || service::Error::internal("a patch went to what has no members");
    let Value::Map(map) = value else { return Err(misfit()) };
    let mut map = map;
    for part in path {
        match map.entry(part.clone()).or_insert_with(|| Value::Map(IndexMap::new())) {
            Value::Map(inner) => map = inner,
            _ => return Err(misfit()),
        }
    }
    Ok(map)
}

fn list<'v>(value: &'v mut Value, path: &[String]) -> Result<&'v mut Vec<Value>> {
    let misfit = || service::Error::internal("a patch went to what is no list");
    let (last, before) = path.split_last().ok_or_else(misfit)?;
    match map(value, before)?.entry(last.clone()).or_insert_with(|| Value::List(Vec::new())) {
        Value::List(list) => Ok(list),
        _ => Err(misfit()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Stage;

    const PLACES: &[Place] = &[
        ("/description", &["replace", "remove"], Kind::Text),
        ("/variables/*", &["replace", "remove"], Kind::Text),
        ("/tracingEnabled", &["replace"], Kind::Flag),
    ];

    #[test]
    fn what_a_path_names_is_patched_and_nothing_else() {
        let patched = |op: &str, path: &str, value: Option<&str>| {
            let mut stage = Stage { description: Some("d".to_owned()), ..Stage::default() };
            let text = |text: &str| Some(text.to_owned());
            let patch = PatchOperation { op: text(op), path: text(path), value: value.map(str::to_owned), from: None };
            apply(&mut stage, Some(vec![patch]), PLACES).map(|()| stage).map_err(|error| error.message().to_owned())
        };
        let of = |op, path, value| patched(op, path, value).unwrap_or_default();
        assert_eq!(of("replace", "/description", Some("e")).description.as_deref(), Some("e"));
        assert_eq!(of("remove", "/description", None).description, None);
        assert_eq!(of("replace", "/tracingEnabled", Some("true")).tracing_enabled, Some(true));
        assert_eq!(of("replace", "/tracingEnabled", Some("False")).tracing_enabled, Some(false));
        let variables = of("replace", "/variables/a~1b", Some("c")).variables.unwrap_or_default();
        assert_eq!(variables.get("a/b").map(String::as_str), Some("c"));
        for (op, path, value, expect) in [
            ("replace", "/tracingEnabled", Some("yes"), "Invalid patch value 'yes' specified for path /tracingEnabled"),
            (
                "remove",
                "/tracingEnabled",
                None,
                "Invalid patch path  '/tracingEnabled' specified for op 'remove'. Must be one of: [/description, /variables/*]",
            ),
            (
                "add",
                "/none",
                None,
                "Invalid patch path  '/none' specified for op 'add'. Please choose supported operations",
            ),
        ] {
            assert_eq!(patched(op, path, value), Err(expect.to_owned()));
        }
    }
}
