//! JSONPath as the States Language has it: what is read (paths) and what may be written to (reference paths).
//! <https://states-language.net/#path>, <https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html>

use crate::language::filter::{self, Filter};
use serde_json::{Map, Value};

/// How many steps a path may have.
const MOST_STEPS: usize = 64;
/// How many values a path may find: `..` of a deep document must not grow without bound.
const MOST_FOUND: usize = 100_000;

/// A path.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    text: String,
    /// Whether it begins in the context object (`$$`).
    pub in_context: bool,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq)]
enum Step {
    Member(String),
    Members(Vec<String>),
    Index(i64),
    Indices(Vec<i64>),
    Slice(Option<i64>, Option<i64>, i64),
    All,
    /// Everything below, itself included; the next step chooses from it.
    Below,
    Filter(Box<Filter>),
}

impl Path {
    /// The whole input: `$`.
    pub fn whole() -> Path {
        Path { text: "$".to_owned(), in_context: false, steps: Vec::new() }
    }

    /// A path from its text; `None` if it is none.
    pub fn read(text: &str) -> Option<Path> {
        let rest = text.strip_prefix('$')?;
        let (in_context, rest) = rest.strip_prefix('$').map_or((false, rest), |rest| (true, rest));
        let steps = read_steps(rest)?;
        Some(Path { text: text.to_owned(), in_context, steps })
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it names exactly one node, as a reference path does.
    /// <https://states-language.net/#ref-paths>
    pub fn is_reference(&self) -> bool {
        self.steps.iter().all(|step| matches!(step, Step::Member(_) | Step::Index(_)))
    }

    /// What it finds. A path that may find several gives them as a list; `None` where one that names a single node finds none.
    pub fn find(&self, root: &Value) -> Option<Value> {
        if self.is_reference() {
            return one(&self.steps, root).cloned();
        }
        let mut found = vec![root];
        for step in &self.steps {
            found = found.into_iter().flat_map(|value| step.apply(value)).take(MOST_FOUND).collect();
        }
        Some(Value::Array(found.into_iter().cloned().collect()))
    }

    /// Puts `value` where this reference path points, making objects on the way. `None` where the way is blocked by something that
    /// is no object, or by a list that is too short.
    /// <https://states-language.net/#filters>
    pub fn put(&self, mut root: Value, value: Value) -> Option<Value> {
        let mut at = &mut root;
        for step in &self.steps {
            at = match step {
                Step::Member(name) => {
                    if at.is_null() {
                        *at = Value::Object(Map::new());
                    }
                    at.as_object_mut()?.entry(name.clone()).or_insert(Value::Null)
                }
                Step::Index(index) => {
                    let list = at.as_array_mut()?;
                    let index = place(*index, list.len())?;
                    list.get_mut(index)?
                }
                _ => return None,
            };
        }
        *at = value;
        Some(root)
    }
}

fn one<'v>(steps: &[Step], root: &'v Value) -> Option<&'v Value> {
    steps.iter().try_fold(root, |value, step| match step {
        Step::Member(name) => value.get(name),
        Step::Index(index) => value.as_array().and_then(|list| list.get(place(*index, list.len())?)),
        _ => None,
    })
}

/// The place of an index that may count from the end.
fn place(index: i64, len: usize) -> Option<usize> {
    let len = i64::try_from(len).ok()?;
    let index = if index < 0 { index + len } else { index };
    usize::try_from(index).ok()
}

impl Step {
    fn apply<'v>(&self, value: &'v Value) -> Vec<&'v Value> {
        match self {
            Step::Member(name) => value.get(name).into_iter().collect(),
            Step::Members(names) => names.iter().filter_map(|name| value.get(name)).collect(),
            Step::Index(index) => at(value, *index).into_iter().collect(),
            Step::Indices(indices) => indices.iter().filter_map(|index| at(value, *index)).collect(),
            Step::Slice(from, to, step) => slice(value, (*from, *to, *step)),
            Step::All => children(value),
            Step::Below => below(value),
            Step::Filter(filter) => {
                let items = if value.is_array() { children(value) } else { vec![value] };
                items.into_iter().filter(|item| filter.holds(item)).collect()
            }
        }
    }
}

