//! The models of `models/botocore`, facts to find services by, and random values of their shapes.

use crate::Dice;
use bytes::Bytes;
use indexmap::IndexMap;
use model::{Kind, Model, Protocol, ShapeId};
use shape::{Timestamp, Value};
use wire::route::{PathFact, RestTable, ServiceFacts, UnknownPath, rest_prefixes};

/// One service's model with what is needed to find its operations.
pub struct Api {
    /// The model.
    pub model: Model,
    /// How requests find it.
    pub facts: ServiceFacts,
    /// Its REST operations, if it has any.
    pub table: Option<RestTable>,
}

/// Every model of the repository, by file name.
pub fn all() -> Vec<Api> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/botocore");
    let mut files: Vec<_> =
        std::fs::read_dir(&folder).expect("models/botocore").filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "json"));
    files.sort();
    files.iter().map(|path| api(path)).collect()
}

fn api(path: &std::path::Path) -> Api {
    let json = std::fs::read(path).expect("a model");
    let model = Model::parse(&json).expect("a model that parses");
    let name = leak(path.file_stem().and_then(|s| s.to_str()).unwrap_or_default());
    let meta = &model.metadata;
    let query = meta.protocols.iter().any(|p| matches!(p, Protocol::Query | Protocol::Ec2));
    let paths: Vec<PathFact> = rest_prefixes(&model)
        .into_iter()
        .map(|(method, prefix, unsigned)| PathFact { method: leak(&method), prefix: leak(&prefix), unsigned })
        .collect();
    let facts = ServiceFacts {
        name,
        signing_names: vec![leak(&meta.signing_name)].leak(),
        hosts: vec![leak(&meta.endpoint_prefix)].leak(),
        target_prefixes: meta.target_prefix.iter().map(|p| leak(p)).collect::<Vec<_>>().leak(),
        versions: if query { vec![leak(&meta.api_version)].leak() } else { &[] },
        actions: if query { model.operations().iter().map(|o| leak(&o.name)).collect::<Vec<_>>().leak() } else { &[] },
        paths: paths.leak(),
        is_default: name == "s3",
    };
    let rest = meta.protocols.iter().any(|p| matches!(p, Protocol::RestJson | Protocol::RestXml));
    let table = rest.then(|| RestTable::new(&model, &[], UnknownPath::UnknownOperation));
    Api { model, facts, table }
}

fn leak(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

const TEXTS: [&str; 12] = [
    "",
    "a",
    "orders",
    "arn:aws:sqs:us-east-1:000000000000:q",
    "é\u{1F600}",
    "a/b c+d%",
    "x&y=z",
    "<b>]]>",
    "\"\\",
    "2026-11-22T06:35:00Z",
    "${aws:username}",
    "\u{0}\n",
];

/// A random value of a shape. Most members are left out, so that values stay small.
pub fn value(dice: &mut Dice, model: &Model, id: ShapeId, depth: usize) -> Value {
    let shape = model.shape(id);
    match shape.kind {
        Kind::Structure | Kind::Union => {
            let mut map = IndexMap::new();
            let union = shape.kind == Kind::Union;
            let only = dice.below(shape.members.len());
            for (index, member) in shape.members.iter().enumerate() {
                let label = member.location == model::Location::Uri;
                let taken = if union { index == only } else { label || dice.one_in(2 + 2 * depth) };
                if taken && (depth < 6 || label) {
                    map.insert(member.name.to_string(), value(dice, model, member.shape, depth + 1));
                }
            }
            Value::Map(map)
        }
        Kind::List => {
            let element = shape.element().map(|m| m.shape);
            let count = dice.below(3 + 8 / (depth + 1));
            let count = if depth < 6 { count } else { 0 };
            Value::List((0..count).filter_map(|_| Some(value(dice, model, element?, depth + 1))).collect())
        }
        Kind::Map => {
            let entry = shape.entry().map(|(_, v)| v.shape);
            let count = if depth < 6 { dice.below(3) } else { 0 };
            let pairs = (0..count).filter_map(|i| {
                let key = format!("{}{i}", dice.pick(&["k", "a b", "é"]));
                Some((key, value(dice, model, entry?, depth + 1)))
            });
            Value::Map(pairs.collect())
        }
        Kind::String if !shape.values.is_empty() && !dice.one_in(4) => Value::Str(dice.pick(&shape.values).to_string()),
        Kind::String => {
            Value::Str(if dice.one_in(20) { "x".repeat(dice.below(5_000)) } else { (*dice.pick(&TEXTS)).to_owned() })
        }
        Kind::Boolean => Value::Bool(dice.one_in(2)),
        Kind::Byte => Value::Int(dice.next() as i8 as i64),
        Kind::Short => Value::Int(dice.next() as i16 as i64),
        Kind::Integer => Value::Int(dice.next() as i32 as i64),
        Kind::Long => Value::Int(dice.next() as i64),
        Kind::Float | Kind::Double => Value::Float(*dice.pick(&[0.0, -1.5, 1e300, f64::NAN, f64::INFINITY, 0.1])),
        Kind::Blob => Value::Blob(Bytes::from(dice.bytes(40))),
        Kind::Timestamp => Value::Time(Timestamp((dice.next() >> dice.below(63)) as i64)),
        Kind::Document => Value::Map(IndexMap::from([("d".to_owned(), Value::List(vec![Value::Null, Value::Int(1)]))])),
    }
}
