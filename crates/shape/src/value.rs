use crate::{Node, Peek, Slot};
use bytes::Bytes;
use clock::Timestamp;
use indexmap::IndexMap;

/// A modelled document as a tree: for calls chosen at run time, for templates and the console, and for members that
/// the model calls documents. Ordinary requests never become one.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Value {
    /// Nothing, or a document's null.
    #[default]
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer of any width.
    Int(i64),
    /// A float or double.
    Float(f64),
    /// A string.
    Str(String),
    /// Bytes.
    Blob(Bytes),
    /// A moment.
    Time(Timestamp),
    /// A list.
    List(Vec<Value>),
    /// A map, structure or union; members that are absent are not there.
    Map(IndexMap<String, Value>),
}

impl Value {
    /// The member or entry under `key`; `None` where there is none or this is no map.
    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Value::Map(map) => map.get(key),
            _ => None,
        }
    }

    /// The text, if this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if this is an integer.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// The truth, if this is a boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    /// The nodes, if this is a list.
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    /// The entries, if this is a map.
    pub fn as_map(&self) -> Option<&IndexMap<String, Value>> {
        match self {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// A map of these members, without those that are null.
    pub fn map<K: Into<String>>(members: impl IntoIterator<Item = (K, Value)>) -> Value {
        let set = members.into_iter().filter(|(_, value)| !value.is_null());
        Value::Map(set.map(|(name, value)| (name.into(), value)).collect())
    }

    /// Whether this is [`Value::Null`].
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// A copy of any node as a tree.
    pub fn of(node: Peek<'_>) -> Value {
        match node {
            Peek::Absent => Value::Null,
            Peek::Bool(v) => Value::Bool(v),
            Peek::Int(v) => Value::Int(v),
            Peek::Float(v) => Value::Float(v),
            Peek::Str(v) => Value::Str(v.to_owned()),
            Peek::Blob(v) => Value::Blob(Bytes::copy_from_slice(v)),
            Peek::Time(v) => Value::Time(v),
            Peek::List(list) => {
                Value::List((0..list.len()).filter_map(|i| list.at(i)).map(|n| Value::of(n.peek())).collect())
            }
            Peek::Map(map) => Value::Map(
                (0..map.len()).filter_map(|i| map.at(i)).map(|(k, n)| (k.to_owned(), Value::of(n.peek()))).collect(),
            ),
            Peek::Struct(s) => {
                let members = s.members().iter().enumerate();
                let set = members.filter_map(|(i, name)| match s.member(i)?.peek() {
                    Peek::Absent => None,
                    peek => Some(((*name).to_owned(), Value::of(peek))),
                });
                Value::Map(set.collect())
            }
            Peek::Encoded(node) => crate::told::tree(node),
        }
    }
}

impl Node for Value {
    fn peek(&self) -> Peek<'_> {
        match self {
            Value::Null => Peek::Absent,
            Value::Bool(v) => Peek::Bool(*v),
            Value::Int(v) => Peek::Int(*v),
            Value::Float(v) => Peek::Float(*v),
            Value::Str(v) => Peek::Str(v),
            Value::Blob(v) => Peek::Blob(v),
            Value::Time(v) => Peek::Time(*v),
            Value::List(v) => Peek::List(v),
            Value::Map(v) => Peek::Map(v),
        }
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Value(self)
    }
}

macro_rules! from {
    ($($type:ty => $kind:ident),* $(,)?) => {
        $(impl From<$type> for Value {
            fn from(v: $type) -> Value {
                Value::$kind(v.into())
            }
        })*
    };
}

from!(bool => Bool, i64 => Int, i32 => Int, u32 => Int, f64 => Float, &str => Str, String => Str, Bytes => Blob,
    &String => Str, Timestamp => Time, Vec<Value> => List, IndexMap<String, Value> => Map);

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(v: Option<T>) -> Value {
        v.map_or(Value::Null, Into::into)
    }
}

/// A value whose form is not that of the node it was to fill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit(String);

impl Misfit {
    pub(crate) fn of(what: &str) -> Misfit {
        Misfit(what.to_owned())
    }

    pub(crate) fn within(self, name: &str) -> Misfit {
        Misfit(format!("{name}.{}", self.0))
    }
}

impl std::fmt::Display for Misfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a value does not fit {}", self.0)
    }
}

impl std::error::Error for Misfit {}

/// Fills any node from a tree, members by their names. Unknown members are a misfit: a caller that names one is wrong.
pub fn fill(node: &mut dyn Node, value: &Value) -> Result<(), Misfit> {
    match (node.slot(), value) {
        (Slot::Value(slot), value) => *slot = value.clone(),
        (Slot::Bool(slot), Value::Bool(v)) => *slot = *v,
        (Slot::Int(slot), Value::Int(v)) => *slot = *v,
        (Slot::Float(slot), Value::Float(v)) => *slot = *v,
        (Slot::Float(slot), Value::Int(v)) => *slot = *v as f64,
        (Slot::Str(slot), Value::Str(v)) => slot.clone_from(v),
        (Slot::Blob(slot), Value::Blob(v)) => *slot = v.clone(),
        (Slot::Time(slot), Value::Time(v)) => *slot = *v,
        (Slot::List(slot), Value::List(list)) => {
            for value in list {
                fill(slot.push(), value)?;
            }
        }
        (Slot::Map(slot), Value::Map(map)) => {
            for (key, value) in map {
                fill(slot.entry(key.clone()), value)?;
            }
        }
        (Slot::Struct(slot), Value::Map(map)) => {
            for (name, value) in map.iter().filter(|(_, value)| !value.is_null()) {
                let at = slot.members().iter().position(|member| member == name);
                let member = at.and_then(|at| slot.member_mut(at)).ok_or_else(|| Misfit(name.clone()))?;
                fill(member, value).map_err(|Misfit(path)| Misfit(format!("{name}.{path}")))?;
            }
        }
        (Slot::Struct(slot), _) => return Err(Misfit(slot.name().to_owned())),
        _ => return Err(Misfit("its member".to_owned())),
    }
    Ok(())
}
