use super::read::{capitalised, name_given};
use crate::codec::Call;
use crate::codec::bindings::uri;
use crate::codec::scalar::{self, Form};
use model::{Kind, Member, Model, Protocol, Shape, TimestampFormat};
use shape::{Node, Peek, Value};
use std::fmt::Write;

/// The form that an SDK sends.
pub(super) fn form(call: &Call<'_>, input: Peek<'_>) -> String {
    let mut out = format!("Action={}&Version={}", call.operation.name, call.model.metadata.api_version);
    if let Some(shape) = call.input() {
        let encode = Encode { model: call.model, ec2: call.protocol == Protocol::Ec2 };
        encode.structure(&mut out, "", shape, input);
    }
    out
}

struct Encode<'m> {
    model: &'m Model,
    ec2: bool,
}

impl Encode<'_> {
    fn structure(&self, out: &mut String, prefix: &str, shape: &Shape, peek: Peek<'_>) {
        for (index, member) in shape.members.iter().enumerate() {
            let inside = peek.member(index, &member.name);
            if inside.is_absent() {
                continue;
            }
            let target = self.model.shape(member.shape);
            let name = self.name(member, target);
            let path = if prefix.is_empty() { name } else { format!("{prefix}.{name}") };
            self.node(out, &path, (member, target), inside);
        }
    }

    fn name(&self, member: &Member, target: &Shape) -> String {
        if self.ec2 {
            return match &member.query_name {
                Some(name) => name.to_string(),
                None => capitalised(member.wire_name()).into_owned(),
            };
        }
        let flat = member.flattened || target.flattened;
        let by_element = target.element().filter(|_| flat).and_then(|e| e.query_name.as_deref());
        name_given(member).or(by_element).unwrap_or(&member.name).to_owned()
    }

    fn node(&self, out: &mut String, path: &str, (member, shape): (&Member, &Shape), peek: Peek<'_>) {
        match (shape.kind, peek) {
            (_, Peek::Encoded(_)) => self.node(out, path, (member, shape), Value::of(peek).peek()),
            (Kind::Structure | Kind::Union, _) => self.structure(out, path, shape, peek),
            (Kind::List, Peek::List(list)) => {
                let Some(element) = shape.element() else { return };
                let flat = self.ec2 || member.flattened || shape.flattened;
                if list.is_empty() && !self.ec2 {
                    parameter(out, path, "");
                }
                let path = match flat {
                    true => path.to_owned(),
                    false => format!("{path}.{}", name_given(element).unwrap_or("member")),
                };
                let target = self.model.shape(element.shape);
                for (number, node) in (0..list.len()).filter_map(|i| list.at(i)).enumerate() {
                    self.node(out, &format!("{path}.{}", number + 1), (element, target), node.peek());
                }
            }
            (Kind::Map, Peek::Map(map)) => {
                let Some((key, value)) = shape.entry() else { return };
                let flat = member.flattened || shape.flattened;
                let path = if flat { path.to_owned() } else { format!("{path}.entry") };
                let target = self.model.shape(value.shape);
                for (number, (name, node)) in (0..map.len()).filter_map(|i| map.at(i)).enumerate() {
                    let path = format!("{path}.{}", number + 1);
                    parameter(out, &format!("{path}.{}", name_given(key).unwrap_or("key")), name);
                    let path = format!("{path}.{}", name_given(value).unwrap_or("value"));
                    self.node(out, &path, (value, target), node.peek());
                }
            }
            _ => {
                if let Some(text) = scalar::write(peek, Form::of(member, shape, TimestampFormat::Iso8601)) {
                    parameter(out, path, &text);
                }
            }
        }
    }
}

fn parameter(out: &mut String, name: &str, value: &str) {
    // A String takes all that is written to it.
    write!(out, "&{}={}", uri::encode(name), uri::encode(value)).unwrap_or_default();
}
