//! REST operations by method, path and query.

use super::UnknownPath;
use super::params::Params;
use crate::Request;
use http::Method;
use model::{Location, Model, Operation};
use percent_encoding::percent_decode_str;
use rustc_hash::FxHashMap;
use std::cmp::Reverse;

/// The SDKs' mark of the operation in the query, which services leave out of account.
const SDK_MARK: &str = "x-id";

/// A service's REST operations as a tree over their paths. Compiled once per model, by whoever keeps it.
///
/// The more literal path wins (literal, then label, then greedy label), then the most fixed query parameters (`?acl`,
/// `?list-type=2`), then the operation whose required query parameters and headers are all there: a `PUT` of an object
/// is the copy of one where the header that names the source is sent.
#[derive(Debug)]
pub struct RestTable {
    nodes: Vec<Node>,
    unknown: UnknownPath,
}

#[derive(Debug, Default)]
struct Node {
    literals: FxHashMap<Box<str>, usize>,
    label: Option<usize>,
    greedy: Vec<Greedy>,
    entries: Vec<Entry>,
}

/// A greedy label, the segments behind it, and the operations there.
#[derive(Debug)]
struct Greedy {
    tail: Vec<Segment>,
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    Literal(Box<str>),
    Label,
    Greedy,
}

#[derive(Debug)]
struct Entry {
    /// Its place in [`Model::operations`].
    operation: usize,
    method: Method,
    fixed: Vec<(Box<str>, Option<Box<str>>)>,
    required: Vec<Required>,
    shadowed: bool,
}

#[derive(Debug)]
enum Required {
    Query(Box<str>),
    Header(Box<str>),
}

/// A request as entries are compared with it.
struct Asked<'r> {
    request: &'r Request,
    query: Vec<(&'r str, &'r str)>,
}

impl RestTable {
    /// The table of a model's REST operations. Operations named in `shadowed` never win against another of the same
    /// form: deprecated ones, and those that AWS tells apart by host. `unknown` is how the service answers what is not
    /// in the table.
    pub fn new(model: &Model, shadowed: &[&str], unknown: UnknownPath) -> RestTable {
        let mut table = RestTable { nodes: vec![Node::default()], unknown };
        for (index, operation) in model.operations().iter().enumerate() {
            let Ok(method) = Method::from_bytes(operation.http.method.as_bytes()) else { continue };
            let (path, query) = operation.http.uri.split_once('?').unwrap_or((&operation.http.uri, ""));
            let entry = Entry {
                operation: index,
                method,
                fixed: fixed(query),
                required: required(model, operation),
                shadowed: shadowed.contains(&&*operation.name),
            };
            table.add(&segments(path), entry);
        }
        table
    }

    /// How the service answers what is not in the table.
    pub fn unknown(&self) -> UnknownPath {
        self.unknown
    }

    fn add(&mut self, segments: &[Segment], entry: Entry) {
        let mut at = 0;
        for (i, segment) in segments.iter().enumerate() {
            let next = self.nodes.len();
            let Some(node) = self.nodes.get_mut(at) else { return };
            let found = match segment {
                Segment::Literal(text) => *node.literals.entry(text.clone()).or_insert(next),
                Segment::Label => *node.label.get_or_insert(next),
                Segment::Greedy => {
                    let tail = segments.get(i + 1..).unwrap_or_default();
                    match node.greedy.iter_mut().find(|g| g.tail == tail) {
                        Some(greedy) => greedy.entries.push(entry),
                        None => node.greedy.push(Greedy { tail: tail.to_vec(), entries: vec![entry] }),
                    }
                    node.greedy.sort_by_key(|g| Reverse(g.tail.len()));
                    return;
                }
            };
            if found == next {
                self.nodes.push(Node::default());
            }
            at = found;
        }
        if let Some(node) = self.nodes.get_mut(at) {
            node.entries.push(entry);
        }
    }

    /// The place in [`Model::operations`] of the operation that the request asks for.
    pub fn find(&self, request: &Request) -> Option<usize> {
        let path = path_segments(&request.path);
        let asked = Asked { request, query: Params(&request.query).iter().collect() };
        self.walk(0, &path, &mut |entries| asked.best(entries))
    }

    /// The methods that the path takes with this query, sorted: what the `Allow` header of a 405 says.
    pub fn allowed(&self, request: &Request) -> Vec<Method> {
        let path = path_segments(&request.path);
        let asked = Asked { request, query: Params(&request.query).iter().collect() };
        let mut methods = Vec::new();
        self.walk::<()>(0, &path, &mut |entries| {
            methods.extend(entries.iter().filter(|e| asked.has_fixed(e)).map(|e| e.method.clone()));
            None
        });
        methods.sort_by(|a, b| a.as_str().cmp(b.as_str()));
        methods.dedup();
        methods
    }

