//! A call to another service is held to that service's own model: what `peer!` declares must be there, and be of that kind.
//! Otherwise a misspelt member would fail at run time, in the one place that no compiler sees.

use super::Tree;
use crate::Finding;
use crate::codegen::{self, ServiceFacts};
use crate::source::{Source, closing, split_commas};
use model::{Kind, Model, ShapeId};

pub(super) fn check(tree: &Tree<'_>) -> Vec<Finding> {
    let sources = tree.rust.iter().filter(|source| !source.path.starts_with("crates/service/"));
    sources.flat_map(|source| declared(source).into_iter().flat_map(|peer| peer.check(tree, source))).collect()
}

/// One operation that a `peer!` block declares.
#[derive(Debug, PartialEq)]
struct Declared<'a> {
    at: usize,
    service: &'a str,
    operation: &'a str,
    /// Type and name on the wire.
    input: Vec<(&'a str, &'a str)>,
    output: Vec<(&'a str, &'a str)>,
}

/// What the `peer!` blocks of a file declare; what has not their form is the compiler's to find.
fn declared(source: &Source) -> Vec<Declared<'_>> {
    let text = source.uncommented.as_str();
    let mut all = Vec::new();
    for (start, opening) in text.match_indices("peer! {") {
        let open = start + opening.len() - 1;
        let Some(end) = closing(text, open) else { continue };
        let mut at = open + 1;
        while let Some((peer, after)) = one(text, at, end) {
            all.push(peer);
            at = after;
        }
    }
    all
}

/// The declaration that begins after `at`, and where it ends.
fn one(text: &str, at: usize, end: usize) -> Option<(Declared<'_>, usize)> {
    let within = text.get(at..end)?;
    let open = at + within.find('{')?;
    let (service, operation) = text.get(at..open)?.rsplit_once('.')?;
    let service = service.trim_end().strip_suffix('"')?.rsplit_once('"')?.1;
    let close = closing(text, open)?;
    let second = close + text.get(close..end)?.find('{')?;
    let last = closing(text, second)?;
    let peer = Declared {
        at: open,
        service,
        operation: operation.trim(),
        input: fields(text.get(open + 1..close)?),
        output: fields(text.get(second + 1..last)?),
    };
    Some((peer, last + 1))
}

fn fields(list: &str) -> Vec<(&str, &str)> {
    let mut fields = Vec::new();
    for field in split_commas(list) {
        if let Some((declared, wire)) = field.rsplit_once('=')
            && let Some((_, kind)) = declared.split_once(':')
        {
            fields.push((kind.trim(), wire.trim().trim_matches('"')));
        }
    }
    fields
}

impl Declared<'_> {
    fn check(&self, tree: &Tree<'_>, source: &Source) -> Vec<Finding> {
        let at = source.at(self.at);
        let finding = |what: String| Finding::new(&at, what, "correct it by the model in models/botocore/");
        let name = match ServiceFacts::read(tree.repo, self.service) {
            Ok(facts) => facts.model,
            Err(_) => self.service.to_owned(),
        };
        let Ok(model) = codegen::model(tree.repo, &name) else {
            return vec![finding(format!("peer! names {}, which has no model", self.service))];
        };
        let Some(operation) = model.operation(self.operation) else {
            return vec![finding(format!("{} has no operation {}", self.service, self.operation))];
        };
        let sides = [(operation.input, &self.input), (operation.output, &self.output)];
        let wrong = sides.into_iter().flat_map(|(shape, fields)| misfits(&model, shape, fields));
        wrong.map(|what| finding(format!("{}.{}: {what}", self.service, self.operation))).collect()
    }
}

fn misfits(model: &Model, shape: Option<ShapeId>, fields: &[(&str, &str)]) -> Vec<String> {
    let member = |name: &str| model.shape(shape?).member(name).map(|(_, member)| model.shape(member.shape).kind);
    let check = |(kind, name): &(&str, &str)| match member(name) {
        None => Some(format!("there is no member {name}")),
        Some(found) if !fits(kind, found) => Some(format!("{name} is {found:?}, not {kind}")),
        Some(_) => None,
    };
    fields.iter().filter_map(check).collect()
}

fn fits(declared: &str, kind: Kind) -> bool {
    let inner = declared.strip_prefix("Option<").and_then(|rest| rest.strip_suffix('>')).unwrap_or(declared);
    match kind {
        Kind::String => inner == "String",
        Kind::Boolean => inner == "bool",
        Kind::Byte | Kind::Short | Kind::Integer | Kind::Long => inner == "i64",
        Kind::Float | Kind::Double => inner == "f64",
        Kind::Blob => inner == "Bytes",
        Kind::Timestamp => inner == "Timestamp",
        Kind::List => inner.starts_with("Vec<"),
        Kind::Map => inner.starts_with("IndexMap<"),
        _ => !["String", "bool", "i64", "f64", "Bytes", "Timestamp"].contains(&inner),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
        peer! {
            /// Sends.
            "sqs".SendMessage {
                queue_url: String = "QueueUrl",
                attributes: IndexMap<String, Attribute> = "MessageAttributes",
            } -> Sent {
                message_id: Option<String> = "MessageId",
            }

            "kms".Decrypt { blob: Bytes = "CiphertextBlob" } -> Opened {}
        }
    "#;

    #[test]
    fn declarations_are_found() {
        let source = Source::new("services/x/src/peers.rs", TEXT);
        let found = declared(&source);
        let names: Vec<_> = found.iter().map(|peer| (peer.service, peer.operation)).collect();
        assert_eq!(names, [("sqs", "SendMessage"), ("kms", "Decrypt")]);
        assert_eq!(found[0].input[1], ("IndexMap<String, Attribute>", "MessageAttributes"));
        assert_eq!((found[0].output.len(), found[1].output.len()), (1, 0));
    }

    #[test]
    fn kinds_fit_or_do_not() {
        for (declared, kind, fit) in [
            ("Option<String>", Kind::String, true),
            ("i64", Kind::String, false),
            ("Option<i64>", Kind::Long, true),
            ("Vec<Tag>", Kind::List, true),
            ("Tag", Kind::List, false),
            ("Option<Tag>", Kind::Structure, true),
            ("String", Kind::Structure, false),
        ] {
            assert_eq!(fits(declared, kind), fit, "{declared} {kind:?}");
        }
    }
}
