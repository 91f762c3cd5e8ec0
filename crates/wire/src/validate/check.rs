use super::constraint::{Constraints, Violation};
use super::rules::{Exception, Rules, Scope, Style};
use super::text;
use model::{Kind, Member, Model, Shape, ShapeId};
use rustc_hash::FxHashSet;
use shape::{List, Node, Peek, Value};
use std::fmt::Write as _;

/// How many violations one refusal tells of; the rest is not looked for.
pub const MOST_VIOLATIONS: usize = 100;

/// How deep a value is looked into: as deep as a message may nest.
const DEEPEST: usize = 100;

/// The constraints of `shape`, a structure of `model`, that `input` breaks under the service's `rules`, in the order
/// of the members. `rules` belong to this model.
///
/// Lengths of strings are counted in Unicode characters, of blobs in bytes. Patterns that cannot be compiled are passed.
/// <https://smithy.io/2.0/spec/constraint-traits.html>
pub fn check(model: &Model, shape: ShapeId, input: Peek<'_>, rules: &Rules) -> Vec<Violation> {
    let mut checker = Checker { model, rules, violations: Vec::new() };
    if rules.scope() != Scope::Off {
        checker.structure(model.shape(shape), input, &Path { parent: None, step: Step::Root, depth: 0 });
    }
    checker.violations
}

/// Whether two elements of a list are equal.
pub(super) fn has_twins(list: &dyn List) -> bool {
    let mut seen = FxHashSet::default();
    (0..list.len()).filter_map(|i| list.at(i)).any(|node| {
        let mut key = Vec::new();
        fingerprint(&mut key, node.peek(), 0);
        !seen.insert(key)
    })
}

/// Bytes that are equal for equal values and differ for others.
fn fingerprint(out: &mut Vec<u8>, value: Peek<'_>, depth: usize) {
    if depth > DEEPEST {
        return;
    }
    let mut leaf = |tag: u8, bytes: &[u8]| {
        out.push(tag);
        out.extend_from_slice(&bytes.len().to_le_bytes());
        out.extend_from_slice(bytes);
    };
    match value {
        Peek::Absent => leaf(0, &[]),
        Peek::Bool(v) => leaf(1, &[u8::from(v)]),
        Peek::Int(v) => leaf(2, &v.to_le_bytes()),
        Peek::Float(v) => leaf(3, &v.to_le_bytes()),
        Peek::Str(v) => leaf(4, v.as_bytes()),
        Peek::Blob(v) => leaf(5, v),
        Peek::Time(v) => leaf(6, &v.0.to_le_bytes()),
        Peek::List(list) => {
            leaf(7, &list.len().to_le_bytes());
            (0..list.len()).filter_map(|i| list.at(i)).for_each(|node| fingerprint(out, node.peek(), depth + 1));
        }
        Peek::Map(map) => {
            leaf(8, &map.len().to_le_bytes());
            let mut entries: Vec<(&str, &dyn Node)> = (0..map.len()).filter_map(|i| map.at(i)).collect();
            entries.sort_by_key(|(key, _)| *key);
            for (key, node) in entries {
                out.extend_from_slice(key.as_bytes());
                fingerprint(out, node.peek(), depth + 1);
            }
        }
        Peek::Encoded(_) => fingerprint(out, Value::of(value).peek(), depth),
        Peek::Struct(s) => {
            leaf(9, &[]);
            let members = (0..s.members().len()).filter_map(|i| s.member(i));
            members.for_each(|node| fingerprint(out, node.peek(), depth + 1));
        }
    }
}

/// Where a value stands; written out only for a violation.
struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: Step<'a>,
    depth: usize,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Root,
    Member(&'a str),
    Element(usize),
    Entry(&'a str),
}

impl<'a> Path<'a> {
    fn then(&'a self, step: Step<'a>) -> Path<'a> {
        Path { parent: Some(self), step, depth: self.depth + 1 }
    }

    fn render(&self, style: Style) -> String {
        let mut out = String::new();
        self.write(&mut out, style);
        out
    }

    fn write(&self, out: &mut String, style: Style) {
        if let Some(parent) = self.parent {
            parent.write(out, style);
        }
        if style == Style::Smithy {
            let _ = match self.step {
                Step::Root => Ok(()),
                Step::Member(name) => write!(out, "/{name}"),
                Step::Element(index) => write!(out, "/{index}"),
                Step::Entry(key) => write!(out, "/{}", key.replace('~', "~0").replace('/', "~1")),
            };
            return;
        }
        if !out.is_empty() {
            out.push('.');
        }
        let _ = match self.step {
            Step::Root => Ok(()),
            // AWS names members as Java's beans do: `sAMLOptions`, `dBName`.
            Step::Member(name) => {
                let mut letters = name.chars();
                letters.next().into_iter().for_each(|c| out.push(c.to_ascii_lowercase()));
                write!(out, "{}", letters.as_str())
            }
            Step::Element(index) => write!(out, "{}.member", index + 1),
            Step::Entry(key) => write!(out, "{key}.member"),
        };
    }
}

struct Checker<'m> {
    model: &'m Model,
    rules: &'m Rules,
    violations: Vec<Violation>,
}

impl<'m> Checker<'m> {
    fn is_full(&self) -> bool {
        self.violations.len() >= MOST_VIOLATIONS
    }

    /// The exception for a member, and whether the member is checked.
    fn rule(&self, shape: &Shape, member: &Member) -> (Option<&'m Exception>, bool) {
        let exception = self.rules.exception(&shape.name, &member.name);
        let checked = match exception {
            Some(exception) => !exception.off,
            None => self.rules.scope() == Scope::Model,
        };
        (exception, checked)
    }

