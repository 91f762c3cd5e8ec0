//! Whether an answer is what a script says, and the names that it gives to what came back.

use crate::client::Answer;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// Matches anything in the place of a value, and any further members at the end of an object or list.
const ANYTHING: &str = "...";

/// What `{=Name}` in an expected text stood for.
pub type Captured = Vec<(String, String)>;

/// Holds an answer against what is expected: a status, then the output as JSON, or an error's code and message. Lines of
/// `header: text` may follow a status that stands alone.
///
/// # Errors
/// What differs.
pub fn check(expected: &str, answer: &Answer) -> Result<Captured, String> {
    let mut captured = Captured::new();
    let (first, after) = expected.split_once('\n').unwrap_or((expected, ""));
    let (expected, rest) = match first.trim().parse::<u16>() {
        Ok(_) => (first.trim(), headers_fit(after, answer, &mut captured)?),
        Err(_) => expected.split_once(' ').unwrap_or((expected.trim(), "")),
    };
    if expected != answer.status.to_string() {
        return Err(format!("expected {expected} {rest}, got {}", written(answer)));
    }
    if answer.ok() || answer.plain {
        let rest = match rest.trim() {
            "" if answer.plain && !after.is_empty() => return Ok(captured),
            "" => "{}",
            rest => rest,
        };
        let wanted: Json = serde_json::from_str(rest).map_err(|e| format!("the reply is no JSON: {e}"))?;
        return match differ("", &wanted, &answer.output, &mut captured) {
            None => Ok(captured),
            Some(difference) => Err(difference),
        };
    }
    let (code, message) = rest.split_once(' ').unwrap_or((rest, ""));
    if code == answer.code && fits(message.trim(), answer.message.trim(), &mut captured) {
        Ok(captured)
    } else {
        Err(format!("expected {expected} {rest}, got {}", written(answer)))
    }
}

/// Takes lines of headers off, each of which must be there; what is left is the body.
fn headers_fit<'t>(text: &'t str, answer: &Answer, captured: &mut Captured) -> Result<&'t str, String> {
    let mut rest = text;
    loop {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let header = line
            .split_once(':')
            .filter(|(name, _)| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
        let Some((name, value)) = header else { return Ok(rest) };
        let got = answer.headers.get(name).and_then(|got| got.to_str().ok());
        if !got.is_some_and(|got| fits(value.trim(), got, captured)) {
            return Err(format!("header {name}: expected {}, got {}", value.trim(), got.unwrap_or("none")));
        }
        rest = after;
    }
}

/// An answer as a script would expect it.
pub fn written(answer: &Answer) -> String {
    if answer.ok() || answer.plain {
        let output = serde_json::to_string_pretty(&answer.output).unwrap_or_default();
        format!("{} {output}", answer.status)
    } else {
        format!("{} {} {}", answer.status, answer.code, answer.message)
    }
}

/// Where the answer differs from what is expected, as a path and both sides; `None` where it does not.
fn differ(path: &str, expected: &Json, got: &Json, captured: &mut Captured) -> Option<String> {
    let differs = || Some(format!("{path}: expected {expected}, got {got}"));
    match (expected, got) {
        (Json::String(text), _) if text == ANYTHING => None,
        (Json::Object(members), got) => match test(members, got) {
            Some((test, value)) => put_to(path, (test, value), got, captured),
            None => match got {
                Json::Object(got) => objects(path, members, got, captured),
                _ => differs(),
            },
        },
        (Json::Array(expected), Json::Array(got)) => lists(path, expected, got, captured),
        (Json::Number(a), Json::Number(b)) if a.as_f64() == b.as_f64() => None,
        (Json::String(pattern), Json::String(text)) if pattern.contains(ANYTHING) || pattern.contains("{=") => {
            if fits(pattern, text, captured) { None } else { differs() }
        }
        (Json::String(pattern), Json::Number(number)) if pattern.starts_with("{=") => {
            if fits(pattern, &number.to_string(), captured) { None } else { differs() }
        }
        _ if expected == got => None,
        _ => differs(),
    }
}

/// What an object with one member asks of what is no object: `has` and `lacks` of lists and texts, `at least` and `at most` of
/// numbers, `json` of a text that holds some. Of an object only `lacks` is asked, of its members' names.
fn test<'e>(members: &'e Map<String, Json>, got: &Json) -> Option<(&'e str, &'e Json)> {
    let (name, value) = members.iter().next().filter(|_| members.len() == 1)?;
    let meant = match name.as_str() {
        "has" => got.is_array() || got.is_string(),
        "lacks" => got.is_array() || got.is_string() || got.is_object(),
        "at least" | "at most" => got.is_number(),
        "json" => got.is_string(),
        _ => false,
    };
    meant.then_some((name.as_str(), value))
}

