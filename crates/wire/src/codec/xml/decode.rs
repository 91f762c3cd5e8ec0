use super::reader::{Reader, Start};
use super::{Names, is_flat};
use crate::codec::fault::Bad;
use crate::codec::fill::{self, Members};
use crate::codec::scalar::{self, Form};
use crate::codec::{Scope, Side};
use model::{Kind, Member, Model, Shape, TimestampFormat};
use shape::Node;
use std::borrow::Cow;

/// Reads XML into shapes. Every method leaves the element that it was given behind.
#[derive(Clone, Copy)]
pub(in crate::codec) struct Decode<'m> {
    pub(in crate::codec) model: &'m Model,
    pub(in crate::codec) side: Side,
    pub(in crate::codec) names: Names,
}

impl Decode<'_> {
    pub(in crate::codec) fn structure(
        &self,
        r: &mut Reader<'_>,
        shape: &Shape,
        scope: Scope,
        start: &Start<'_>,
        node: &mut dyn Node,
    ) -> Result<(), Bad> {
        let mut members = Members::open(node)?;
        self.attributes(shape, start, &mut members)?;
        let mut set = 0;
        while let Some(child) = r.child()? {
            let found = shape.members.iter().enumerate().find(|(_, member)| {
                !member.xml_attribute
                    && scope.holds(member.location)
                    && self.names.element(member, self.model.shape(member.shape)) == child.name()
            });
            let Some((index, member)) = found else {
                r.skip()?;
                continue;
            };
            set += 1;
            match members.at(index, &member.name) {
                Some(node) => self.member(r, member, &child, node)?,
                None => r.skip()?,
            }
        }
        if shape.kind == Kind::Union && set == 0 && self.side == Side::Server {
            return Err(Bad::new(format!("The union {} must have exactly one member set", shape.name)));
        }
        Ok(())
    }

    fn attributes(&self, shape: &Shape, start: &Start<'_>, members: &mut Members<'_>) -> Result<(), Bad> {
        for (index, member) in shape.members.iter().enumerate().filter(|(_, member)| member.xml_attribute) {
            if let Some(text) = start.attribute(member.wire_name())?
                && let Some(node) = members.at(index, &member.name)
            {
                let form = Form::of(member, self.model.shape(member.shape), TimestampFormat::Iso8601);
                scalar::read(node, form, Cow::Owned(text))?;
            }
        }
        Ok(())
    }

    /// Reads a member's element: all of it, or one element or entry of a flat list or map.
    fn member(&self, r: &mut Reader<'_>, member: &Member, start: &Start<'_>, node: &mut dyn Node) -> Result<(), Bad> {
        let shape = self.model.shape(member.shape);
        if !is_flat(member, shape) {
            return self.node(r, (member, shape), start, node);
        }
        if let Some(element) = shape.element() {
            let target = self.model.shape(element.shape);
            return self.node(r, (element, target), start, fill::open_list(node)?.push());
        }
        self.entry(r, shape, node)
    }

    pub(in crate::codec) fn node(
        &self,
        r: &mut Reader<'_>,
        (member, shape): (&Member, &Shape),
        start: &Start<'_>,
        node: &mut dyn Node,
    ) -> Result<(), Bad> {
        match shape.kind {
            Kind::Structure | Kind::Union => self.structure(r, shape, Scope::Inner, start, node),
            Kind::List => self.list(r, shape, node),
            Kind::Map => {
                fill::open_map(node)?;
                while let Some(child) = r.child()? {
                    match child.name() {
                        "entry" => self.entry(r, shape, node)?,
                        _ => r.skip()?,
                    }
                }
                Ok(())
            }
            _ => leaf(r, (member, shape), node),
        }
    }

    fn list(&self, r: &mut Reader<'_>, shape: &Shape, node: &mut dyn Node) -> Result<(), Bad> {
        let list = fill::open_list(node)?;
        let Some(element) = shape.element() else { return r.skip() };
        let target = self.model.shape(element.shape);
        let name = self.names.part(element, "member");
        while let Some(child) = r.child()? {
            match child.name() == name {
                true => self.node(r, (element, target), &child, list.push())?,
                false => r.skip()?,
            }
        }
        Ok(())
    }

    /// Reads one entry of a map. Its key is written first, by all clients.
    fn entry(&self, r: &mut Reader<'_>, shape: &Shape, node: &mut dyn Node) -> Result<(), Bad> {
        let map = fill::open_map(node)?;
        let Some((key, value)) = shape.entry() else { return r.skip() };
        let target = self.model.shape(value.shape);
        let key_name = self.names.part(key, "key");
        let value_name = self.names.part(value, "value");
        let mut name: Option<String> = None;
        while let Some(child) = r.child()? {
            if child.name() == key_name {
                name = Some(r.text()?.into_owned());
            } else if child.name() == value_name {
                let name = name.take().ok_or_else(|| Bad::new("A map's value stands before its key"))?;
                if map.get(&name).is_some() {
                    return Err(Bad::new("A map's key stands twice"));
                }
                self.node(r, (value, target), &child, map.entry(name))?;
            } else {
                r.skip()?;
            }
        }
        Ok(())
    }
}

/// Reads the text of the current element as a leaf.
pub(in crate::codec) fn leaf(
    r: &mut Reader<'_>,
    (member, shape): (&Member, &Shape),
    node: &mut dyn Node,
) -> Result<(), Bad> {
    let text = r.text()?;
    // People indent what they write by hand.
    let text = if shape.kind == Kind::String { text } else { Cow::Owned(text.trim().to_owned()) };
    scalar::read(node, Form::of(member, shape, TimestampFormat::Iso8601), text)
}
