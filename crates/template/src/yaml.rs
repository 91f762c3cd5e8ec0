//! YAML as CloudFormation reads it: version 1.1's scalars, the short forms of functions, and no aliases.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html>

use crate::read::not_well_formed;
use crate::{DEEPEST, Error, Result};
use saphyr_parser::{Event, Parser, ScalarStyle, Tag};
use shape::{IndexMap, Value};

/// A list or map under construction.
struct Open {
    tag: Option<String>,
    node: Node,
}

enum Node {
    List(Vec<Value>),
    Map(IndexMap<String, Value>, Option<String>),
}

/// Reads the first document of a text.
pub(crate) fn read(text: &str) -> Result<Value> {
    let mut open: Vec<Open> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let at = error.marker();
            not_well_formed("YAML", at.line(), at.col() + 1)
        })?;
        let malformed = || not_well_formed("YAML", span.start.line(), span.start.col() + 1);
        let done = match event {
            Event::Alias(_) => {
                return Err(Error::format("YAML aliases are not allowed in CloudFormation templates"));
            }
            Event::SequenceStart(_, tag) => {
                open.push(Open { tag: short_form(tag.as_deref()), node: Node::List(Vec::new()) });
                None
            }
            Event::MappingStart(_, tag) => {
                open.push(Open { tag: short_form(tag.as_deref()), node: Node::Map(IndexMap::new(), None) });
                None
            }
            Event::Scalar(text, style, _, tag) => Some(scalar(&text, style, tag.as_deref())),
            Event::SequenceEnd | Event::MappingEnd => Some(close(open.pop().ok_or_else(malformed)?)),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {
                None
            }
        };
        if open.len() > DEEPEST {
            return Err(Error::format(format!("the template is nested more than {DEEPEST} levels deep.")));
        }
        let Some(value) = done else { continue };
        match open.last_mut() {
            Some(parent) => put(&mut parent.node, value).ok_or_else(malformed)?,
            None => return Ok(value),
        }
    }
    Ok(Value::Null)
}

/// Adds a value to a list, or a key or its value to a map; `None` where it cannot be a key.
fn put(node: &mut Node, value: Value) -> Option<()> {
    match node {
        Node::List(items) => items.push(value),
        Node::Map(map, key) => match key.take() {
            Some(key) => drop(map.insert(key, value)),
            None => *key = Some(crate::json::text(&value)?),
        },
    }
    Some(())
}

fn close(open: Open) -> Value {
    let value = match open.node {
        Node::List(items) => Value::List(items),
        Node::Map(map, _) => Value::Map(map),
    };
    match open.tag {
        Some(function) => long_form(&function, value),
        None => value,
    }
}

/// The function that a tag is short for; tags of YAML's own say nothing more than the value does.
fn short_form(tag: Option<&Tag>) -> Option<String> {
    let tag = tag.filter(|tag| tag.handle == "!")?;
    Some(tag.suffix.clone())
}

fn long_form(function: &str, value: Value) -> Value {
    let (name, value) = match (function, value) {
        ("Ref" | "Condition", value) => (function.to_owned(), value),
        // The short form's text is cut at its first dot: what follows is the attribute, dots and all.
        ("GetAtt", Value::Str(text)) => {
            let (resource, attribute) = text.split_once('.').unwrap_or((text.as_str(), ""));
            ("Fn::GetAtt".to_owned(), Value::List(vec![resource.into(), attribute.into()]))
        }
        (function, value) => (format!("Fn::{function}"), value),
    };
    Value::Map([(name, value)].into_iter().collect())
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Value {
    if let Some(function) = short_form(tag) {
        return long_form(&function, text.into());
    }
    let is_text = tag.is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str");
    if style != ScalarStyle::Plain || is_text { text.into() } else { plain(text) }
}

/// A scalar without quotes, as YAML 1.1 reads it. Numbers with a leading zero stay texts: account ids have them.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => return Value::Bool(true),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => return Value::Bool(false),
        _ => {}
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || (digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.")) {
        return text.into();
    }
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().map_or_else(|_| text.into(), Value::Int);
    }
    // A version such as 1.10 must not become 1.1: only what reads back as it was written is a number.
    let number = digits.bytes().all(|b| b.is_ascii_digit() || b == b'.').then(|| text.parse::<f64>().ok()).flatten();
    match number {
        Some(number) if number.to_string() == text => Value::Float(number),
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let got = match read(text) {
            Ok(value) => crate::json::write(&value),
            Err(error) => error.to_string(),
        };
        assert_eq!(got, expect, "{text}");
    }

    #[test]
    fn scalars_are_read_as_version_1_1_has_them() {
        check(
            "[yes, Off, 12, -3, 1.5, 1.10, 012345678901, 2010-09-09, '5', ~, x]",
            r#"[true,false,12,-3,1.5,"1.10","012345678901","2010-09-09","5",null,"x"]"#,
        );
        check("1: a\n", r#"{"1":"a"}"#);
        check("!!str 5", r#""5""#);
    }

    #[test]
    fn short_forms_become_long_ones() {
        check("!Ref A", r#"{"Ref":"A"}"#);
        check("!GetAtt A.B.C", r#"{"Fn::GetAtt":["A","B.C"]}"#);
        check("!GetAtt [A, B]", r#"{"Fn::GetAtt":["A","B"]}"#);
        check("!Join [',', [!Ref A, b]]", r#"{"Fn::Join":[",",[{"Ref":"A"},"b"]]}"#);
        check("!If [c, !Condition d, 1]", r#"{"Fn::If":["c",{"Condition":"d"},1]}"#);
        check("a: !Sub |\n  x ${B}\n", r#"{"a":{"Fn::Sub":"x ${B}\n"}}"#);
        check("!Base64\nFn::Sub: x", r#"{"Fn::Base64":{"Fn::Sub":"x"}}"#);
    }

    #[test]
    fn what_is_no_yaml_is_told_where() {
        check("a: [1, 2\nb: 3", "Template format error: YAML not well-formed. (line 2, column 2)");
        check("a: &x 1\nb: *x", "Template format error: YAML aliases are not allowed in CloudFormation templates");
        check("? [a]\n: b", "Template format error: YAML not well-formed. (line 1, column 5)");
        let deep = "[".repeat(60);
        assert!(read(&deep).unwrap_err().message().contains("levels deep"));
    }
}