fn at(value: &Value, index: i64) -> Option<&Value> {
    let list = value.as_array()?;
    list.get(place(index, list.len())?)
}

fn children(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(list) => list.iter().collect(),
        Value::Object(map) => map.values().collect(),
        _ => Vec::new(),
    }
}

fn below(value: &Value) -> Vec<&Value> {
    let mut found = vec![value];
    let mut next = 0;
    while let Some(value) = found.get(next).copied() {
        next += 1;
        let room = MOST_FOUND.saturating_sub(found.len());
        found.extend(children(value).into_iter().take(room));
    }
    found
}

fn slice(value: &Value, (from, to, step): (Option<i64>, Option<i64>, i64)) -> Vec<&Value> {
    let Some(list) = value.as_array() else { return Vec::new() };
    let len = i64::try_from(list.len()).unwrap_or(i64::MAX);
    let bound = |index: i64| (if index < 0 { index + len } else { index }).clamp(0, len);
    let (from, to) = (bound(from.unwrap_or(0)), bound(to.unwrap_or(len)));
    let range = from..to.max(from);
    let step = usize::try_from(step).unwrap_or(1).max(1);
    range.step_by(step).filter_map(|index| list.get(usize::try_from(index).ok()?)).collect()
}

fn read_steps(mut rest: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if steps.len() >= MOST_STEPS {
            return None;
        }
        if let Some(after) = rest.strip_prefix("..") {
            steps.push(Step::Below);
            if after.starts_with('[') {
                rest = after;
                continue;
            }
            rest = read_member(after, &mut steps)?;
        } else if let Some(after) = rest.strip_prefix('.') {
            rest = read_member(after, &mut steps)?;
        } else {
            let (inner, after) = bracketed(rest)?;
            steps.push(read_bracket(inner)?);
            rest = after;
        }
    }
    Some(steps)
}

fn read_member<'t>(text: &'t str, steps: &mut Vec<Step>) -> Option<&'t str> {
    if let Some(after) = text.strip_prefix('*') {
        steps.push(Step::All);
        return Some(after);
    }
    let end = text.find(['.', '[']).unwrap_or(text.len());
    let (name, after) = text.split_at(end);
    let bare = |c: char| c.is_alphanumeric() || c == '_' || c == '-' || c == '$' || c == ':' || c == '@';
    if name.is_empty() || !name.chars().all(bare) {
        return None;
    }
    steps.push(Step::Member(name.to_owned()));
    Some(after)
}

/// What stands between a bracket and its end, and what follows.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('[')?;
    let (mut depth, mut quote, mut escaped) = (1_usize, None, false);
    for (i, c) in inner.char_indices() {
        match (quote, c) {
            _ if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '[') => depth += 1,
            (None, ']') => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((inner.get(..i)?, inner.get(i + 1..)?));
        }
    }
    None
}

fn read_bracket(inner: &str) -> Option<Step> {
    let inner = inner.trim();
    if inner == "*" {
        return Some(Step::All);
    }
    if let Some(filter) = inner.strip_prefix("?(").and_then(|rest| rest.strip_suffix(')')) {
        return filter::read(filter).map(|filter| Step::Filter(Box::new(filter)));
    }
    if inner.starts_with(['\'', '"']) {
        let mut names = quoted(inner)?;
        return if names.len() == 1 { names.pop().map(Step::Member) } else { Some(Step::Members(names)) };
    }
    if inner.contains(':') {
        let mut parts = inner.split(':').map(|part| match part.trim() {
            "" => Some(None),
            part => part.parse().ok().map(Some),
        });
        let (from, to) = (parts.next()??, parts.next()??);
        let step: Option<i64> = parts.next().unwrap_or(Some(None))?;
        let step = step.unwrap_or(1);
        return (parts.next().is_none() && step > 0).then_some(Step::Slice(from, to, step));
    }
    let mut indices: Vec<i64> = inner.split(',').map(|part| part.trim().parse().ok()).collect::<Option<_>>()?;
    if indices.len() == 1 { indices.pop().map(Step::Index) } else { Some(Step::Indices(indices)) }
}