fn put_to(path: &str, (test, value): (&str, &Json), got: &Json, captured: &mut Captured) -> Option<String> {
    let told = |why: &str| Some(format!("{path}: {why}, got {got}"));
    // What could be no part of it would be lacking always.
    let parts = value.as_array().is_some_and(|wanted| got.is_array() || wanted.iter().all(Json::is_string));
    match (test, value) {
        ("json", value) => match serde_json::from_str(got.as_str().unwrap_or_default()) {
            Ok(inner) => differ(path, value, &inner, captured),
            Err(_) => told("expected a text of JSON"),
        },
        ("at least", Json::Number(least)) if got.as_f64() < least.as_f64() => {
            told(&format!("expected {least} or more"))
        }
        ("at most", Json::Number(most)) if got.as_f64() > most.as_f64() => told(&format!("expected {most} or less")),
        ("at least" | "at most", Json::Number(_)) => None,
        ("has", Json::Array(wanted)) if parts => {
            let missing = wanted.iter().find(|one| !holds(one, got, captured));
            missing.and_then(|one| told(&format!("expected one that is {one}")))
        }
        ("lacks", Json::Array(wanted)) if parts => {
            let there = wanted.iter().find(|one| holds(one, got, &mut Captured::new()));
            there.and_then(|one| told(&format!("expected none that is {one}")))
        }
        _ => told(&format!("`{test}` does not take {value}")),
    }
}

/// Whether a list has such an element, a text such a part, an object a member of this name.
fn holds(one: &Json, got: &Json, captured: &mut Captured) -> bool {
    match (got, one) {
        (Json::Array(list), one) => list.iter().any(|element| {
            let mut found = Captured::new();
            let held = differ("", one, element, &mut found).is_none();
            if held {
                captured.append(&mut found);
            }
            held
        }),
        (Json::String(text), Json::String(part)) => fits(&format!("{ANYTHING}{part}{ANYTHING}"), text, captured),
        (Json::Object(members), Json::String(name)) => members.contains_key(name),
        _ => false,
    }
}

fn objects(
    path: &str,
    expected: &Map<String, Json>,
    got: &Map<String, Json>,
    captured: &mut Captured,
) -> Option<String> {
    let open = expected.contains_key(ANYTHING);
    for (key, value) in expected.iter().filter(|(key, _)| *key != ANYTHING) {
        let Some(got) = got.get(key) else { return Some(format!("{path}.{key}: expected {value}, got nothing")) };
        if let Some(difference) = differ(&format!("{path}.{key}"), value, got, captured) {
            return Some(difference);
        }
    }
    let unexpected = got.iter().find(|(key, _)| !open && !expected.contains_key(*key));
    unexpected.map(|(key, value)| format!("{path}.{key}: expected nothing, got {value}"))
}

fn lists(path: &str, expected: &[Json], got: &[Json], captured: &mut Captured) -> Option<String> {
    let open = expected.last().is_some_and(|last| last == ANYTHING);
    let fixed = expected.len() - usize::from(open);
    if got.len() < fixed || (!open && got.len() > fixed) {
        return Some(format!("{path}: expected {fixed} elements, got {}: {}", got.len(), Json::from(got.to_vec())));
    }
    let pairs = expected.iter().zip(got).take(fixed).enumerate();
    pairs.into_iter().find_map(|(i, (expected, got))| differ(&format!("{path}[{i}]"), expected, got, captured))
}

/// Whether a text is as an expected one, in which `...` stands for any text.
pub fn text_fits(expected: &str, text: &str) -> bool {
    fits(expected, text, &mut Captured::new())
}

