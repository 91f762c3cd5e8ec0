//! What an update means, and what it makes of an item.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html>

use super::{Path, Step};
use crate::errors;
use crate::number::Number;
use crate::value::{AttributeValue, Attributes};
use service::{Error, Result};
use std::cmp::Reverse;

/// An update: its sections, each with what stands in it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Update {
    /// `SET`
    pub set: Vec<(Path, Term)>,
    /// `REMOVE`
    pub remove: Vec<Path>,
    /// `ADD`
    pub add: Vec<(Path, AttributeValue)>,
    /// `DELETE`
    pub delete: Vec<(Path, AttributeValue)>,
}

/// What a part of an item is set to.
#[derive(Debug, Clone, PartialEq)]
pub enum Term {
    /// A value of the request.
    Value(AttributeValue),
    /// A part of the item as it was.
    Path(Path),
    /// `if_not_exists(a, b)`
    IfNotExists(Path, Box<Term>),
    /// `list_append(a, b)`
    ListAppend(Box<Term>, Box<Term>),
    /// `a + b`
    Plus(Box<Term>, Box<Term>),
    /// `a - b`
    Minus(Box<Term>, Box<Term>),
}

impl Update {
    /// All paths that it changes, in the order of sections.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        let set = self.set.iter().map(|(path, _)| path);
        let (add, delete) = (self.add.iter().map(|(path, _)| path), self.delete.iter().map(|(path, _)| path));
        set.chain(&self.remove).chain(add).chain(delete)
    }

    /// The item as it will be. Everything is computed from the item as it was, which for a new one is its key.
    ///
    /// # Errors
    /// AWS's for paths that lead nowhere and operands of wrong types.
    pub fn apply(&self, old: &Attributes) -> Result<Attributes> {
        let mut new = old.clone();
        let values: Vec<(&Path, AttributeValue)> =
            self.set.iter().map(|(path, term)| Ok((path, term.of(old)?))).collect::<Result<_>>()?;
        for (path, value) in values {
            put(&mut new, path, value)?;
        }
        for (path, value) in &self.add {
            let sum = add(path.within(&new), value)?;
            put(&mut new, path, sum)?;
        }
        for (path, value) in &self.delete {
            match path.within(&new).map(|set| subtract(set, value)).transpose()? {
                None => holder(&mut new, path).map(|_| ())?,
                Some(Some(rest)) => put(&mut new, path, rest)?,
                Some(None) => remove(&mut new, path)?,
            }
        }
        // From the end of each list, so that what is removed does not move what is yet to be.
        let mut paths: Vec<&Path> = self.remove.iter().collect();
        paths.sort_by_key(|path| Reverse(&path.0));
        paths.into_iter().try_for_each(|path| remove(&mut new, path))?;
        Ok(new)
    }
}

fn no_such_attribute() -> Error {
    errors::validation("The provided expression refers to an attribute that does not exist in the item")
}

fn wrong_type() -> Error {
    errors::validation("An operand in the update expression has an incorrect data type")
}

fn no_such_path() -> Error {
    errors::validation("The document path provided in the update expression is invalid for update")
}

impl Term {
    fn of(&self, item: &Attributes) -> Result<AttributeValue> {
        Ok(match self {
            Term::Value(value) => value.clone(),
            Term::Path(path) => path.within(item).ok_or_else(no_such_attribute)?.clone(),
            Term::IfNotExists(path, other) => match path.within(item) {
                Some(value) => value.clone(),
                None => other.of(item)?,
            },
            Term::ListAppend(a, b) => match (a.of(item)?, b.of(item)?) {
                (AttributeValue::L(mut a), AttributeValue::L(b)) => {
                    a.extend(b);
                    AttributeValue::L(a)
                }
                _ => return Err(wrong_type()),
            },
            Term::Plus(a, b) => sum(&a.of(item)?, &b.of(item)?, false)?,
            Term::Minus(a, b) => sum(&a.of(item)?, &b.of(item)?, true)?,
        })
    }
}

