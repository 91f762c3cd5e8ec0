//! An attribute's value as a request has it.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html>

use crate::errors;
use crate::number::Number;
use service::shape::{Node, Peek, Slot, Struct};
use service::{Bytes, IndexMap, Result};
use std::any::Any;
use std::collections::BTreeSet;
use std::fmt;

/// The attributes of an item or a key, or the entries of a map, by name.
pub type Attributes = IndexMap<String, AttributeValue>;

/// How deep lists and maps may nest.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
const DEEPEST: usize = 32;

/// A value. It is filled as the structure that it is on the wire, whose one member makes it what it is.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum AttributeValue {
    /// No member was given. Nothing that passed [`AttributeValue::check`] is or holds one.
    #[default]
    Unset,
    /// Several members were given; the last of them. As [`AttributeValue::Unset`], it never passes.
    Several(Box<AttributeValue>),
    /// A string.
    S(String),
    /// A number; in its shortest form once it was checked.
    N(String),
    /// Bytes.
    B(Bytes),
    /// A set of strings.
    Ss(Vec<String>),
    /// A set of numbers.
    Ns(Vec<String>),
    /// A set of bytes.
    Bs(Vec<Bytes>),
    /// A map.
    M(Attributes),
    /// A list.
    L(Vec<AttributeValue>),
    /// Null: `true`, once it was checked.
    Null(bool),
    /// A boolean.
    Bool(bool),
}

/// The members in the model's order.
const MEMBERS: [&str; 10] = ["S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL"];

impl AttributeValue {
    /// The name of its type: `S`, `NS`, `NULL`.
    pub fn kind(&self) -> &'static str {
        match self {
            AttributeValue::Unset | AttributeValue::Several(_) => "",
            AttributeValue::S(_) => "S",
            AttributeValue::N(_) => "N",
            AttributeValue::B(_) => "B",
            AttributeValue::Ss(_) => "SS",
            AttributeValue::Ns(_) => "NS",
            AttributeValue::Bs(_) => "BS",
            AttributeValue::M(_) => "M",
            AttributeValue::L(_) => "L",
            AttributeValue::Null(_) => "NULL",
            AttributeValue::Bool(_) => "BOOL",
        }
    }

    /// A number as a value.
    pub fn number(number: Number) -> AttributeValue {
        AttributeValue::N(number.to_string())
    }

    /// Checks all that holds for any value, and brings numbers into their shortest form.
    pub fn check(&mut self) -> Result<()> {
        self.check_at(1)
    }

    fn check_at(&mut self, depth: usize) -> Result<()> {
        match self {
            AttributeValue::Unset => return Err(errors::empty_value()),
            AttributeValue::Several(_) => return Err(errors::several_types()),
            AttributeValue::N(text) => *text = Number::parse(text)?.to_string(),
            AttributeValue::Ss(set) => check_set("string", set, |text| text.clone())?,
            AttributeValue::Ns(set) => {
                for text in set.iter_mut() {
                    *text = Number::parse(text)?.to_string();
                }
                check_set("number", set, |text| text.clone())?;
            }
            AttributeValue::Bs(set) => check_set("binary", set, |bytes| format!("{} bytes", bytes.len()))?,
            AttributeValue::M(_) | AttributeValue::L(_) if depth > DEEPEST => return Err(errors::too_deep()),
            AttributeValue::M(map) => map.values_mut().try_for_each(|value| value.check_at(depth + 1))?,
            AttributeValue::L(list) => list.iter_mut().try_for_each(|value| value.check_at(depth + 1))?,
            AttributeValue::Null(false) => return Err(errors::null_must_be_true()),
            AttributeValue::S(_) | AttributeValue::B(_) | AttributeValue::Null(true) | AttributeValue::Bool(_) => {}
        }
        Ok(())
    }

    /// How many bytes it counts for in an item.
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html>
    pub fn size(&self) -> usize {
        let number = |text: &String| Number::stored(text).size();
        match self {
            AttributeValue::Unset | AttributeValue::Several(_) => 0,
            AttributeValue::S(text) => text.len(),
            AttributeValue::N(text) => number(text),
            AttributeValue::B(bytes) => bytes.len(),
            AttributeValue::Ss(set) => set.iter().map(String::len).sum(),
            AttributeValue::Ns(set) => set.iter().map(number).sum(),
            AttributeValue::Bs(set) => set.iter().map(Bytes::len).sum(),
            AttributeValue::M(map) => 3 + map.len() + size(map),
            AttributeValue::L(list) => 3 + list.iter().map(|value| 1 + value.size()).sum::<usize>(),
            AttributeValue::Null(_) | AttributeValue::Bool(_) => 1,
        }
    }

    /// Whether two values are the same; sets and maps in whatever order.
    pub fn same(&self, other: &AttributeValue) -> bool {
        fn sets<T: Ord>(a: &[T], b: &[T]) -> bool {
            a.len() == b.len() && a.iter().collect::<BTreeSet<_>>() == b.iter().collect::<BTreeSet<_>>()
        }
        match (self, other) {
            (AttributeValue::Ss(a), AttributeValue::Ss(b)) | (AttributeValue::Ns(a), AttributeValue::Ns(b)) => {
                sets(a, b)
            }
            (AttributeValue::Bs(a), AttributeValue::Bs(b)) => sets(a, b),
            (AttributeValue::M(a), AttributeValue::M(b)) => same(a, b),
            (AttributeValue::L(a), AttributeValue::L(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b))
            }
            _ => self == other,
        }
    }
}

