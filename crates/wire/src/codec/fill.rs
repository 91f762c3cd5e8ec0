//! Filling slots: the same words for a generated structure and for a tree.

use super::fault::Bad;
use shape::{Bytes, IndexMap, List, Map, Node, Slot, Struct, Timestamp, Value};

/// The generated type and the model disagree: the generator's fault, not the client's.
fn unlike() -> Bad {
    Bad::new("The member cannot be read as its modelled type")
}

macro_rules! setter {
    ($name:ident, $type:ty, $kind:ident) => {
        pub(super) fn $name(node: &mut dyn Node, value: $type) -> Result<(), Bad> {
            match node.slot() {
                Slot::$kind(slot) => *slot = value,
                Slot::Value(slot) => *slot = Value::$kind(value),
                _ => return Err(unlike()),
            }
            Ok(())
        }
    };
}

setter!(set_bool, bool, Bool);
setter!(set_int, i64, Int);
setter!(set_float, f64, Float);
setter!(set_str, String, Str);
setter!(set_blob, Bytes, Blob);
setter!(set_time, Timestamp, Time);

pub(super) fn set_document(node: &mut dyn Node, value: Value) -> Result<(), Bad> {
    match node.slot() {
        Slot::Value(slot) => *slot = value,
        _ => return Err(unlike()),
    }
    Ok(())
}

/// The members of a structure that is being filled.
pub(super) enum Members<'a> {
    Fields(&'a mut dyn Struct),
    Tree(&'a mut IndexMap<String, Value>),
}

impl<'a> Members<'a> {
    pub(super) fn open(node: &'a mut dyn Node) -> Result<Members<'a>, Bad> {
        match node.slot() {
            Slot::Struct(fields) => Ok(Members::Fields(fields)),
            Slot::Value(value) => {
                if !matches!(value, Value::Map(_)) {
                    *value = Value::Map(IndexMap::new());
                }
                match value {
                    Value::Map(tree) => Ok(Members::Tree(tree)),
                    _ => Err(unlike()),
                }
            }
            _ => Err(unlike()),
        }
    }

    /// The member at `index` of the model, called `name`; `None` where the generated structure leaves it out.
    pub(super) fn at(&mut self, index: usize, name: &str) -> Option<&mut dyn Node> {
        match self {
            Members::Fields(fields) => fields.member_mut(index),
            Members::Tree(tree) => Some(tree.entry(name.to_owned()).or_default()),
        }
    }
}

pub(super) fn open_list(node: &mut dyn Node) -> Result<&mut dyn List, Bad> {
    match node.slot() {
        Slot::List(list) => Ok(list),
        Slot::Value(value) => {
            if !matches!(value, Value::List(_)) {
                *value = Value::List(Vec::new());
            }
            match value {
                Value::List(list) => Ok(list),
                _ => Err(unlike()),
            }
        }
        _ => Err(unlike()),
    }
}

pub(super) fn open_map(node: &mut dyn Node) -> Result<&mut dyn Map, Bad> {
    match node.slot() {
        Slot::Map(map) => Ok(map),
        Slot::Value(value) => {
            if !matches!(value, Value::Map(_)) {
                *value = Value::Map(IndexMap::new());
            }
            match value {
                Value::Map(map) => Ok(map),
                _ => Err(unlike()),
            }
        }
        _ => Err(unlike()),
    }
}

/// Which members were already seen, so that a second one is refused rather than mixed with the first.
#[derive(Default)]
pub(super) struct Seen([u64; 8]);

impl Seen {
    /// Notes a member. Beyond the 512th, where no structure of AWS's reaches, nothing is noted.
    pub(super) fn note(&mut self, index: usize) -> Result<(), Bad> {
        let Some(word) = self.0.get_mut(index / 64) else { return Ok(()) };
        let bit = 1 << (index % 64);
        if *word & bit != 0 {
            return Err(Bad::new("Duplicate member found where not expected"));
        }
        *word |= bit;
        Ok(())
    }
}
