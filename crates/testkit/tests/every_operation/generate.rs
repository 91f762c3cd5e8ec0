//! Least inputs from a model: what is required, within the modelled constraints as far as they are simple.

use model::{Kind, Member, Model, Shape, ShapeId};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use wire::validate::{Rules, Scope, Style, check};

/// Deeper than any input whose members are all required.
const DEEPEST: usize = 8;

/// Texts to try, the first that the model allows being taken.
const TEXTS: &[&str] = &[
    "example",
    "example-of-a-text-that-is-long-enough-for-an-id-or-a-token",
    "1",
    "111111111111",
    "arn:aws:iam::111111111111:role/example",
    "12345678-1234-1234-1234-123456789012",
    "us-east-1",
    "2026-01-01",
    "https://example.com/",
    "a@example.com",
    "example.com",
    "10.0.0.0/16",
    "A",
];

/// What a structure must have. Texts whose member is named like something that is known are that.
pub fn required(model: &Model, id: ShapeId, names: &BTreeMap<String, String>) -> Json {
    Generator { model, names, rules: Rules::new(Style::Coral, Scope::Model) }.structure(model.shape(id), 0)
}

struct Generator<'a> {
    model: &'a Model,
    names: &'a BTreeMap<String, String>,
    rules: Rules,
}

impl Generator<'_> {
    fn structure(&self, shape: &Shape, depth: usize) -> Json {
        let wanted = |(i, member): &(usize, &Member)| match shape.kind {
            Kind::Union => *i == 0,
            _ => member.required,
        };
        let members = shape.members.iter().enumerate().filter(wanted);
        Json::Object(members.map(|(_, member)| (member.name.to_string(), self.member(member, depth))).collect())
    }

    fn member(&self, member: &Member, depth: usize) -> Json {
        let shape = self.model.shape(member.shape);
        if depth > DEEPEST {
            return Json::Null;
        }
        let least = shape.min.unwrap_or_default();
        match shape.kind {
            Kind::Structure | Kind::Union => self.structure(shape, depth + 1),
            Kind::List => {
                let element = shape.element().map(|element| self.member(element, depth + 1));
                Json::from(vec![element.unwrap_or_default(); (least as usize).max(1)])
            }
            Kind::Map => match shape.entry() {
                Some((key, value)) => {
                    let key = self.member(key, depth + 1).as_str().unwrap_or("key").to_owned();
                    Json::Object(Map::from_iter([(key, self.member(value, depth + 1))]))
                }
                None => json!({}),
            },
            Kind::String => self.text(member, shape),
            Kind::Boolean => Json::Bool(false),
            Kind::Byte | Kind::Short | Kind::Integer | Kind::Long => {
                json!(least.max(shape.max.unwrap_or(1.0).min(1.0)) as i64)
            }
            Kind::Float | Kind::Double => json!(least),
            Kind::Blob => json!("AAAA"),
            Kind::Timestamp => json!("2026-01-01T00:00:00Z"),
            Kind::Document => json!("example"),
        }
    }

    fn text(&self, member: &Member, shape: &Shape) -> Json {
        if let Some(value) = shape.values.first() {
            return json!(&**value);
        }
        if let Some(known) = self.names.get(&*member.name) {
            return json!(known);
        }
        let fits = |text: &&&str| {
            let value = service::Value::Str((**text).to_owned());
            check(self.model, member.shape, service::Node::peek(&value), &self.rules).is_empty()
        };
        json!(TEXTS.iter().find(fits).unwrap_or(&"example"))
    }
}