/// Whether two maps hold the same under the same names.
pub fn same(a: &Attributes, b: &Attributes) -> bool {
    a.len() == b.len() && a.iter().all(|(name, value)| b.get(name).is_some_and(|other| value.same(other)))
}

/// How many bytes attributes count for: their names and values.
pub fn size(attributes: &Attributes) -> usize {
    attributes.iter().map(|(name, value)| name.len() + value.size()).sum()
}

/// Checks each value of an item or key.
pub fn check(attributes: &mut Attributes) -> Result<()> {
    attributes.values_mut().try_for_each(AttributeValue::check)
}

fn check_set<T: Ord + Clone>(kind: &str, set: &[T], show: impl Fn(&T) -> String) -> Result<()> {
    if set.is_empty() {
        return Err(errors::empty_set(kind));
    }
    if set.iter().collect::<BTreeSet<_>>().len() < set.len() {
        let all: Vec<String> = set.iter().map(show).collect();
        return Err(errors::duplicates(&all.join(", ")));
    }
    Ok(())
}

impl Node for AttributeValue {
    fn peek(&self) -> Peek<'_> {
        Peek::Struct(self)
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Struct(self)
    }
}

impl Struct for AttributeValue {
    fn name(&self) -> &'static str {
        "AttributeValue"
    }

    fn members(&self) -> &'static [&'static str] {
        &MEMBERS
    }

    fn member(&self, index: usize) -> Option<&dyn Node> {
        if let AttributeValue::Several(last) = self {
            return last.member(index);
        }
        if MEMBERS.get(index) != Some(&self.kind()) {
            return None;
        }
        Some(match self {
            AttributeValue::Unset | AttributeValue::Several(_) => return None,
            AttributeValue::S(text) | AttributeValue::N(text) => text,
            AttributeValue::B(bytes) => bytes,
            AttributeValue::Ss(set) | AttributeValue::Ns(set) => set,
            AttributeValue::Bs(set) => set,
            AttributeValue::M(map) => map,
            AttributeValue::L(list) => list,
            AttributeValue::Null(truth) | AttributeValue::Bool(truth) => truth,
        })
    }

    fn member_mut(&mut self, index: usize) -> Option<&mut dyn Node> {
        let empty = match *MEMBERS.get(index)? {
            "S" => AttributeValue::S(String::new()),
            "N" => AttributeValue::N(String::new()),
            "B" => AttributeValue::B(Bytes::new()),
            "SS" => AttributeValue::Ss(Vec::new()),
            "NS" => AttributeValue::Ns(Vec::new()),
            "BS" => AttributeValue::Bs(Vec::new()),
            "M" => AttributeValue::M(Attributes::new()),
            "L" => AttributeValue::L(Vec::new()),
            "NULL" => AttributeValue::Null(false),
            _ => AttributeValue::Bool(false),
        };
        *self = match self {
            AttributeValue::Unset => empty,
            _ => AttributeValue::Several(Box::new(empty)),
        };
        let value = match self {
            AttributeValue::Several(last) => &mut **last,
            value => value,
        };
        match value {
            AttributeValue::Unset | AttributeValue::Several(_) => None,
            AttributeValue::S(text) | AttributeValue::N(text) => Some(text),
            AttributeValue::B(bytes) => Some(bytes),
            AttributeValue::Ss(set) | AttributeValue::Ns(set) => Some(set),
            AttributeValue::Bs(set) => Some(set),
            AttributeValue::M(map) => Some(map),
            AttributeValue::L(list) => Some(list),
            AttributeValue::Null(truth) | AttributeValue::Bool(truth) => Some(truth),
        }
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// As AWS shows a value in its errors: `{S:b}`.
impl fmt::Display for AttributeValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AttributeValue::S(text) => write!(f, "{{S:{text}}}"),
            AttributeValue::N(text) => write!(f, "{{N:{text}}}"),
            AttributeValue::B(bytes) => {
                write!(f, "{{B:java.nio.HeapByteBuffer[pos=0 lim={0} cap={0}]}}", bytes.len())
            }
            AttributeValue::Bool(truth) => write!(f, "{{BOOL:{truth}}}"),
            AttributeValue::Null(truth) => write!(f, "{{NULL:{truth}}}"),
            other => write!(f, "{{{}:...}}", other.kind()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use service::Value;
    use service::shape::fill;

    fn read(value: &[(&str, Value)]) -> AttributeValue {
        let map = value.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let mut read = AttributeValue::default();
        fill(&mut read, &Value::Map(map)).unwrap();
        read
    }

    #[test]
    fn the_one_member_makes_the_value() {
        assert_eq!(read(&[("N", "1".into())]), AttributeValue::N("1".into()));
        assert_eq!(read(&[("NULL", true.into())]), AttributeValue::Null(true));
        let nested = read(&[("L", Value::List(vec![Value::Map([("S".to_owned(), "x".into())].into())]))]);
        assert_eq!(nested, AttributeValue::L(vec![AttributeValue::S("x".into())]));
        assert_eq!(Value::of(nested.peek()).get("L").unwrap().as_list().unwrap().len(), 1);
    }

    #[test]
    fn values_are_checked() {
        let check = |mut value: AttributeValue, expect: &str| {
            let found = value.check().map_err(|e| e.message().to_owned());
            assert_eq!(found.err().unwrap_or_default(), expect, "{value:?}");
        };
        check(read(&[]), "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
        check(
            read(&[("S", "a".into()), ("N", "1".into())]),
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
        );
        check(
            AttributeValue::Ss(vec!["a".into(), "a".into()]),
            "One or more parameter values were invalid: Input collection [a, a] contains duplicates.",
        );
        check(
            AttributeValue::Ns(vec!["1".into(), "1.0".into()]),
            "One or more parameter values were invalid: Input collection [1, 1] contains duplicates.",
        );
        check(AttributeValue::Ss(vec![]), "One or more parameter values were invalid: An string set  may not be empty");
        check(
            AttributeValue::Null(false),
            "One or more parameter values were invalid: Null attribute value types must have the value of true",
        );
        let nested =
            |levels: usize| (0..levels).fold(AttributeValue::L(vec![]), |inner, _| AttributeValue::L(vec![inner]));
        check(nested(31), "");
        check(nested(32), "Nesting Levels have exceeded supported limits");
    }

    #[test]
    fn sizes_are_as_aws_counts_them() {
        let item: Attributes = [
            ("id".to_owned(), AttributeValue::S("abc".into())),
            ("n".to_owned(), AttributeValue::N("123".into())),
            ("l".to_owned(), AttributeValue::L(vec![AttributeValue::Bool(true), AttributeValue::Null(true)])),
            ("m".to_owned(), AttributeValue::M([("k".to_owned(), AttributeValue::S("v".into()))].into())),
        ]
        .into();
        assert_eq!(size(&item), (2 + 3) + (1 + 3) + (1 + 3 + 2 + 2) + (1 + 3 + 1 + 2));
    }

    #[test]
    fn sets_and_maps_have_no_order() {
        let set = |texts: &[&str]| AttributeValue::Ss(texts.iter().map(|t| (*t).to_owned()).collect());
        assert!(set(&["a", "b"]).same(&set(&["b", "a"])) && !set(&["a"]).same(&set(&["b"])));
        assert!(!AttributeValue::N("1".into()).same(&AttributeValue::S("1".into())));
    }
}
