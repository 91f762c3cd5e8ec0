//! What a condition means, and whether it holds for an item.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html>

use super::Path;
use crate::item::{Coded, Item, Literal, View};
use crate::number::Number;
use std::cmp::Ordering;

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// Both hold.
    And(Box<Condition>, Box<Condition>),
    /// One holds.
    Or(Box<Condition>, Box<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// `a < b`
    Compare(Operand, Comparator, Operand),
    /// `a BETWEEN b AND c`
    Between(Operand, Operand, Operand),
    /// `a IN (b, c)`
    In(Operand, Vec<Operand>),
    /// `attribute_exists(a)`
    Exists(Path),
    /// `attribute_not_exists(a)`
    Missing(Path),
    /// `attribute_type(a, t)`
    Type(Path, String),
    /// `begins_with(a, b)`
    BeginsWith(Operand, Operand),
    /// `contains(a, b)`
    Contains(Operand, Operand),
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparator {
    /// `=`
    Equal,
    /// `<>`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

/// What a condition compares.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// A part of the item.
    Path(Path),
    /// A value of the request.
    Value(Literal),
    /// `size(a)`
    Size(Box<Operand>),
}

impl Comparator {
    /// As it is written.
    pub fn sign(self) -> &'static str {
        match self {
            Comparator::Equal => "=",
            Comparator::Unequal => "<>",
            Comparator::Less => "<",
            Comparator::AtMost => "<=",
            Comparator::Greater => ">",
            Comparator::AtLeast => ">=",
        }
    }

    fn allows(self, order: Ordering) -> bool {
        match self {
            Comparator::Equal => order == Ordering::Equal,
            Comparator::Unequal => order != Ordering::Equal,
            Comparator::Less => order == Ordering::Less,
            Comparator::AtMost => order != Ordering::Greater,
            Comparator::Greater => order == Ordering::Greater,
            Comparator::AtLeast => order != Ordering::Less,
        }
    }
}

/// A value that was looked up.
enum Found<'a> {
    Value(Coded<'a>),
    Size(Number),
}

impl Operand {
    fn of<'a>(&'a self, item: &'a Item) -> Option<Found<'a>> {
        match self {
            Operand::Path(path) => path.of(item).map(Found::Value),
            Operand::Value(literal) => Some(Found::Value(literal.coded())),
            Operand::Size(inner) => match inner.of(item)? {
                Found::Value(value) => measure(value).map(|size| Found::Size(Number::whole(size as u64))),
                Found::Size(_) => None,
            },
        }
    }
}

/// What `size` gives: `None` for a number, boolean or null.
fn measure(value: Coded<'_>) -> Option<usize> {
    match value.view() {
        View::S(text) => Some(text.chars().count()),
        View::B(bytes) => Some(bytes.len()),
        View::Ss(set) | View::Ns(set) => Some(set.len()),
        View::Bs(set) => Some(set.len()),
        View::M(entries) => Some(entries.count()),
        View::L(list) => Some(list.len()),
        View::Null | View::Bool(_) | View::N(_) => None,
    }
}