    fn structure(&mut self, shape: &'m Shape, input: Peek<'_>, path: &Path<'_>) {
        if path.depth > DEEPEST {
            return;
        }
        for (index, member) in shape.members.iter().enumerate() {
            if self.is_full() {
                return;
            }
            let value = input.member(index, &member.name);
            let (exception, checked) = self.rule(shape, member);
            let here = path.then(Step::Member(&member.name));
            if value.is_absent() {
                if checked && exception.and_then(|e| e.required).unwrap_or(member.required) {
                    let subject = if self.rules.style() == Style::Coral { "Value null" } else { "Value" };
                    self.report(&here, subject.to_owned(), "Member must not be null".to_owned());
                }
            } else {
                self.value(member.shape, value, &here, (exception, checked));
            }
        }
    }

    fn value(&mut self, id: ShapeId, value: Peek<'_>, path: &Path<'_>, rule: (Option<&'m Exception>, bool)) {
        let shape = self.model.shape(id);
        let constraints = Constraints::of(self.model, id, rule.0, self.rules);
        if rule.1 && !constraints.is_none() {
            let style = self.rules.style();
            let mut broken = Vec::new();
            constraints.broken(value, style, &mut |length, text| broken.push((length, text)));
            for (length, text) in broken {
                let subject = self.subject(shape.sensitive, value, length);
                self.report(path, subject, text);
            }
        }
        match (shape.kind, value) {
            (Kind::Structure | Kind::Union, _) => self.structure(shape, value, path),
            (Kind::List, Peek::List(list)) => {
                for index in 0..list.len() {
                    let (Some(member), Some(node)) = (shape.element(), list.at(index)) else { return };
                    if self.is_full() || self.part(shape, member, node.peek(), (path, Step::Element(index), value)) {
                        return;
                    }
                }
            }
            (Kind::Map, Peek::Map(map)) => self.map(shape, map, path, value),
            _ => {}
        }
    }

    fn map(&mut self, shape: &'m Shape, map: &dyn shape::Map, path: &Path<'_>, whole: Peek<'_>) {
        let Some((key_member, value_member)) = shape.entry() else { return };
        let mut done = (false, false);
        for (key, node) in (0..map.len()).filter_map(|i| map.at(i)) {
            if self.is_full() {
                return;
            }
            if !done.0 {
                done.0 = self.key(shape, key_member, key, (path, whole));
            }
            if !done.1 {
                done.1 = self.part(shape, value_member, node.peek(), (path, Step::Entry(key), whole));
            }
        }
    }

    /// A map's key; its violation is told of the map. Whether the other keys need no look.
    fn key(&mut self, shape: &'m Shape, member: &'m Member, key: &str, at: (&Path<'_>, Peek<'_>)) -> bool {
        let (exception, checked) = self.rule(shape, member);
        let constraints = Constraints::of(self.model, member.shape, exception, self.rules);
        if !checked || constraints.is_none() {
            return true;
        }
        let (path, whole) = at;
        let style = self.rules.style();
        let mut broken = Vec::new();
        constraints.broken(Peek::Str(key), style, &mut |length, text| broken.push((length, text)));
        if style == Style::Smithy {
            for (length, text) in broken {
                let subject = self.subject(false, Peek::Str(key), length);
                self.report(path, subject, text);
            }
            return false;
        }
        if broken.is_empty() {
            return false;
        }
        let text = format!("Map keys must satisfy constraint: {}", constraints.listed(true));
        let subject = self.subject(shape.sensitive || self.model.shape(member.shape).sensitive, whole, None);
        self.report(path, subject, text);
        true
    }

    /// An element of a list or a value of a map. AWS tells a leaf's violation of the whole list or map, once, and
    /// names all constraints; Smithy tells it of the leaf. Whether the other parts need no look.
    fn part(
        &mut self,
        shape: &'m Shape,
        member: &'m Member,
        value: Peek<'_>,
        at: (&Path<'_>, Step<'_>, Peek<'_>),
    ) -> bool {
        let (path, step, whole) = at;
        let rule = self.rule(shape, member);
        let inner = self.model.shape(member.shape);
        let leaf = !matches!(inner.kind, Kind::Structure | Kind::Union | Kind::List | Kind::Map);
        if value.is_absent() {
            return false;
        }
        if !leaf || self.rules.style() == Style::Smithy {
            self.value(member.shape, value, &path.then(step), rule);
            return false;
        }
        let constraints = Constraints::of(self.model, member.shape, rule.0, self.rules);
        if !rule.1 || constraints.is_none() {
            return true;
        }
        let mut broken = false;
        constraints.broken(value, self.rules.style(), &mut |_, _| broken = true);
        if broken {
            let of = if shape.kind == Kind::Map { "Map value" } else { "Member" };
            let is_length = !matches!(value, Peek::Int(_) | Peek::Float(_));
            let text = format!("{of} must satisfy constraint: {}", constraints.listed(is_length));
            let subject = self.subject(shape.sensitive || self.model.shape(member.shape).sensitive, whole, None);
            self.report(path, subject, text);
        }
        broken
    }

    fn subject(&self, sensitive: bool, value: Peek<'_>, length: Option<usize>) -> String {
        match (self.rules.style(), length) {
            (Style::Smithy, Some(length)) => format!("Value with length {length}"),
            // What is secret is not shown.
            (Style::Coral, _) if !sensitive => format!("Value '{}'", text::java(value)),
            _ => "Value".to_owned(),
        }
    }

    fn report(&mut self, path: &Path<'_>, subject: String, constraint: String) {
        if !self.is_full() {
            self.violations.push(Violation { path: path.render(self.rules.style()), subject, constraint });
        }
    }
}
