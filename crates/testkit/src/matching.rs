//! Whether an answer is what a transcript says, and the names that it gives to what came back.

use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// Matches anything in the place of a value, and any further members at the end of an object or list.
const ANYTHING: &str = "...";

/// Where the answer differs from what is expected, as a path and both sides; `None` where it does not.
pub(crate) fn difference(expected: &Json, got: &Json) -> Option<String> {
    differ("", expected, got)
}

fn differ(path: &str, expected: &Json, got: &Json) -> Option<String> {
    match (expected, got) {
        (Json::String(text), _) if text == ANYTHING => None,
        (Json::Object(expected), Json::Object(got)) => objects(path, expected, got),
        (Json::Array(expected), Json::Array(got)) => lists(path, expected, got),
        (Json::Number(a), Json::Number(b)) if a.as_f64() == b.as_f64() => None,
        (Json::String(pattern), Json::String(text)) if pattern.contains(ANYTHING) => {
            (!fits(pattern, text)).then(|| format!("{path}: expected {expected}, got {got}"))
        }
        _ if expected == got => None,
        _ => Some(format!("{path}: expected {expected}, got {got}")),
    }
}

fn objects(path: &str, expected: &Map<String, Json>, got: &Map<String, Json>) -> Option<String> {
    let open = expected.contains_key(ANYTHING);
    for (key, value) in expected.iter().filter(|(key, _)| *key != ANYTHING) {
        let Some(got) = got.get(key) else { return Some(format!("{path}.{key}: expected {value}, got nothing")) };
        if let Some(difference) = differ(&format!("{path}.{key}"), value, got) {
            return Some(difference);
        }
    }
    let unexpected = got.iter().find(|(key, _)| !open && !expected.contains_key(*key));
    unexpected.map(|(key, value)| format!("{path}.{key}: expected nothing, got {value}"))
}

fn lists(path: &str, expected: &[Json], got: &[Json]) -> Option<String> {
    let open = expected.last().is_some_and(|last| last == ANYTHING);
    let fixed = expected.len() - usize::from(open);
    if got.len() < fixed || (!open && got.len() > fixed) {
        return Some(format!("{path}: expected {fixed} elements, got {}: {}", got.len(), Json::from(got.to_vec())));
    }
    let pairs = expected.iter().zip(got).take(fixed).enumerate();
    pairs.into_iter().find_map(|(i, (expected, got))| differ(&format!("{path}[{i}]"), expected, got))
}

/// Whether a text is as a pattern in which `...` stands for any text.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split(ANYTHING);
    let Some(mut rest) = parts.next().and_then(|head| text.strip_prefix(head)) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(tail) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    rest.ends_with(tail)
}

/// Remembers every text and number of an answer under its member's name: the last one counts.
pub fn remember(names: &mut BTreeMap<String, String>, answer: &Json) {
    match answer {
        Json::Object(members) => {
            for (name, value) in members {
                match value {
                    Json::String(text) => drop(names.insert(name.clone(), text.clone())),
                    Json::Number(number) => drop(names.insert(name.clone(), number.to_string())),
                    value => remember(names, value),
                }
            }
        }
        Json::Array(list) => list.iter().for_each(|value| remember(names, value)),
        _ => {}
    }
}

/// A text with the remembered names put in for `{Name}`; braces around anything else stay.
pub fn filled(names: &BTreeMap<String, String>, text: &str, quote: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let (head, tail) = rest.split_at(open);
        out.push_str(head);
        let inner = tail.get(1..).unwrap_or_default();
        let name = inner.find('}').and_then(|close| inner.get(..close)).filter(|n| names.contains_key(*n));
        match name.and_then(|name| Some((name, names.get(name)?))) {
            Some((name, value)) => {
                let escaped = if quote { Json::from(value.as_str()).to_string() } else { format!("\"{value}\"") };
                out.push_str(escaped.get(1..escaped.len() - 1).unwrap_or_default());
                rest = inner.get(name.len() + 1..).unwrap_or_default();
            }
            None => {
                out.push('{');
                rest = inner;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_differs_is_told() {
        for (expected, got) in [
            (json!({"a": 1}), json!({"a": 1.0})),
            (json!({"a": "..."}), json!({"a": [1]})),
            (json!({"a": 1, "...": "..."}), json!({"a": 1, "b": 2})),
            (json!([1, "..."]), json!([1, 2, 3])),
            (json!("arn:...:q"), json!("arn:aws:q")),
        ] {
            assert_eq!(difference(&expected, &got), None, "{expected}");
        }
        for (expected, got, path) in [
            (json!({"a": {"b": 1}}), json!({"a": {"b": 2}}), ".a.b: expected 1, got 2"),
            (json!({}), json!({"a": 1}), ".a: expected nothing, got 1"),
            (json!({"a": "..."}), json!({}), ".a: expected \"...\", got nothing"),
            (json!([1]), json!([1, 2]), ": expected 1 elements, got 2: [1,2]"),
            (json!("a...c"), json!("ab"), ": expected \"a...c\", got \"ab\""),
        ] {
            assert_eq!(difference(&expected, &got).as_deref(), Some(path));
        }
    }

    #[test]
    fn names_are_put_in() {
        let mut names = BTreeMap::new();
        remember(&mut names, &json!({"Queues": [{"Url": "a"}, {"Url": "b\"c"}], "N": 3}));
        assert_eq!(
            filled(&names, r#"{"Q": "{Url}", "N": {N}, "x": {"y": "{z}"}}"#, true),
            r#"{"Q": "b\"c", "N": 3, "x": {"y": "{z}"}}"#
        );
    }
}
