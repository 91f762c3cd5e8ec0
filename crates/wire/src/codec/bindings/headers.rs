//! Members in headers.

use crate::codec::fault::Bad;
use crate::codec::fill::{self, Members};
use crate::codec::scalar::{self, Form};
use http::{HeaderMap, HeaderName, HeaderValue};
use model::{Kind, Location, Member, Model, Shape, TimestampFormat};
use shape::{Node, Peek};
use std::borrow::Cow;

fn form(member: &Member, target: &Shape) -> Form {
    Form::of(member, target, TimestampFormat::Rfc822)
}

/// A header's text: UTF-8, else Latin-1, as HTTP once had it.
fn text(value: &HeaderValue) -> Cow<'_, str> {
    match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => value.as_bytes().iter().map(|byte| char::from(*byte)).collect::<String>().into(),
    }
}

/// The text of all headers called `name`, joined as one.
fn joined<'h>(headers: &'h HeaderMap, name: &str) -> Option<Cow<'h, str>> {
    let mut values = headers.get_all(name).iter().map(text);
    let first = values.next()?;
    Some(values.fold(first, |whole, next| Cow::Owned(format!("{whole}, {next}"))))
}

/// Fills the members that stand in headers.
pub(in crate::codec) fn read(
    model: &Model,
    shape: &Shape,
    headers: &HeaderMap,
    exact: bool,
    members: &mut Members<'_>,
) -> Result<(), Bad> {
    for (index, member) in shape.members.iter().enumerate() {
        let target = model.shape(member.shape);
        match member.location {
            Location::Headers => {
                if let Some(node) = members.at(index, &member.name) {
                    read_prefixed(member.wire_name(), headers, node)?;
                }
            }
            Location::Header => {
                let Some(text) = joined(headers, member.wire_name()) else { continue };
                if let Some(node) = members.at(index, &member.name) {
                    read_one(model, (member, target), text, exact, node)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn read_one(
    model: &Model,
    (member, target): (&Member, &Shape),
    text: Cow<'_, str>,
    exact: bool,
    node: &mut dyn Node,
) -> Result<(), Bad> {
    if member.json_value {
        let json = String::from_utf8(scalar::blob(&text)?.into());
        return fill::set_str(node, json.map_err(|_| Bad::new("A header's JSON is not valid UTF-8"))?);
    }
    let Some(element) = target.element() else {
        return scalar::read(node, form(member, target).exact(exact), text);
    };
    let form = form(element, model.shape(element.shape)).exact(exact);
    let list = fill::open_list(node)?;
    for item in split(&text, form)? {
        scalar::read(list.push(), form, item)?;
    }
    Ok(())
}

/// The items of a list in a header. HTTP dates hold a comma themselves; strings may be quoted.
fn split(text: &str, form: Form) -> Result<Vec<Cow<'_, str>>, Bad> {
    let mut items = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (item, after) = if let Some(quoted) = rest.strip_prefix('"') {
            unquote(quoted)?
        } else {
            let from = match form.kind == Kind::Timestamp && form.time == TimestampFormat::Rfc822 {
                true => rest.find(',').map_or(rest.len(), |at| at + 1),
                false => 0,
            };
            let end = rest.get(from..).and_then(|r| r.find(',')).map_or(rest.len(), |at| from + at);
            let (item, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
            (Cow::Borrowed(item.trim()), after)
        };
        items.push(item);
        rest = match after.trim_start().strip_prefix(',') {
            Some(next) => next.trim_start(),
            None if after.trim().is_empty() => "",
            None => return Err(Bad::new("A header's list is malformed")),
        };
    }
    Ok(items)
}

/// A quoted string whose first quote is off, and what follows it.
fn unquote(quoted: &str) -> Result<(Cow<'_, str>, &str), Bad> {
    let mut item = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Ok((Cow::Owned(item), quoted.get(at + 1..).unwrap_or(""))),
            '\\' => item.extend(chars.next().map(|(_, c)| c)),
            c => item.push(c),
        }
    }
    Err(Bad::new("A quoted string in a header does not end"))
}

fn read_prefixed(prefix: &str, headers: &HeaderMap, node: &mut dyn Node) -> Result<(), Bad> {
    let prefix = prefix.to_ascii_lowercase();
    let map = fill::open_map(node)?;
    for name in headers.keys() {
        if let (Some(rest), Some(text)) = (name.as_str().strip_prefix(&prefix), joined(headers, name.as_str())) {
            fill::set_str(map.entry(rest.to_owned()), text.into_owned())?;
        }
    }
    Ok(())
}

/// Writes the members that stand in headers. What no header can hold (a line end, say) is left out.
pub(in crate::codec) fn write(model: &Model, shape: &Shape, peek: Peek<'_>, headers: &mut HeaderMap) {
    for (index, member) in shape.members.iter().enumerate() {
        let target = model.shape(member.shape);
        match (member.location, peek.member(index, &member.name)) {
            (Location::Headers, Peek::Map(map)) => {
                for (name, node) in (0..map.len()).filter_map(|i| map.at(i)) {
                    let name = format!("{}{name}", member.wire_name());
                    if !headers.contains_key(&name)
                        && let Peek::Str(text) = node.peek()
                    {
                        set(headers, &name, text);
                    }
                }
            }
            (Location::Header, inside) => {
                if let Some(text) = one(model, (member, target), inside) {
                    set(headers, member.wire_name(), &text);
                }
            }
            _ => {}
        }
    }
}

fn one<'p>(model: &Model, (member, target): (&Member, &Shape), peek: Peek<'p>) -> Option<Cow<'p, str>> {
    if let (Peek::List(list), Some(element)) = (peek, target.element()) {
        let form = form(element, model.shape(element.shape));
        let items = (0..list.len()).filter_map(|i| list.at(i)).filter_map(|node| scalar::write(node.peek(), form));
        let items = items.map(|item| if form.kind == Kind::String { quote(item) } else { item });
        return Some(Cow::Owned(items.collect::<Vec<_>>().join(", ")));
    }
    match peek {
        Peek::Str(text) if member.json_value => Some(scalar::base64(text.as_bytes()).into()),
        _ => scalar::write(peek, form(member, target)),
    }
}

/// An item with a comma or quote in it is quoted.
fn quote(item: Cow<'_, str>) -> Cow<'_, str> {
    if item.contains([',', '"']) {
        return format!("\"{}\"", item.replace('\\', "\\\\").replace('"', "\\\"")).into();
    }
    item
}

fn set(headers: &mut HeaderMap, name: &str, text: &str) {
    if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(text.as_bytes())) {
        headers.insert(name, value);
    }
}
