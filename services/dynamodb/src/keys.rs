//! Keys of items: what they must be, and the bytes by which items lie in order.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-partition-sort-keys>

use crate::errors;
use crate::item::{Coded, Item, View};
use crate::number::Number;
use crate::state::{Index, KeyPart, Layout};
use crate::value::{AttributeValue, Attributes};
use service::{Edge, KeyBuf, Result};

const LONGEST_HASH: usize = 2048;
const LONGEST_RANGE: usize = 1024;

/// By how many bits a partition key's hash is told.
const HASH_BITS: u32 = 24;

/// The key attributes of a table or index.
#[derive(Debug, Clone, PartialEq)]
pub struct KeySchema {
    /// The partition key.
    pub hash: KeyPart,
    /// The sort key.
    pub range: Option<KeyPart>,
}

impl KeySchema {
    /// Of a table.
    pub fn of_table(layout: &Layout) -> KeySchema {
        KeySchema { hash: layout.hash.clone(), range: layout.range.clone() }
    }

    /// Of an index.
    pub fn of_index(index: &Index) -> KeySchema {
        KeySchema { hash: index.hash.clone(), range: index.range.clone() }
    }

    /// The names of its attributes.
    pub fn names(&self) -> Vec<&str> {
        std::iter::once(&self.hash).chain(&self.range).map(|part| part.name.as_str()).collect()
    }
}

/// The bytes of an item's key attributes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Parts {
    /// Of the partition key.
    pub hash: Vec<u8>,
    /// Of the sort key.
    pub range: Option<Vec<u8>>,
}

/// Bytes that sort as the values of a key attribute do.
pub fn bytes(value: Coded<'_>) -> Vec<u8> {
    match value.view() {
        View::S(text) => text.as_bytes().to_vec(),
        View::N(text) => Number::stored(text).ordered(),
        View::B(bytes) => bytes.to_vec(),
        _ => Vec::new(),
    }
}

/// Bytes that sort as the values of a key attribute do.
pub fn value_bytes(value: &AttributeValue) -> Vec<u8> {
    match value {
        AttributeValue::S(text) => text.as_bytes().to_vec(),
        AttributeValue::N(text) => Number::stored(text).ordered(),
        AttributeValue::B(bytes) => bytes.to_vec(),
        _ => Vec::new(),
    }
}

/// Checks the key of a request, which holds the key attributes and nothing else, and gives its bytes.
pub fn check_key(layout: &Layout, key: &mut Attributes) -> Result<Parts> {
    crate::value::check(key)?;
    let parts: Vec<&KeyPart> = std::iter::once(&layout.hash).chain(&layout.range).collect();
    let fits = |part: &&KeyPart| key.get(&part.name).is_some_and(|value| value.kind() == part.kind);
    if key.len() != parts.len() || !parts.iter().all(fits) {
        return Err(errors::key_mismatch());
    }
    parts_of(layout, key)
}

/// Checks the key attributes of an item that is put, and gives their bytes.
pub fn check_item(layout: &Layout, item: &Attributes) -> Result<Parts> {
    for part in std::iter::once(&layout.hash).chain(&layout.range) {
        let KeyPart { name, kind } = part;
        match item.get(name) {
            None => return Err(errors::invalid(format!("Missing the key {name} in the item"))),
            Some(value) if value.kind() != kind => {
                let actual = value.kind();
                return Err(errors::invalid(format!("Type mismatch for key {name} expected: {kind} actual: {actual}")));
            }
            Some(_) => {}
        }
    }
    parts_of(layout, item)
}

fn parts_of(layout: &Layout, item: &Attributes) -> Result<Parts> {
    let part = |key: &KeyPart| -> Result<Vec<u8>> {
        let value = item.get(&key.name).ok_or_else(errors::key_mismatch)?;
        match empty(value) {
            Some(kind) => Err(errors::empty_key(kind, &key.name)),
            None => Ok(value_bytes(value)),
        }
    };
    let hash = part(&layout.hash)?;
    let range = layout.range.as_ref().map(part).transpose()?;
    let length = |key: &KeyPart| item.get(&key.name).map_or(0, AttributeValue::size);
    if length(&layout.hash) > LONGEST_HASH {
        return Err(errors::hash_key_too_long());
    }
    if layout.range.as_ref().is_some_and(|key| length(key) > LONGEST_RANGE) {
        return Err(errors::range_key_too_long());
    }
    Ok(Parts { hash, range })
}

fn empty(value: &AttributeValue) -> Option<&'static str> {
    match value {
        AttributeValue::S(text) if text.is_empty() => Some("string"),
        AttributeValue::B(bytes) if bytes.is_empty() => Some("binary"),
        _ => None,
    }
}