/// Names in quotes, separated by commas.
fn quoted(text: &str) -> Option<Vec<String>> {
    let mut names = Vec::new();
    let mut chars = text.chars();
    loop {
        let open = chars.find(|c| !c.is_whitespace())?;
        if open != '\'' && open != '"' {
            return None;
        }
        let mut name = String::new();
        loop {
            match chars.next()? {
                '\\' => name.push(chars.next()?),
                c if c == open => break,
                c => name.push(c),
            }
        }
        names.push(name);
        match chars.find(|c| !c.is_whitespace()) {
            None => return Some(names),
            Some(',') => {}
            Some(_) => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(path: &str, expect: Option<Value>) {
        let root = json!({
            "a": {"b c": 1, "d": [10, 20, 30, {"e": "x"}]},
            "books": [{"t": "A", "p": 5}, {"t": "B", "p": 9}, {"t": "C"}],
            "n": null,
        });
        let read = Path::read(path).unwrap_or_else(|| panic!("{path} is a path"));
        assert_eq!(read.find(&root), expect, "{path}");
    }

    #[test]
    fn paths_find() {
        check("$.a['b c']", Some(json!(1)));
        check("$['a']['d'][1]", Some(json!(20)));
        check("$.a.d[-1].e", Some(json!("x")));
        check("$.a.d[0:2]", Some(json!([10, 20])));
        check("$.a.d[0,2]", Some(json!([10, 30])));
        check("$.a.d[-2:]", Some(json!([30, {"e": "x"}])));
        check("$.a.d[::2]", Some(json!([10, 30])));
        check("$.books[*].t", Some(json!(["A", "B", "C"])));
        check("$..t", Some(json!(["A", "B", "C"])));
        check("$.books[?(@.p > 5)].t", Some(json!(["B"])));
        check("$.books[?(@.p)].t", Some(json!(["A", "B"])));
        check("$.books[?(@.t == 'A' || @.p == 9)].p", Some(json!([5, 9])));
        check("$.books[?(!(@.t == 'A') && @.p)].p", Some(json!([9])));
        check("$.n", Some(json!(null)));
        check("$.no", None);
        check("$.a.d[9]", None);
        check("$.no[*]", Some(json!([])));
    }

    #[test]
    fn what_is_no_path_is_told() {
        for text in ["", "a", "$a", "$.", "$.a[", "$.a[x]", "$.a b", "$..", "$.a[?(@.b ==)]", "$.a[1:2:0]"] {
            assert_eq!(Path::read(text), None, "{text}");
        }
    }

    #[test]
    fn values_are_put_where_a_reference_path_points() {
        let put = |path: &str, root: Value| Path::read(path).and_then(|path| path.put(root, json!(7)));
        assert_eq!(put("$", json!({"a": 1})), Some(json!(7)));
        assert_eq!(put("$.a.b", json!({"x": 1})), Some(json!({"x": 1, "a": {"b": 7}})));
        assert_eq!(put("$.a[1]", json!({"a": [1, 2]})), Some(json!({"a": [1, 7]})));
        assert_eq!(put("$.a[5]", json!({"a": [1, 2]})), None);
        assert_eq!(put("$.a.b", json!({"a": "text"})), None);
        assert_eq!(put("$.a", json!([])), None);
        assert_eq!(put("$.a[*]", json!({"a": []})), None);
    }
}
