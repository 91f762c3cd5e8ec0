//! A template's text as a tree, whichever of its two languages it is written in.

use crate::{DEEPEST, Error, Result, json, yaml};
use shape::Value;

/// Reads a template, or another document in JSON or YAML. What begins with a brace is JSON: its errors are told as such.
pub fn read(text: &str) -> Result<Value> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let value = if text.trim_start().starts_with('{') {
        let parsed: std::result::Result<serde_json::Value, _> = serde_json::from_str(text);
        json::value(parsed.map_err(|error| not_well_formed("JSON", error.line(), error.column()))?)
    } else {
        yaml::read(text)?
    };
    if depth(&value) > DEEPEST {
        return Err(Error::format(format!("the template is nested more than {DEEPEST} levels deep.")));
    }
    match value {
        Value::Map(_) => Ok(value),
        _ => Err(Error::format("unsupported structure.")),
    }
}

pub(crate) fn not_well_formed(language: &str, line: usize, column: usize) -> Error {
    Error::format(format!("{language} not well-formed. (line {line}, column {column})"))
}

fn depth(value: &Value) -> usize {
    match value {
        Value::List(items) => 1 + items.iter().map(depth).max().unwrap_or_default(),
        Value::Map(map) => 1 + map.values().map(depth).max().unwrap_or_default(),
        _ => 0,
    }
}