/// The order of two strings, numbers or binaries; `None` for values that have none.
pub fn order(a: Coded<'_>, b: Coded<'_>) -> Option<Ordering> {
    match (a.view(), b.view()) {
        (View::S(a), View::S(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
        (View::N(a), View::N(b)) => Some(Number::stored(a).cmp(&Number::stored(b))),
        (View::B(a), View::B(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

impl Found<'_> {
    fn order(&self, other: &Found<'_>) -> Option<Ordering> {
        let number = |found: &Found<'_>| match found {
            Found::Size(number) => Some(*number),
            Found::Value(value) => match value.view() {
                View::N(text) => Some(Number::stored(text)),
                _ => None,
            },
        };
        match (self, other) {
            (Found::Value(a), Found::Value(b)) => order(*a, *b),
            (a, b) => Some(number(a)?.cmp(&number(b)?)),
        }
    }

    fn same(&self, other: &Found<'_>) -> bool {
        match (self, other) {
            (Found::Value(a), Found::Value(b)) => a.same(*b),
            (a, b) => a.order(b) == Some(Ordering::Equal),
        }
    }
}

impl Condition {
    /// Whether it holds for an item. What is not there compares as unequal to everything, and as nothing else.
    pub fn holds(&self, item: &Item) -> bool {
        match self {
            Condition::And(a, b) => a.holds(item) && b.holds(item),
            Condition::Or(a, b) => a.holds(item) || b.holds(item),
            Condition::Not(inner) => !inner.holds(item),
            Condition::Compare(a, how, b) => compare(a, *how, b, item),
            Condition::Between(a, low, high) => {
                compare(a, Comparator::AtLeast, low, item) && compare(a, Comparator::AtMost, high, item)
            }
            Condition::In(a, list) => list.iter().any(|b| compare(a, Comparator::Equal, b, item)),
            Condition::Exists(path) => path.of(item).is_some(),
            Condition::Missing(path) => path.of(item).is_none(),
            Condition::Type(path, kind) => path.of(item).is_some_and(|value| value.kind() == kind),
            Condition::BeginsWith(a, b) => match values(a, b, item) {
                Some((View::S(a), View::S(b))) => a.starts_with(b),
                Some((View::B(a), View::B(b))) => a.starts_with(b),
                _ => false,
            },
            Condition::Contains(a, b) => contains(a, b, item),
        }
    }

    /// The attributes that it looks at, as often as it does.
    pub fn attributes<'c>(&'c self, seen: &mut dyn FnMut(&'c str)) {
        let mut operand = |operand: &'c Operand| operand_attribute(operand, seen);
        match self {
            Condition::And(a, b) | Condition::Or(a, b) => {
                a.attributes(seen);
                b.attributes(seen);
            }
            Condition::Not(inner) => inner.attributes(seen),
            Condition::Compare(a, _, b) | Condition::BeginsWith(a, b) | Condition::Contains(a, b) => {
                operand(a);
                operand(b);
            }
            Condition::Between(a, b, c) => [a, b, c].into_iter().for_each(operand),
            Condition::In(a, list) => std::iter::once(a).chain(list).for_each(operand),
            Condition::Exists(path) | Condition::Missing(path) | Condition::Type(path, _) => seen(path.first()),
        }
    }
}

fn operand_attribute<'c>(operand: &'c Operand, seen: &mut dyn FnMut(&'c str)) {
    match operand {
        Operand::Path(path) => seen(path.first()),
        Operand::Value(_) => {}
        Operand::Size(inner) => operand_attribute(inner, seen),
    }
}

fn compare(a: &Operand, how: Comparator, b: &Operand, item: &Item) -> bool {
    let (Some(a), Some(b)) = (a.of(item), b.of(item)) else { return how == Comparator::Unequal };
    match how {
        Comparator::Equal => a.same(&b),
        Comparator::Unequal => !a.same(&b),
        how => a.order(&b).is_some_and(|order| how.allows(order)),
    }
}

fn values<'a>(a: &'a Operand, b: &'a Operand, item: &'a Item) -> Option<(View<'a>, View<'a>)> {
    match (a.of(item)?, b.of(item)?) {
        (Found::Value(a), Found::Value(b)) => Some((a.view(), b.view())),
        _ => None,
    }
}

fn contains(a: &Operand, b: &Operand, item: &Item) -> bool {
    let (Some(Found::Value(whole)), Some(Found::Value(part))) = (a.of(item), b.of(item)) else { return false };
    match (whole.view(), part.view()) {
        (View::S(whole), View::S(part)) => whole.contains(part),
        (View::B(whole), View::B(part)) => part.is_empty() || whole.windows(part.len()).any(|window| window == part),
        (View::Ss(set), View::S(part)) | (View::Ns(set), View::N(part)) => set.contains(&part),
        (View::Bs(set), View::B(part)) => set.contains(&part),
        (View::L(list), _) => list.iter().any(|element| element.same(part)),
        _ => false,
    }
}