/// Checks the attributes of an item that are keys of indexes. One that lacks such an attribute is not in that index.
pub fn check_index_keys(layout: &Layout, item: &Attributes) -> Result<()> {
    for index in &layout.indexes {
        for (part, longest) in [(Some(&index.hash), LONGEST_HASH), (index.range.as_ref(), LONGEST_RANGE)] {
            let Some((part, value)) = part.and_then(|part| Some((part, item.get(&part.name)?))) else { continue };
            let KeyPart { name, kind } = part;
            let index = &index.name;
            if value.kind() != kind {
                let actual = value.kind();
                return Err(errors::invalid(format!(
                    "Type mismatch for Index Key {name} Expected: {kind} Actual: {actual} IndexName: {index}"
                )));
            }
            if let Some(kind) = empty(value) {
                return Err(errors::empty_index_key(kind, index, name));
            }
            if value.size() > longest {
                let error =
                    if longest == LONGEST_HASH { errors::hash_key_too_long() } else { errors::range_key_too_long() };
                return Err(error);
            }
        }
    }
    Ok(())
}

/// The bytes of a stored item's key attributes.
pub fn stored_parts(layout: &Layout, item: &Item) -> Option<Parts> {
    let part = |key: &KeyPart| item.get(&key.name).map(bytes);
    let range = match &layout.range {
        Some(key) => Some(part(key)?),
        None => None,
    };
    Some(Parts { hash: part(&layout.hash)?, range })
}

/// Where an item of a table lies.
pub fn item(space: i64, parts: &Parts) -> KeyBuf {
    let mut key = partition(space, &parts.hash);
    if let Some(range) = &parts.range {
        key.bytes(range);
    }
    key
}

/// Where an item lies in an index: by the index's key, and then by its own. `None` if it is not in the index.
pub fn index(layout: &Layout, index: &Index, item: &Item) -> Option<KeyBuf> {
    let mut key = partition(index.space, &bytes(item.get(&index.hash.name)?));
    if let Some(range) = &index.range {
        key.bytes(&bytes(item.get(&range.name)?));
    }
    let own = stored_parts(layout, item)?;
    key.bytes(&own.hash);
    if let Some(range) = &own.range {
        key.bytes(range);
    }
    Some(key)
}

/// The beginning of the keys of one partition.
pub fn partition(space: i64, hash: &[u8]) -> KeyBuf {
    let mut key = KeyBuf::default();
    key.number(place(space, scatter(hash)));
    key.bytes(hash);
    key
}

fn place(space: i64, hash: u64) -> u64 {
    (space.cast_unsigned() << HASH_BITS) | (hash & ((1 << HASH_BITS) - 1))
}

/// FNV-1a, stirred: it only has to scatter.
fn scatter(bytes: &[u8]) -> u64 {
    let stir = |h: u64| (h ^ (h >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x100_0000_01b3));
    stir(stir(hash)) >> (64 - HASH_BITS)
}

/// The edges of a segment of a space: one of `total` spans of the hash.
pub fn segment(space: i64, segment: u64, total: u64) -> (Edge, Edge) {
    let all = 1_u64 << HASH_BITS;
    let total = total.max(1);
    let edge = |segment: u64| {
        let mut key = KeyBuf::default();
        let from = segment.min(total) * all / total;
        key.number((space.cast_unsigned() << HASH_BITS) + from);
        Edge::Before(key)
    };
    (edge(segment), edge(segment + 1))
}

/// The beginning of the keys of all items of a space.
pub fn space(space: i64) -> KeyBuf {
    let hash_bytes = (HASH_BITS / 8) as usize;
    let place = (space.cast_unsigned() << HASH_BITS).to_be_bytes();
    let mut key = KeyBuf::default();
    key.raw(place.get(..place.len() - hash_bytes).unwrap_or_default());
    key
}

/// Which segment a key lies in.
pub fn segment_of(key: &KeyBuf, total: u64) -> u64 {
    let place = key.as_bytes().first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes));
    let hash = place & ((1 << HASH_BITS) - 1);
    // The last segment whose beginning is not behind it.
    let all = 1_u64 << HASH_BITS;
    let total = total.max(1);
    let mut segment = hash * total / all;
    while (segment + 1) * all / total <= hash {
        segment += 1;
    }
    segment
}

/// An item with its key attributes alone, and those of an index.
pub fn of_item(layout: &Layout, index: Option<&Index>, item: &Item) -> Attributes {
    let own = std::iter::once(&layout.hash).chain(&layout.range);
    let of_index = index.map(|index| std::iter::once(&index.hash).chain(&index.range)).into_iter().flatten();
    let mut key = Attributes::new();
    for part in own.chain(of_index) {
        if let Some(value) = item.get(&part.name) {
            key.insert(part.name.clone(), value.tree());
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_lies_in_the_segment_that_it_is_said_to() {
        for total in [1, 2, 3, 7, 16, 1_000_000] {
            for n in 0..200_u64 {
                let key = partition(5, n.to_string().as_bytes());
                let (from, to) = segment(5, segment_of(&key, total), total);
                let (Edge::Before(from), Edge::Before(to)) = (from, to) else { panic!() };
                assert!(from.as_bytes() <= key.as_bytes() && key.as_bytes() < to.as_bytes(), "{n} of {total}");
            }
        }
    }

    #[test]
    fn partitions_are_scattered() {
        let in_first = (0..1000_u64).filter(|n| segment_of(&partition(1, n.to_string().as_bytes()), 4) == 0).count();
        assert!((150..350).contains(&in_first), "{in_first} of 1000 lie in the first quarter");
    }
}
