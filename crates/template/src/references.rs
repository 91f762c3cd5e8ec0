//! What a value refers to by name, before anything is evaluated.

use crate::substitute::{Piece, pieces};
use shape::Value;

/// A name that a value uses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reference {
    /// `Ref`, or `${Name}` of `Fn::Sub`: a parameter, a pseudo parameter or a resource.
    Name(String),
    /// `Fn::GetAtt`, or `${Name.Attribute}`.
    Attribute(String, String),
    /// The condition of an `Fn::If`.
    Condition(String),
    /// `Condition`, which is a function within other conditions alone.
    Also(String),
    /// The map of an `Fn::FindInMap`.
    Map(String),
    /// The export of an `Fn::ImportValue`, where it is written out.
    Import(String),
}

/// All that `value` refers to, in the order of its text. `keep` may leave out the branches of an `Fn::If`: it is given the
/// condition's name, and tells which branch counts; both do where it tells nothing.
pub fn of(value: &Value, keep: &mut dyn FnMut(&str) -> Option<bool>) -> Vec<Reference> {
    let mut found = Vec::new();
    walk(value, keep, &mut found);
    found
}

fn walk(value: &Value, keep: &mut dyn FnMut(&str) -> Option<bool>, found: &mut Vec<Reference>) {
    match value {
        Value::List(items) => items.iter().for_each(|item| walk(item, keep, found)),
        Value::Map(map) => match map.get_index(0) {
            Some((name, argument)) if map.len() == 1 => function(name, argument, keep, found),
            _ => map.values().for_each(|value| walk(value, keep, found)),
        },
        _ => {}
    }
}

fn function(name: &str, argument: &Value, keep: &mut dyn FnMut(&str) -> Option<bool>, found: &mut Vec<Reference>) {
    match (name, argument) {
        ("Ref", Value::Str(name)) => found.push(Reference::Name(name.clone())),
        ("Condition", Value::Str(name)) => found.push(Reference::Also(name.clone())),
        ("Fn::GetAtt", argument) => {
            if let Some((resource, attribute)) = attribute(argument) {
                found.push(Reference::Attribute(resource, attribute));
            }
            walk(argument, keep, found);
        }
        ("Fn::Sub", argument) => substituted(argument, keep, found),
        ("Fn::If", Value::List(items)) => {
            let Some(condition) = items.first().and_then(Value::as_str) else { return };
            found.push(Reference::Condition(condition.to_owned()));
            let branches = match keep(condition) {
                Some(true) => items.get(1..2),
                Some(false) => items.get(2..3),
                None => items.get(1..),
            };
            branches.unwrap_or_default().iter().for_each(|branch| walk(branch, keep, found));
        }
        ("Fn::FindInMap", Value::List(items)) => {
            found.extend(items.first().and_then(Value::as_str).map(|name| Reference::Map(name.to_owned())));
            walk(argument, keep, found);
        }
        ("Fn::ImportValue", Value::Str(name)) => found.push(Reference::Import(name.clone())),
        (_, argument) => walk(argument, keep, found),
    }
}

fn substituted(argument: &Value, keep: &mut dyn FnMut(&str) -> Option<bool>, found: &mut Vec<Reference>) {
    let (text, variables) = match argument {
        Value::Str(text) => (text.as_str(), None),
        Value::List(items) => match (items.first().and_then(Value::as_str), items.get(1)) {
            (Some(text), variables) => (text, variables),
            _ => return,
        },
        _ => return,
    };
    if let Some(variables) = variables {
        // Of a map of variables each value counts, even where it is alone and looks like a function.
        match variables.as_map() {
            Some(map) => map.values().for_each(|value| walk(value, keep, found)),
            None => walk(variables, keep, found),
        }
    }
    for piece in pieces(text) {
        let Piece::Variable(name) = piece else { continue };
        if variables.is_some_and(|variables| variables.get(name).is_some()) {
            continue;
        }
        found.push(match name.split_once('.') {
            Some((resource, attribute)) => Reference::Attribute(resource.to_owned(), attribute.to_owned()),
            None => Reference::Name(name.to_owned()),
        });
    }
}

/// The resource and attribute of an `Fn::GetAtt`, where they are written out.
pub(crate) fn attribute(argument: &Value) -> Option<(String, String)> {
    match argument {
        Value::Str(text) => text.split_once('.').map(|(resource, rest)| (resource.to_owned(), rest.to_owned())),
        Value::List(items) => match items.as_slice() {
            [Value::Str(resource), Value::Str(attribute)] => Some((resource.clone(), attribute.clone())),
            [Value::Str(resource), rest @ ..] if rest.len() > 1 => {
                let rest: Option<Vec<&str>> = rest.iter().map(Value::as_str).collect();
                Some((resource.clone(), rest?.join(".")))
            }
            _ => None,
        },
        _ => None,
    }
}
