use super::writer::{Writer, attribute};
use super::{Names, is_flat};
use crate::codec::Scope;
use crate::codec::scalar::{self, Form};
use model::{Kind, Member, Model, Shape, TimestampFormat, XmlNamespace};
use shape::{Node, Peek, Value};

/// Writes shapes as XML. Trees come from our own services or through a bounded reader, so depth is not counted.
pub(in crate::codec) struct Encode<'m> {
    pub(in crate::codec) model: &'m Model,
    pub(in crate::codec) names: Names,
}

/// ` xmlns="…"` for a namespace without a prefix, or nothing.
pub(in crate::codec) fn namespace_attribute(uri: Option<&str>) -> String {
    uri.map(|uri| attribute("xmlns", uri)).unwrap_or_default()
}

/// A namespace as an attribute, or nothing.
pub(in crate::codec) fn namespace(space: Option<&XmlNamespace>) -> String {
    match space {
        Some(XmlNamespace { uri, prefix: Some(prefix) }) => attribute(&format!("xmlns:{prefix}"), uri),
        Some(XmlNamespace { uri, prefix: None }) => attribute("xmlns", uri),
        None => String::new(),
    }
}

/// The members of a structure that are attributes of its element.
pub(in crate::codec) fn attributes(shape: &Shape, peek: Peek<'_>) -> String {
    let mut out = String::new();
    for (index, member) in shape.members.iter().enumerate().filter(|(_, member)| member.xml_attribute) {
        let form = Form { kind: Kind::String, time: TimestampFormat::Iso8601, exact: false };
        if let Some(text) = scalar::write(peek.member(index, &member.name), form) {
            out.push_str(&attribute(member.wire_name(), &text));
        }
    }
    out
}

impl Encode<'_> {
    /// Writes what stands inside a structure's element.
    pub(in crate::codec) fn children(&self, out: &mut Writer, shape: &Shape, scope: Scope, peek: Peek<'_>) {
        for (index, member) in shape.members.iter().enumerate() {
            let inside = peek.member(index, &member.name);
            if inside.is_absent() || member.xml_attribute || !scope.holds(member.location) {
                continue;
            }
            let target = self.model.shape(member.shape);
            let name = self.names.element(member, target);
            match inside {
                Peek::List(list) if is_flat(member, target) => self.list(out, target, Some((name, member)), list),
                Peek::Map(map) if is_flat(member, target) => self.map(out, target, Some((name, member)), map),
                _ => self.element(out, name, (member, target), inside),
            }
        }
    }

    /// Writes the only member of the body with no root around it.
    pub(in crate::codec) fn only_child(&self, out: &mut Writer, shape: &Shape, space: &str, peek: Peek<'_>) {
        let body = shape.members.iter().enumerate().find(|(_, member)| Scope::Reply.holds(member.location));
        let Some((index, member)) = body else { return };
        let form = Form::of(member, self.model.shape(member.shape), TimestampFormat::Iso8601);
        out.open(member.wire_name(), space);
        out.text(&scalar::write(peek.member(index, &member.name), form).unwrap_or_default());
        out.close(member.wire_name());
    }

    /// Writes a node in an element of its own.
    pub(in crate::codec) fn element(
        &self,
        out: &mut Writer,
        name: &str,
        (member, shape): (&Member, &Shape),
        peek: Peek<'_>,
    ) {
        if let Peek::Encoded(_) = peek {
            return self.element(out, name, (member, shape), Value::of(peek).peek());
        }
        // A shape's own namespace is for when it is the root, but for one that its attributes need (S3's Grantee).
        let own = shape.xml_namespace.as_ref().filter(|space| space.prefix.is_some());
        let space = member.xml_namespace.as_ref().or(own);
        out.open(name, &(namespace(space) + &attributes(shape, peek)));
        match (shape.kind, peek) {
            (Kind::Structure | Kind::Union, _) => self.children(out, shape, Scope::Inner, peek),
            (Kind::List, Peek::List(list)) => self.list(out, shape, None, list),
            (Kind::Map, Peek::Map(map)) => self.map(out, shape, None, map),
            _ => {
                if let Some(text) = scalar::write(peek, Form::of(member, shape, TimestampFormat::Iso8601)) {
                    out.text(&text);
                }
            }
        }
        out.close(name);
    }

    /// Writes a list's elements, under the list's own name where it is flat.
    fn list(&self, out: &mut Writer, shape: &Shape, flat: Option<(&str, &Member)>, list: &dyn shape::List) {
        let Some(element) = shape.element() else { return };
        let target = self.model.shape(element.shape);
        let name = flat.map_or_else(|| self.names.part(element, "member"), |(name, _)| name);
        for node in (0..list.len()).filter_map(|i| list.at(i)) {
            let peek = node.peek();
            if !peek.is_absent() || shape.sparse {
                self.element(out, name, (element, target), peek);
            }
        }
    }

    /// Writes a map's entries, under the map's own name where it is flat.
    fn map(&self, out: &mut Writer, shape: &Shape, flat: Option<(&str, &Member)>, map: &dyn shape::Map) {
        let Some((key, value)) = shape.entry() else { return };
        let (key_shape, value_shape) = (self.model.shape(key.shape), self.model.shape(value.shape));
        let name = flat.map_or("entry", |(name, _)| name);
        let space = flat.map(|(_, member)| namespace(member.xml_namespace.as_ref())).unwrap_or_default();
        for (text, node) in (0..map.len()).filter_map(|i| map.at(i)) {
            let peek = node.peek();
            if peek.is_absent() && !shape.sparse {
                continue;
            }
            out.open(name, &space);
            self.element(out, self.names.part(key, "key"), (key, key_shape), Peek::Str(text));
            self.element(out, self.names.part(value, "value"), (value, value_shape), peek);
            out.close(name);
        }
    }
}
