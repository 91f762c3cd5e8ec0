//! An item in the form in which it is stored and answered: encoded once when it is written, and told to the codec from
//! there, so that a page of items becomes no tree.
//!
//! A value is its tag and its content. Text, numbers (as text) and bytes have their length before them; what has parts
//! has the length of all of them in four bytes, so that it can be passed over, and then their count. An item is the
//! content of a map without tag and length. Nothing here is trusted to be whole: a damaged item ends early.

use crate::number::Number;
use crate::value::{AttributeValue, Attributes};
use service::Bytes;
use service::shape::{Encoded, Listener, Node, Peek, Slot};

const NULL: u8 = 0;
const FALSE: u8 = 1;
const TRUE: u8 = 2;
const S: u8 = 3;
const N: u8 = 4;
const B: u8 = 5;
const SS: u8 = 6;
const NS: u8 = 7;
const BS: u8 = 8;
const M: u8 = 9;
const L: u8 = 10;

/// An encoded item.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Item(pub Bytes);

impl Item {
    /// Encodes attributes that were checked.
    pub fn of(attributes: &Attributes) -> Item {
        let mut out = Vec::with_capacity(256);
        entries(&mut out, attributes);
        Item(out.into())
    }

    /// The attributes as a tree.
    pub fn attributes(&self) -> Attributes {
        self.entries().map(|(name, value)| (name.to_owned(), value.tree())).collect()
    }

    /// The attribute of that name.
    pub fn get(&self, name: &str) -> Option<Coded<'_>> {
        self.entries().find(|(other, _)| *other == name).map(|(_, value)| value)
    }

    /// The attributes in their order.
    pub fn entries(&self) -> Entries<'_> {
        Entries::of(&self.0)
    }

    /// The item with just the attributes that `keep` keeps.
    pub fn with(&self, mut keep: impl FnMut(&str) -> bool) -> Item {
        let kept: Vec<(&str, Coded<'_>)> = self.entries().filter(|(name, _)| keep(name)).collect();
        let mut out = Vec::with_capacity(self.0.len());
        varint(&mut out, kept.len() as u64);
        for (name, value) in kept {
            bytes(&mut out, name.as_bytes());
            out.extend_from_slice(value.0);
        }
        Item(out.into())
    }

    /// How many bytes it counts for: the sizes of its attributes' names and values.
    pub fn size(&self) -> usize {
        self.entries().map(|(name, value)| name.len() + value.size()).sum()
    }
}

impl Node for Item {
    fn peek(&self) -> Peek<'_> {
        Peek::Encoded(self)
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Blob(&mut self.0)
    }
}

impl Encoded for Item {
    fn tell(&self, to: &mut dyn Listener) {
        to.open_map();
        for (name, value) in self.entries() {
            to.key(name);
            value.tell(to);
        }
        to.close();
    }
}

/// An encoded value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coded<'a>(&'a [u8]);

/// Encoded attributes, one after the other.
#[derive(Debug, Clone)]
pub struct Entries<'a> {
    left: u64,
    rest: &'a [u8],
}