    /// Shows `visit` the entries of every pattern that fits, the most literal first, until it is content. The depth
    /// is that of the model's longest path.
    fn walk<T>(&self, at: usize, path: &[&str], visit: &mut dyn FnMut(&[Entry]) -> Option<T>) -> Option<T> {
        let node = self.nodes.get(at)?;
        let Some((first, rest)) = path.split_first() else { return visit(&node.entries) };
        if first.is_empty() && rest.is_empty() {
            // A slash at the end says nothing, but to a greedy label further up.
            return visit(&node.entries);
        }
        let literal = node.literals.get(*first).copied().or_else(|| node.decoded(first));
        if let Some(found) = literal.and_then(|next| self.walk(next, rest, visit)) {
            return Some(found);
        }
        if let Some(next) = node.label.filter(|_| !first.is_empty())
            && let Some(found) = self.walk(next, rest, visit)
        {
            return Some(found);
        }
        node.greedy.iter().filter(|g| g.fits(path)).find_map(|g| visit(&g.entries))
    }
}

impl Node {
    /// Clients may percent-encode what a pattern has plain, such as `@connections`.
    fn decoded(&self, segment: &str) -> Option<usize> {
        if self.literals.is_empty() || !segment.contains('%') {
            return None;
        }
        self.literals.get(&*percent_decode_str(segment).decode_utf8().ok()?).copied()
    }
}

impl Greedy {
    fn fits(&self, path: &[&str]) -> bool {
        let path = match path.split_last() {
            Some((last, before)) if last.is_empty() && !self.tail.is_empty() => before,
            _ => path,
        };
        let Some(taken) = path.len().checked_sub(self.tail.len()) else { return false };
        let (head, tail) = path.split_at(taken);
        let same = |(segment, text): (&Segment, &&str)| match segment {
            Segment::Literal(literal) => **literal == **text,
            Segment::Label | Segment::Greedy => !text.is_empty(),
        };
        let takes_something = head.len() > 1 || head.iter().any(|s| !s.is_empty());
        takes_something && self.tail.iter().zip(tail).all(same)
    }
}

impl Asked<'_> {
    fn has_fixed(&self, entry: &Entry) -> bool {
        entry.fixed.iter().all(|(name, value)| {
            self.query.iter().any(|(n, v)| **name == **n && value.as_deref().is_none_or(|value| value == *v))
        })
    }

    fn has(&self, required: &Required) -> bool {
        match required {
            Required::Query(name) => self.query.iter().any(|(n, _)| **name == **n),
            Required::Header(name) => self.request.headers.contains_key(&**name),
        }
    }

    fn best(&self, entries: &[Entry]) -> Option<usize> {
        let fitting = entries.iter().filter(|e| e.method == self.request.method && self.has_fixed(e));
        let rank = |e: &Entry| {
            let complete = e.required.iter().all(|r| self.has(r));
            (e.fixed.len(), complete, if complete { e.required.len() } else { 0 }, !e.shadowed, Reverse(e.operation))
        };
        fitting.max_by_key(|e| rank(e)).map(|e| e.operation)
    }
}

/// The segments of a request's path; the last is empty where the path ends with a slash.
fn path_segments(path: &str) -> Vec<&str> {
    path.strip_prefix('/').unwrap_or(path).split('/').collect()
}

fn segments(path: &str) -> Vec<Segment> {
    let parts = path.split('/').filter(|s| !s.is_empty());
    parts
        .map(|part| match part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) {
            Some(label) if label.ends_with('+') => Segment::Greedy,
            Some(_) => Segment::Label,
            None => Segment::Literal(part.into()),
        })
        .collect()
}

fn fixed(query: &str) -> Vec<(Box<str>, Option<Box<str>>)> {
    let parts = query.split('&').filter(|p| !p.is_empty());
    parts
        .map(|p| match p.split_once('=') {
            Some((name, value)) => (name.into(), Some(value.into())),
            None => (p.into(), None),
        })
        .filter(|(name, _): &(Box<str>, _)| **name != *SDK_MARK)
        .collect()
}

fn required(model: &Model, operation: &Operation) -> Vec<Required> {
    let Some(input) = operation.input else { return Vec::new() };
    let members = model.shape(input).members.iter().filter(|m| m.required);
    members
        .filter_map(|m| match m.location {
            Location::QueryString => Some(Required::Query(m.wire_name().into())),
            Location::Header => Some(Required::Header(m.wire_name().to_ascii_lowercase().into())),
            _ => None,
        })
        .collect()
}
