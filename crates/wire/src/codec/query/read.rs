use super::form::Branch;
use crate::codec::DEEPEST;
use crate::codec::fault::Bad;
use crate::codec::fill::{self, Members};
use crate::codec::scalar::{self, Form};
use model::{Kind, Member, Model, Shape, TimestampFormat};
use shape::Node;
use std::borrow::Cow;

/// Reads forms into shapes.
pub(super) struct Read<'m> {
    pub(super) model: &'m Model,
    /// Whether names follow EC2's dialect: capitals first, lists always flat.
    pub(super) ec2: bool,
}

/// A member's parameters: the one with its own name, and those below it.
#[derive(Clone, Copy)]
struct Found<'f> {
    value: Option<&'f str>,
    below: Branch<'f>,
}

impl<'f> Found<'f> {
    fn at(branch: Branch<'f>, name: &str) -> Option<Found<'f>> {
        let found = Found { value: branch.value(name), below: branch.below(name) };
        (found.value.is_some() || !found.below.is_empty()).then_some(found)
    }
}

impl Read<'_> {
    pub(super) fn structure(
        &self,
        shape: &Shape,
        branch: Branch<'_>,
        depth: usize,
        node: &mut dyn Node,
    ) -> Result<(), Bad> {
        if depth > DEEPEST {
            return Err(Bad::new("The parameters are nested too deeply"));
        }
        let mut members = Members::open(node)?;
        for (index, member) in shape.members.iter().enumerate() {
            let target = self.model.shape(member.shape);
            let Some(found) = self.find(member, target, branch) else { continue };
            if let Some(node) = members.at(index, &member.name) {
                self.node(member, target, found, (depth, node))?;
            }
        }
        Ok(())
    }

    /// A member's parameters, under the first of its names that has any.
    fn find<'f>(&self, member: &Member, target: &Shape, branch: Branch<'f>) -> Option<Found<'f>> {
        if self.ec2 {
            if let Some(name) = &member.query_name {
                return Found::at(branch, name);
            }
            let own = member.wire_name();
            return Found::at(branch, &capitalised(own)).or_else(|| Found::at(branch, own));
        }
        // A flat list may go by its element's name (SQS: `AttributeName.1` for AttributeNames).
        let flat = member.flattened || target.flattened;
        let by_element = target.element().filter(|_| flat).and_then(name_given);
        let own = Found::at(branch, name_given(member).unwrap_or(&member.name));
        own.or_else(|| by_element.and_then(|name| Found::at(branch, name)))
    }

    fn node(
        &self,
        member: &Member,
        shape: &Shape,
        found: Found<'_>,
        (depth, node): (usize, &mut dyn Node),
    ) -> Result<(), Bad> {
        match shape.kind {
            Kind::Structure | Kind::Union => self.structure(shape, found.below, depth + 1, node),
            Kind::List => self.list(shape, self.ec2 || member.flattened || shape.flattened, found, (depth, node)),
            Kind::Map => self.map(shape, member.flattened || shape.flattened, found, (depth, node)),
            _ => match found.value {
                Some(text) => {
                    scalar::read(node, Form::of(member, shape, TimestampFormat::Iso8601), Cow::Borrowed(text))
                }
                None => Err(Bad::new(format!("Start of structure or map found where not expected at {}", member.name))),
            },
        }
    }

    fn list(
        &self,
        shape: &Shape,
        flat: bool,
        found: Found<'_>,
        (depth, node): (usize, &mut dyn Node),
    ) -> Result<(), Bad> {
        let Some(element) = shape.element() else { return Ok(()) };
        let target = self.model.shape(element.shape);
        let list = fill::open_list(node)?;
        let below = if flat { found.below } else { found.below.below(name_given(element).unwrap_or("member")) };
        for (value, below) in below.numbered() {
            self.deeper(element, target, Found { value, below }, (depth, list.push()))?;
        }
        Ok(())
    }

    fn map(
        &self,
        shape: &Shape,
        flat: bool,
        found: Found<'_>,
        (depth, node): (usize, &mut dyn Node),
    ) -> Result<(), Bad> {
        let Some((key, value)) = shape.entry() else { return Ok(()) };
        let target = self.model.shape(value.shape);
        let map = fill::open_map(node)?;
        let below = if flat { found.below } else { found.below.below("entry") };
        for (_, entry) in below.numbered() {
            let name = entry.value(name_given(key).unwrap_or("key"));
            let name = name.ok_or_else(|| Bad::new("A map's entry has no key"))?;
            let found = Found::at(entry, name_given(value).unwrap_or("value"));
            let found = found.ok_or_else(|| Bad::new(format!("The map's entry {name} has no value")))?;
            if map.get(name).is_some() {
                return Err(Bad::new(format!("The map's key {name} stands twice")));
            }
            self.deeper(value, target, found, (depth, map.entry(name.to_owned())))?;
        }
        Ok(())
    }

    fn deeper(
        &self,
        member: &Member,
        shape: &Shape,
        found: Found<'_>,
        (depth, node): (usize, &mut dyn Node),
    ) -> Result<(), Bad> {
        if depth >= DEEPEST {
            return Err(Bad::new("The parameters are nested too deeply"));
        }
        self.node(member, shape, found, (depth + 1, node))
    }
}

/// The name that the model gives in Query: a JSON service's model (SQS) has it apart from its other names.
pub(super) fn name_given(member: &Member) -> Option<&str> {
    member.query_name.as_deref().or(member.location_name.as_deref())
}

/// A name with a capital first, as EC2 has all its parameters.
pub(super) fn capitalised(name: &str) -> Cow<'_, str> {
    match name.bytes().next() {
        Some(first) if first.is_ascii_lowercase() => {
            let rest = name.get(1..).unwrap_or("");
            Cow::Owned(format!("{}{rest}", char::from(first.to_ascii_uppercase())))
        }
        _ => Cow::Borrowed(name),
    }
}