impl<'a> Entries<'a> {
    fn of(content: &'a [u8]) -> Entries<'a> {
        let mut rest = content;
        let left = take_varint(&mut rest).unwrap_or_default();
        Entries { left, rest }
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = (&'a str, Coded<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let name = std::str::from_utf8(take_bytes(&mut self.rest)?).ok()?;
        Some((name, take_value(&mut self.rest)?))
    }
}

/// What a value is, with its content.
#[derive(Debug, Clone)]
pub enum View<'a> {
    /// Null.
    Null,
    /// A boolean.
    Bool(bool),
    /// A string.
    S(&'a str),
    /// A number in its shortest form.
    N(&'a str),
    /// Bytes.
    B(&'a [u8]),
    /// A set of strings.
    Ss(Vec<&'a str>),
    /// A set of numbers.
    Ns(Vec<&'a str>),
    /// A set of bytes.
    Bs(Vec<&'a [u8]>),
    /// A map.
    M(Entries<'a>),
    /// A list.
    L(Vec<Coded<'a>>),
}

impl<'a> Coded<'a> {
    /// The name of its type.
    pub fn kind(self) -> &'static str {
        match self.0.first().copied().unwrap_or(NULL) {
            FALSE | TRUE => "BOOL",
            S => "S",
            N => "N",
            B => "B",
            SS => "SS",
            NS => "NS",
            BS => "BS",
            M => "M",
            L => "L",
            _ => "NULL",
        }
    }

    /// What it is.
    pub fn view(self) -> View<'a> {
        let (tag, mut rest) = self.0.split_first().map_or((NULL, [].as_slice()), |(tag, rest)| (*tag, rest));
        match tag {
            FALSE => View::Bool(false),
            TRUE => View::Bool(true),
            S => View::S(text(take_bytes(&mut rest))),
            N => View::N(text(take_bytes(&mut rest))),
            B => View::B(take_bytes(&mut rest).unwrap_or_default()),
            SS => View::Ss(members(rest).map(|b| text(Some(b))).collect()),
            NS => View::Ns(members(rest).map(|b| text(Some(b))).collect()),
            BS => View::Bs(members(rest).collect()),
            M => View::M(Entries::of(rest.get(4..).unwrap_or_default())),
            L => View::L(elements(rest)),
            _ => View::Null,
        }
    }

    /// The value under a key, if this is a map.
    pub fn get(self, key: &str) -> Option<Coded<'a>> {
        match self.view() {
            View::M(mut entries) => entries.find(|(name, _)| *name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The element at `index`, if this is a list.
    pub fn at(self, index: usize) -> Option<Coded<'a>> {
        match self.view() {
            View::L(list) => list.get(index).copied(),
            _ => None,
        }
    }

    /// The value as a tree.
    pub fn tree(self) -> AttributeValue {
        let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
        match self.view() {
            View::Null => AttributeValue::Null(true),
            View::Bool(truth) => AttributeValue::Bool(truth),
            View::S(text) => AttributeValue::S(text.to_owned()),
            View::N(text) => AttributeValue::N(text.to_owned()),
            View::B(bytes) => AttributeValue::B(Bytes::copy_from_slice(bytes)),
            View::Ss(set) => AttributeValue::Ss(owned(set)),
            View::Ns(set) => AttributeValue::Ns(owned(set)),
            View::Bs(set) => AttributeValue::Bs(set.into_iter().map(Bytes::copy_from_slice).collect()),
            View::M(entries) => {
                AttributeValue::M(entries.map(|(name, value)| (name.to_owned(), value.tree())).collect())
            }
            View::L(list) => AttributeValue::L(list.into_iter().map(Coded::tree).collect()),
        }
    }

    /// How many bytes it counts for in an item.
    pub fn size(self) -> usize {
        match self.view() {
            View::Null | View::Bool(_) => 1,
            View::S(text) => text.len(),
            View::N(text) => Number::stored(text).size(),
            View::B(bytes) => bytes.len(),
            View::Ss(set) => set.iter().map(|text| text.len()).sum(),
            View::Ns(set) => set.iter().map(|text| Number::stored(text).size()).sum(),
            View::Bs(set) => set.iter().map(|bytes| bytes.len()).sum(),
            View::M(entries) => 3 + entries.map(|(name, value)| 1 + name.len() + value.size()).sum::<usize>(),
            View::L(list) => 3 + list.iter().map(|value| 1 + value.size()).sum::<usize>(),
        }
    }

    /// Whether two values are the same; sets and maps in whatever order.
    pub fn same(self, other: Coded<'_>) -> bool {
        self.0 == other.0 || (self.0.first() == other.0.first() && self.tree().same(&other.tree()))
    }

    fn tell(self, to: &mut dyn Listener) {
        to.open_map();
        to.key(self.kind());
        match self.view() {
            View::Null => to.leaf(Peek::Bool(true)),
            View::Bool(truth) => to.leaf(Peek::Bool(truth)),
            View::S(text) | View::N(text) => to.leaf(Peek::Str(text)),
            View::B(bytes) => to.leaf(Peek::Blob(bytes)),
            View::Ss(set) | View::Ns(set) => {
                to.open_list();
                set.into_iter().for_each(|text| to.leaf(Peek::Str(text)));
                to.close();
            }
            View::Bs(set) => {
                to.open_list();
                set.into_iter().for_each(|bytes| to.leaf(Peek::Blob(bytes)));
                to.close();
            }
            View::M(entries) => {
                to.open_map();
                for (name, value) in entries {
                    to.key(name);
                    value.tell(to);
                }
                to.close();
            }
            View::L(list) => {
                to.open_list();
                list.into_iter().for_each(|value| value.tell(to));
                to.close();
            }
        }
        to.close();
    }
}

/// One value encoded by itself, as an expression holds what a request gave it.
#[derive(Debug, Clone, PartialEq)]
pub struct Literal(Vec<u8>);

impl Literal {
    /// Encodes a value that was checked.
    pub fn of(value: &AttributeValue) -> Literal {
        let mut out = Vec::new();
        one(&mut out, value);
        Literal(out)
    }

    /// The value.
    pub fn coded(&self) -> Coded<'_> {
        Coded(&self.0)
    }
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn bytes(out: &mut Vec<u8>, content: &[u8]) {
    varint(out, content.len() as u64);
    out.extend_from_slice(content);
}

fn entries(out: &mut Vec<u8>, attributes: &Attributes) {
    varint(out, attributes.len() as u64);
    for (name, value) in attributes {
        bytes(out, name.as_bytes());
        one(out, value);
    }
}

/// Writes what has parts: its tag, the length of all, and the parts.
fn parts(out: &mut Vec<u8>, tag: u8, write: impl FnOnce(&mut Vec<u8>)) {
    out.push(tag);
    let at = out.len();
    out.extend_from_slice(&[0; 4]);
    write(out);
    let length = u32::try_from(out.len() - at - 4).unwrap_or(u32::MAX);
    if let Some(place) = out.get_mut(at..at + 4) {
        place.copy_from_slice(&length.to_le_bytes());
    }
}

fn one(out: &mut Vec<u8>, value: &AttributeValue) {
    let mut leaf = |tag: u8, content: &[u8]| {
        out.push(tag);
        bytes(out, content);
    };
    match value {
        AttributeValue::Unset | AttributeValue::Several(_) | AttributeValue::Null(_) => out.push(NULL),
        AttributeValue::Bool(truth) => out.push(if *truth { TRUE } else { FALSE }),
        AttributeValue::S(text) => leaf(S, text.as_bytes()),
        AttributeValue::N(text) => leaf(N, text.as_bytes()),
        AttributeValue::B(content) => leaf(B, content),
        AttributeValue::Ss(set) => parts(out, SS, |out| all(out, set.iter().map(String::as_bytes))),
        AttributeValue::Ns(set) => parts(out, NS, |out| all(out, set.iter().map(String::as_bytes))),
        AttributeValue::Bs(set) => parts(out, BS, |out| all(out, set.iter().map(|b| &**b))),
        AttributeValue::M(map) => parts(out, M, |out| entries(out, map)),
        AttributeValue::L(list) => parts(out, L, |out| {
            varint(out, list.len() as u64);
            list.iter().for_each(|value| one(out, value));
        }),
    }
}

fn all<'a>(out: &mut Vec<u8>, members: impl ExactSizeIterator<Item = &'a [u8]>) {
    varint(out, members.len() as u64);
    members.for_each(|member| bytes(out, member));
}

fn take_varint(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (first, tail) = rest.split_first()?;
        *rest = tail;
        value |= u64::from(first & 0x7f) << shift;
        if *first < 0x80 {
            return Some(value);
        }
    }
    None
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (head, tail) = rest.split_at_checked(length)?;
    *rest = tail;
    Some(head)
}

fn take_bytes<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(take_varint(rest)?).ok()?;
    take(rest, length)
}

fn take_value<'a>(rest: &mut &'a [u8]) -> Option<Coded<'a>> {
    let from = *rest;
    match *take(rest, 1)?.first()? {
        NULL | FALSE | TRUE => {}
        S | N | B => drop(take_bytes(rest)?),
        _ => {
            let length = take(rest, 4)?.try_into().map(u32::from_le_bytes).ok()?;
            take(rest, usize::try_from(length).ok()?)?;
        }
    }
    from.get(..from.len() - rest.len()).map(Coded)
}

fn text(content: Option<&[u8]>) -> &str {
    content.and_then(|content| std::str::from_utf8(content).ok()).unwrap_or_default()
}

fn members(content: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = content.get(4..).unwrap_or_default();
    let count = take_varint(&mut rest).unwrap_or_default();
    (0..count).map_while(move |_| take_bytes(&mut rest))
}

fn elements(content: &[u8]) -> Vec<Coded<'_>> {
    let mut rest = content.get(4..).unwrap_or_default();
    let count = take_varint(&mut rest).unwrap_or_default();
    (0..count).map_while(|_| take_value(&mut rest)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use service::Value;

    fn value() -> impl Strategy<Value = AttributeValue> {
        let leaf = prop_oneof![
            "[a-z\"\u{0}é]{0,4}".prop_map(AttributeValue::S),
            any::<i32>().prop_map(|n| AttributeValue::N(n.to_string())),
            any::<Vec<u8>>().prop_map(|b| AttributeValue::B(b.into())),
            prop::collection::btree_set("[a-z]{1,3}", 1..3).prop_map(|s| AttributeValue::Ss(s.into_iter().collect())),
            Just(AttributeValue::Ns(vec!["1".into(), "2".into()])),
            Just(AttributeValue::Bs(vec![Bytes::from_static(b"x")])),
            any::<bool>().prop_map(AttributeValue::Bool),
            Just(AttributeValue::Null(true)),
        ];
        leaf.prop_recursive(4, 30, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(AttributeValue::L),
                prop::collection::vec(("[a-z]{1,3}", inner), 0..4)
                    .prop_map(|entries| AttributeValue::M(entries.into_iter().collect())),
            ]
        })
    }

    fn attributes() -> impl Strategy<Value = Attributes> {
        prop::collection::vec(("[a-z]{1,5}", value()), 0..5).prop_map(|entries| entries.into_iter().collect())
    }

    proptest! {
        #[test]
        fn what_is_encoded_comes_back_and_is_told_alike(attributes in attributes()) {
            let item = Item::of(&attributes);
            prop_assert_eq!(&item.attributes(), &attributes);
            prop_assert_eq!(item.size(), crate::value::size(&attributes));
            prop_assert_eq!(Value::of(item.peek()), Value::of(attributes.peek()));
            for (name, value) in &attributes {
                prop_assert!(item.get(name).unwrap().same(Literal::of(value).coded()));
            }
            prop_assert_eq!(item.with(|name| name < "m").attributes().len(), attributes.keys().filter(|k| k.as_str() < "m").count());
        }

        #[test]
        fn a_damaged_item_ends_early_and_never_panics(attributes in attributes(), cut in 0..400_usize, flip in 0..400_usize) {
            let mut bytes = Item::of(&attributes).0.to_vec();
            bytes.truncate(cut);
            if let Some(byte) = bytes.get_mut(flip) {
                *byte ^= 0x15;
            }
            let item = Item(bytes.into());
            let _ = (item.size(), Value::of(item.peek()));
        }
    }

    #[test]
    fn a_text_that_is_no_shape_of_ours_is_told_as_json_has_it() {
        let item = Item::of(&[("a".to_owned(), AttributeValue::Null(true))].into());
        let want = Value::Map([("a".to_owned(), Value::Map([("NULL".to_owned(), true.into())].into()))].into());
        assert_eq!(Value::of(item.peek()), want);
    }
}
