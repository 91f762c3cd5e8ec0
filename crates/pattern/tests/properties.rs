//! The matcher against a slow one that follows AWS's description literally, and hostile input against both readers.

use pattern::{Json, Limits, Pattern};
use proptest::prelude::*;

/// All values at a path, each array standing for its elements, with the objects through which the path led.
fn leaves<'v>(value: &'v Json<'v>, path: &[&str], out: &mut Vec<&'v Json<'v>>) {
    match (value, path) {
        (Json::Array(items), path) => items.iter().for_each(|item| leaves(item, path, out)),
        (Json::Object(_), [first, rest @ ..]) => {
            if let Some(value) = value.get(first) {
                leaves(value, rest, out);
            }
        }
        (Json::Object(_), []) => {}
        (value, []) => out.push(value),
        _ => {}
    }
}

/// One field with one test, decided from the texts alone.
fn slowly(event: &Json<'_>, path: &[&str], kind: &str, operand: &str) -> bool {
    let mut found = Vec::new();
    leaves(event, path, &mut found);
    let any = |test: &dyn Fn(&str) -> bool| found.iter().any(|v| v.as_str().is_some_and(test));
    match kind {
        "exact" => any(&|text| text == operand),
        "prefix" => any(&|text| text.len() >= operand.len() && text.chars().zip(operand.chars()).all(|(a, b)| a == b)),
        "suffix" => {
            any(&|text| text.chars().rev().collect::<String>().starts_with(&operand.chars().rev().collect::<String>()))
        }
        "equals-ignore-case" => any(&|text| text.to_lowercase() == operand.to_lowercase()),
        "wildcard" => any(&|text| glob(&text.chars().collect::<Vec<_>>(), &operand.chars().collect::<Vec<_>>())),
        "anything-but" => found.iter().any(|v| v.as_str() != Some(operand)),
        "exists" => found.is_empty() != (operand == "true"),
        _ => unreachable!(),
    }
}

fn glob(text: &[char], pattern: &[char]) -> bool {
    match (text, pattern) {
        (_, ['*', rest @ ..]) => (0..=text.len()).any(|at| glob(&text[at..], rest)),
        ([a, text @ ..], [b, rest @ ..]) => a == b && glob(text, rest),
        (text, pattern) => text.is_empty() && pattern.is_empty(),
    }
}

fn event() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[abA]{0,4}".prop_map(|text| format!("\"{text}\"")),
        (0..3_i32).prop_map(|n| n.to_string()),
        Just("null".to_owned()),
        Just("true".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(("[xy]", inner), 0..3).prop_map(|entries| {
                let entries: Vec<_> = entries.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
                format!("{{{}}}", entries.join(","))
            }),
        ]
    })
}

fn kind() -> impl Strategy<Value = (&'static str, String)> {
    const KINDS: [&str; 5] = ["exact", "prefix", "suffix", "equals-ignore-case", "anything-but"];
    prop_oneof![
        (prop::sample::select(&KINDS[..]), "[abA]{0,3}"),
        (Just("wildcard"), "[ab]{0,2}(\\*[ab]{1,2}){0,2}\\*?"),
        (Just("exists"), "true|false"),
    ]
}

proptest! {
    #[test]
    fn one_field_matches_as_slowly(
        event in event().prop_map(|e| format!("{{\"x\":{e}}}")),
        path in prop::collection::vec("[xy]", 0..2),
        (kind, operand) in kind(),
    ) {
        let test = match kind {
            "exact" => format!("\"{operand}\""),
            "exists" => format!("{{\"exists\":{operand}}}"),
            kind => format!("{{\"{kind}\":\"{operand}\"}}"),
        };
        let mut text = format!("[{test}]");
        for step in path.iter().rev() {
            text = format!("{{\"{step}\":{text}}}");
        }
        let text = format!("{{\"x\":{text}}}");
        let pattern = Pattern::compile(&text, Limits::RULE).unwrap();
        let event = Json::parse(&event).unwrap();
        let path: Vec<&str> = std::iter::once("x").chain(path.iter().map(String::as_str)).collect();
        prop_assert_eq!(pattern.matches(&event), slowly(&event, &path, kind, &operand), "{} on {}", text, event);
    }

    #[test]
    fn fields_and_alternatives_are_and_and_or(event in event(), a in kind(), b in kind()) {
        let test = |(kind, operand): &(&str, String)| match *kind {
            "exact" => format!("[\"{operand}\"]"),
            "exists" => format!("[{{\"exists\":{operand}}}]"),
            kind => format!("[{{\"{kind}\":\"{operand}\"}}]"),
        };
        let event = format!("{{\"x\":{event},\"y\":{event}}}");
        let event = Json::parse(&event).unwrap();
        let matches = |text: &str| Pattern::compile(text, Limits::RULE).unwrap().matches(&event);
        let (x, y) = (format!("\"x\":{}", test(&a)), format!("\"y\":{}", test(&b)));
        let (one, other) = (matches(&format!("{{{x}}}")), matches(&format!("{{{y}}}")));
        prop_assert_eq!(matches(&format!("{{{x},{y}}}")), one && other);
        prop_assert_eq!(matches(&format!("{{\"$or\":[{{{x}}},{{{y}}}]}}")), one || other);
    }

    #[test]
    fn nothing_panics(text in "[\\[\\]{}\",:0-9ae.\\\\*u$or -]{0,60}", event in event()) {
        let _ = Json::parse(&text);
        if let Ok(pattern) = Pattern::compile(&text, Limits::RULE) {
            let _ = pattern.matches(&Json::parse(&event).unwrap());
        }
        if let Err(error) = Pattern::compile(&text, Limits::RULE) {
            let _ = error.located(&text);
        }
    }
}
