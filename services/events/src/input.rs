//! What a target gets of an event.
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html>

use crate::path::Path;
use crate::state::{Target, Transformer};
use service::pattern::Json;
use std::borrow::Cow;
use std::fmt::Write;

/// What a template may name besides its own variables.
pub struct Known<'a> {
    /// `aws.events.rule-arn`
    pub rule_arn: &'a str,
    /// `aws.events.rule-name`
    pub rule_name: &'a str,
    /// `aws.events.event.ingestion-time`
    pub ingested: &'a str,
}

/// The text that a target gets; `None` where its path finds nothing.
pub fn of(target: &Target, event: &Json<'_>, text: &str, known: &Known<'_>) -> Option<String> {
    if let Some(input) = &target.input {
        return Some(input.clone());
    }
    if let Some(path) = &target.input_path {
        return Path::read(path)?.find(event).map(|json| json.to_string());
    }
    match &target.transformer {
        Some(transformer) => Some(transform(transformer, event, known)),
        None => Some(text.to_owned()),
    }
}

/// Fills a template's variables: within quotes as text, elsewhere as JSON.
fn transform(transformer: &Transformer, event: &Json<'_>, known: &Known<'_>) -> String {
    let mut out = String::new();
    let mut rest = transformer.template.as_str();
    let mut quoted = false;
    while let Some(at) = rest.find(['<', '"', '\\']) {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        let taken = match from.as_bytes() {
            [b'"', ..] => {
                quoted = !quoted;
                out.push('"');
                1
            }
            [b'\\', ..] => {
                let end = from.char_indices().nth(2).map_or(from.len(), |(end, _)| end);
                out.push_str(from.get(..end).unwrap_or_default());
                end
            }
            _ => match variable(transformer, from, event, known) {
                Some((value, end)) => {
                    insert(&mut out, value, quoted);
                    end
                }
                None => {
                    out.push('<');
                    1
                }
            },
        };
        rest = from.get(taken..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// The value of the variable that `text` begins with, and where its closing bracket ends. The value of one that finds
/// nothing is `None`; a bracket that names no variable is none.
fn variable<'j>(
    transformer: &Transformer,
    text: &str,
    event: &Json<'j>,
    known: &Known<'_>,
) -> Option<(Option<Json<'j>>, usize)> {
    let end = text.find('>')?;
    let name = text.get(1..end)?;
    let own = |text: &str| Some(Json::String(Cow::Owned(text.to_owned())));
    let value = match name {
        "aws.events.rule-arn" => own(known.rule_arn),
        "aws.events.rule-name" => own(known.rule_name),
        "aws.events.event.ingestion-time" => own(known.ingested),
        "aws.events.event.json" => Some(event.clone()),
        "aws.events.event" => Some(without_detail(event)),
        name => {
            let path = transformer.paths.as_ref()?.get(name)?;
            Path::read(path).and_then(|path| path.find(event))
        }
    };
    Some((value, end + 1))
}

fn without_detail<'j>(event: &Json<'j>) -> Json<'j> {
    match event {
        Json::Object(entries) => Json::Object(entries.iter().filter(|(name, _)| name != "detail").cloned().collect()),
        other => other.clone(),
    }
}

fn insert(out: &mut String, value: Option<Json<'_>>, quoted: bool) {
    let text = match (value, quoted) {
        (None, true) => return,
        // A variable that finds nothing would leave no JSON behind.
        (None, false) => "\"\"".to_owned(),
        (Some(value), false) => value.to_string(),
        (Some(Json::String(text)), true) => inner(&text),
        (Some(value), true) => inner(&value.to_string()),
    };
    out.push_str(&text);
}

/// A text as it stands between the quotes of a JSON string.
fn inner(text: &str) -> String {
    let mut quoted = String::new();
    // Writing to a string cannot fail.
    let _ = write!(quoted, "{}", Json::String(Cow::Borrowed(text)));
    quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_filled() {
        let text = r#"{"id":"e","source":"aws.ec2","resources":["r"],"detail":{"instance-id":"i-1","state":"RUN\"NING","n":2,"tags":["a"]}}"#;
        let event = Json::parse(text).unwrap();
        let known = Known { rule_arn: "arn:rule", rule_name: "r", ingested: "2026-01-01T00:00:00Z" };
        let paths = [
            ("i", "$.detail.instance-id"),
            ("s", "$.detail.state"),
            ("n", "$.detail.n"),
            ("t", "$.detail.tags"),
            ("x", "$.none"),
        ];
        let paths = paths.iter().map(|(name, path)| ((*name).to_owned(), (*path).to_owned())).collect();
        let check = |template: &str, expect: &str| {
            let transformer = Transformer { paths: Some(Clone::clone(&paths)), template: template.to_owned() };
            assert_eq!(transform(&transformer, &event, &known), expect, "{template}");
        };
        check(r#""instance <i> is in <s>""#, r#""instance i-1 is in RUN\"NING""#);
        check(r#"{"i": <i>, "n": <n>, "t": <t>}"#, r#"{"i": "i-1", "n": 2, "t": ["a"]}"#);
        check(r#"{"t": "<t>", "n": "<n>"}"#, r#"{"t": "[\"a\"]", "n": "2"}"#);
        check(r#"{"x": "<x>", "y": <x>}"#, r#"{"x": "", "y": ""}"#);
        check("\"<i>\"\n\"\\\"<n>\\\" < 3\"", "\"i-1\"\n\"\\\"2\\\" < 3\"");
        check(
            r#"["<aws.events.rule-arn>", <aws.events.rule-name>, <aws.events.event.ingestion-time>]"#,
            r#"["arn:rule", "r", "2026-01-01T00:00:00Z"]"#,
        );
        check("<aws.events.event>", r#"{"id":"e","source":"aws.ec2","resources":["r"]}"#);
        check("<aws.events.event.json>", text);
    }
}