fn sum(a: &AttributeValue, b: &AttributeValue, minus: bool) -> Result<AttributeValue> {
    let (AttributeValue::N(a), AttributeValue::N(b)) = (a, b) else { return Err(wrong_type()) };
    let b = Number::stored(b);
    let sum = Number::stored(a).plus(if minus { b.negated() } else { b })?;
    Ok(AttributeValue::number(sum))
}

/// A number grows by a number, a set by a set's members; what is not there begins with the value.
fn add(old: Option<&AttributeValue>, value: &AttributeValue) -> Result<AttributeValue> {
    fn join<T: PartialEq + Clone>(a: &[T], b: &[T]) -> Vec<T> {
        let new = b.iter().filter(|member| !a.contains(member));
        a.iter().chain(new).cloned().collect()
    }
    Ok(match (old, value) {
        (None, value) => value.clone(),
        (Some(a @ AttributeValue::N(_)), b @ AttributeValue::N(_)) => sum(a, b, false)?,
        (Some(AttributeValue::Ss(a)), AttributeValue::Ss(b)) => AttributeValue::Ss(join(a, b)),
        (Some(AttributeValue::Ns(a)), AttributeValue::Ns(b)) => AttributeValue::Ns(join(a, b)),
        (Some(AttributeValue::Bs(a)), AttributeValue::Bs(b)) => AttributeValue::Bs(join(a, b)),
        _ => return Err(wrong_type()),
    })
}

/// A set without the members of another; `None` when none is left, for a set cannot be empty.
fn subtract(set: &AttributeValue, value: &AttributeValue) -> Result<Option<AttributeValue>> {
    fn rest<T: PartialEq + Clone>(a: &[T], b: &[T]) -> Vec<T> {
        a.iter().filter(|member| !b.contains(member)).cloned().collect()
    }
    let (rest, left) = match (set, value) {
        (AttributeValue::Ss(a), AttributeValue::Ss(b)) => {
            let rest = rest(a, b);
            (rest.len(), AttributeValue::Ss(rest))
        }
        (AttributeValue::Ns(a), AttributeValue::Ns(b)) => {
            let rest = rest(a, b);
            (rest.len(), AttributeValue::Ns(rest))
        }
        (AttributeValue::Bs(a), AttributeValue::Bs(b)) => {
            let rest = rest(a, b);
            (rest.len(), AttributeValue::Bs(rest))
        }
        _ => return Err(wrong_type()),
    };
    Ok((rest > 0).then_some(left))
}

/// Where a path's last step goes from.
enum Holder<'a> {
    Map(&'a mut Attributes),
    List(&'a mut Vec<AttributeValue>),
}

fn holder<'a>(item: &'a mut Attributes, path: &Path) -> Result<Holder<'a>> {
    let mut at = Holder::Map(item);
    for step in path.0.iter().take(path.0.len().saturating_sub(1)) {
        let inner = match (at, step) {
            (Holder::Map(map), Step::Name(name)) => map.get_mut(name),
            (Holder::List(list), Step::Index(index)) => list.get_mut(*index),
            _ => None,
        };
        at = match inner {
            Some(AttributeValue::M(map)) => Holder::Map(map),
            Some(AttributeValue::L(list)) => Holder::List(list),
            _ => return Err(no_such_path()),
        };
    }
    Ok(at)
}

fn put(item: &mut Attributes, path: &Path, value: AttributeValue) -> Result<()> {
    match (holder(item, path)?, path.0.last()) {
        (Holder::Map(map), Some(Step::Name(name))) => drop(map.insert(name.clone(), value)),
        (Holder::List(list), Some(Step::Index(index))) => match list.get_mut(*index) {
            Some(place) => *place = value,
            // Behind the end is the end, however far behind.
            None => list.push(value),
        },
        _ => return Err(no_such_path()),
    }
    Ok(())
}

fn remove(item: &mut Attributes, path: &Path) -> Result<()> {
    match (holder(item, path)?, path.0.last()) {
        (Holder::Map(map), Some(Step::Name(name))) => drop(map.shift_remove(name)),
        (Holder::List(list), Some(Step::Index(index))) => {
            if *index < list.len() {
                list.remove(*index);
            }
        }
        _ => return Err(no_such_path()),
    }
    Ok(())
}
