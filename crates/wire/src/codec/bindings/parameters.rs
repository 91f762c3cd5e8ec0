//! Members in the query string.

use super::uri;
use crate::codec::fault::Bad;
use crate::codec::fill::{self, Members};
use crate::codec::scalar::{self, Form};
use model::{Kind, Location, Member, Model, Shape, TimestampFormat};
use shape::{Node, Peek};
use std::borrow::Cow;

/// How many parameters a query string may have.
const MOST_PARAMETERS: usize = 10_000;

type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

fn parse(query: &str) -> Result<Vec<Pair<'_>>, Bad> {
    let mut pairs = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        if pairs.len() == MOST_PARAMETERS {
            return Err(Bad::new("The request has too many query parameters"));
        }
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        pairs.push((uri::form_decode(name)?, uri::form_decode(value)?));
    }
    Ok(pairs)
}

/// Fills the members that stand in the query string.
pub(in crate::codec) fn read(
    model: &Model,
    shape: &Shape,
    query: &str,
    exact: bool,
    members: &mut Members<'_>,
) -> Result<(), Bad> {
    if !shape.members.iter().any(|member| member.location == Location::QueryString) {
        return Ok(());
    }
    let pairs = parse(query)?;
    for (index, member) in shape.members.iter().enumerate() {
        if member.location != Location::QueryString {
            continue;
        }
        let target = model.shape(member.shape);
        if target.kind == Kind::Map {
            if let Some(node) = members.at(index, &member.name).filter(|_| !pairs.is_empty()) {
                read_map(model, target, &pairs, node)?;
            }
            continue;
        }
        for (_, value) in pairs.iter().filter(|(name, _)| name == member.wire_name()) {
            let Some(node) = members.at(index, &member.name) else { break };
            let value = Cow::Borrowed(&**value);
            match target.element() {
                Some(element) => {
                    let form = form(element, model.shape(element.shape)).exact(exact);
                    scalar::read(fill::open_list(node)?.push(), form, value)?;
                }
                None => scalar::read(node, form(member, target).exact(exact), value)?,
            }
        }
    }
    Ok(())
}

fn form(member: &Member, target: &Shape) -> Form {
    Form::of(member, target, TimestampFormat::Iso8601)
}

/// A map of query parameters takes them all, those of other members too.
fn read_map(model: &Model, shape: &Shape, pairs: &[Pair<'_>], node: &mut dyn Node) -> Result<(), Bad> {
    let Some((_, value)) = shape.entry() else { return Ok(()) };
    let target = model.shape(value.shape);
    let map = fill::open_map(node)?;
    for (name, text) in pairs {
        let text = Cow::Borrowed(&**text);
        match target.element() {
            Some(element) => {
                let list = fill::open_list(map.entry(name.to_string()))?;
                scalar::read(list.push(), form(element, model.shape(element.shape)), text)?;
            }
            None if map.get(name).is_some() => {}
            None => scalar::read(map.entry(name.to_string()), form(value, target), text)?,
        }
    }
    Ok(())
}

/// The query string of a request: the fixed part of the template, then the members.
pub(in crate::codec) fn write(model: &Model, shape: &Shape, template: &str, peek: Peek<'_>) -> String {
    let mut out = Writer(uri::fixed_query(template).to_owned());
    for (index, member) in shape.members.iter().enumerate() {
        if member.location != Location::QueryString {
            continue;
        }
        let target = model.shape(member.shape);
        match peek.member(index, &member.name) {
            Peek::Map(map) => {
                let Some((_, value)) = target.entry() else { continue };
                for (name, node) in (0..map.len()).filter_map(|i| map.at(i)) {
                    // A member of the same name goes before the map.
                    let named =
                        |m: &Member| m.location == Location::QueryString && m.location_name.as_deref() == Some(name);
                    if !shape.members.iter().any(named) {
                        out.node(model, name, (value, model.shape(value.shape)), node.peek());
                    }
                }
            }
            inside => out.node(model, member.wire_name(), (member, target), inside),
        }
    }
    out.0
}

struct Writer(String);

impl Writer {
    fn node(&mut self, model: &Model, name: &str, (member, target): (&Member, &Shape), peek: Peek<'_>) {
        if let (Peek::List(list), Some(element)) = (peek, target.element()) {
            for node in (0..list.len()).filter_map(|i| list.at(i)) {
                self.text(name, scalar::write(node.peek(), form(element, model.shape(element.shape))));
            }
            return;
        }
        self.text(name, scalar::write(peek, form(member, target)));
    }

    fn text(&mut self, name: &str, text: Option<Cow<'_, str>>) {
        let Some(text) = text else { return };
        if !self.0.is_empty() {
            self.0.push('&');
        }
        self.0.push_str(&uri::encode(name));
        self.0.push('=');
        self.0.push_str(&uri::encode(&text));
    }
}