/// A piece of a pattern of texts.
enum Piece<'p> {
    Literal(&'p str),
    Any,
    Capture(&'p str),
}

/// Whether a text is as a pattern in which `...` stands for any text, and `{=Name}` for some text that is captured.
fn fits(pattern: &str, text: &str, captured: &mut Captured) -> bool {
    let mut pieces = Vec::new();
    for (i, part) in pattern.split(ANYTHING).enumerate() {
        if i > 0 {
            pieces.push(Piece::Any);
        }
        let mut rest = part;
        while let Some((before, name, after)) = rest
            .split_once("{=")
            .and_then(|(before, tail)| tail.split_once('}').map(|(name, after)| (before, name, after)))
        {
            pieces.extend([Piece::Literal(before), Piece::Capture(name)]);
            rest = after;
        }
        pieces.push(Piece::Literal(rest));
    }
    let mut found = Captured::new();
    let held = pieces_fit(&pieces, text, &mut found);
    if held {
        captured.append(&mut found);
    }
    held
}

fn pieces_fit(pieces: &[Piece<'_>], text: &str, found: &mut Captured) -> bool {
    let Some((first, rest)) = pieces.split_first() else { return text.is_empty() };
    match first {
        Piece::Literal(literal) => text.strip_prefix(literal).is_some_and(|text| pieces_fit(rest, text, found)),
        // Between two gaps the first place of a literal is as good as any later one.
        Piece::Any => match rest {
            [Piece::Literal(literal), Piece::Any, ..] => text.find(literal).is_some_and(|at| {
                pieces_fit(rest.get(1..).unwrap_or_default(), text.get(at + literal.len()..).unwrap_or_default(), found)
            }),
            [Piece::Literal(literal)] => text.ends_with(literal),
            _ => ends(text, 0).any(|at| pieces_fit(rest, text.get(at..).unwrap_or_default(), found)),
        },
        Piece::Capture(name) => ends(text, 1).any(|at| {
            found.push(((*name).to_owned(), text.get(..at).unwrap_or_default().to_owned()));
            let held = pieces_fit(rest, text.get(at..).unwrap_or_default(), found);
            if !held {
                found.pop();
            }
            held
        }),
    }
}

/// Where a part of a text may end, from `least` bytes on.
fn ends(text: &str, least: usize) -> impl Iterator<Item = usize> + '_ {
    (least..=text.len()).filter(|at| text.is_char_boundary(*at))
}

/// Remembers every text and number of an answer under its member's name: the last one counts.
pub fn remember(names: &mut BTreeMap<String, String>, answer: &Json) {
    match answer {
        Json::Object(members) => {
            for (name, value) in members {
                match value {
                    Json::String(text) => {
                        names.insert(name.clone(), text.clone());
                        // A document in a text has names of its own, such as a message's body.
                        if let Ok(inner @ Json::Object(_)) = serde_json::from_str(text) {
                            remember(names, &inner);
                        }
                    }
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

    fn difference(expected: &Json, got: &Json) -> Option<String> {
        differ("", expected, got, &mut Captured::new())
    }

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

    #[test]
    fn objects_of_one_member_ask_more() {
        for (expected, got, held) in [
            (json!({"has": [{"a": 1, "...": "..."}]}), json!([{"a": 2}, {"a": 1, "b": 1}]), true),
            (json!({"has": [{"a": 3}]}), json!([{"a": 2}]), false),
            (json!({"has": ["lo w"]}), json!("hello world"), true),
            (json!({"lacks": ["lo w"]}), json!("hello world"), false),
            (json!({"lacks": ["email"]}), json!({"id": 1}), true),
            (json!({"lacks": ["email"]}), json!({"email": 1}), false),
            (json!({"lacks": [1]}), json!("hello"), false),
            (json!({"lacks": ["x"]}), json!(5), false),
            (json!({"at least": 2}), json!(2.5), true),
            (json!({"at least": 3}), json!(2.5), false),
            (json!({"at most": 2}), json!(3), false),
            (json!({"json": {"a": {"at least": 1}}}), json!("{\"a\": 1}"), true),
            (json!({"json": {}}), json!("no"), false),
            (json!({"has": 1}), json!({"has": 1}), true),
            (json!({"has": 1}), json!([1]), false),
        ] {
            assert_eq!(difference(&expected, &got).is_none(), held, "{expected} {got}");
        }
    }

    #[test]
    fn what_stands_for_a_name_is_captured() {
        let mut captured = Captured::new();
        let expected = json!({"url": "https://{=Host}/x?...&t={=Token}", "n": "{=Count}", "l": {"has": ["id={=Id};"]}});
        let got = json!({"url": "https://a.b/x?q=1&t=9", "n": 7, "l": "x id=4; id=5;"});
        assert_eq!(differ("", &expected, &got, &mut captured), None);
        let mut names: Vec<_> = captured.iter().map(|(name, text)| format!("{name}={text}")).collect();
        names.sort();
        assert_eq!(names, ["Count=7", "Host=a.b", "Id=4", "Token=9"]);
        assert!(!fits("a{=X}", "a", &mut captured) && !fits("{=X}b", "ac", &mut captured));
        assert_eq!(captured.len(), 4);
    }

    #[test]
    fn headers_may_be_expected() {
        let mut answer = Answer { status: 200, plain: true, output: json!({"a": 1}), ..Answer::default() };
        answer.headers.insert("x-cache", http::HeaderValue::from_static("Hit from here"));
        assert!(check("200\nX-Cache: Hit...\n{\"a\": 1}", &answer).is_ok());
        assert!(check("200\nX-Cache: Hit...", &answer).is_ok());
        assert!(check("200\nX-Cache: Miss\n{\"a\": 1}", &answer).is_err());
        assert!(check("200\nAge: ...\n{\"a\": 1}", &answer).is_err());
        assert!(check("200 {\"a\": 2}", &answer).is_err() && check("200", &answer).is_err());
        assert!(check("404 {\"a\": 1}", &answer).is_err());
    }
}
