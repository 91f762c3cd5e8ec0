use super::{Encode, Reader};
use crate::codec::fault::{Bad, DecodeError};
use crate::codec::{DEEPEST, MOST_NODES};
use model::Kind;
use shape::{IndexMap, Value};
use std::borrow::Cow;

/// Bounds on a document that a client wrote.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How deep lists and objects may nest.
    pub depth: usize,
    /// How many elements and entries there may be in all.
    pub nodes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { depth: DEEPEST, nodes: MOST_NODES }
    }
}

/// Reads JSON as a document: objects become maps, numbers integers where they fit 64 bits, else floats.
///
/// A key that stands twice keeps its last value, as in most readers of JSON.
///
/// # Errors
/// `SerializationException` for what is no JSON or exceeds `limits`.
pub fn value_from_json(json: &[u8], limits: Limits) -> Result<Value, DecodeError> {
    let read = || {
        let mut reader = Reader::within(json, limits.depth, limits.nodes)?;
        let value = document(&mut reader)?;
        reader.end().map(|()| value)
    };
    read().map_err(|bad: Bad| DecodeError {
        code: Cow::Borrowed("SerializationException"),
        status: 400,
        message: bad.text(),
    })
}

/// Writes a document as JSON: blobs in base64, moments as seconds since 1970.
pub fn value_to_json(value: &Value) -> Vec<u8> {
    let mut out = Vec::with_capacity(128);
    Encode::document(&mut out, value);
    out
}

/// Reads one value whose form no model gives.
pub(super) fn document(reader: &mut Reader<'_>) -> Result<Value, Bad> {
    let mut first = true;
    Ok(match reader.peek() {
        Some(b'"') => Value::Str(reader.string()?.into_owned()),
        Some(b't') => reader.literal("true").map(|()| Value::Bool(true))?,
        Some(b'f') => reader.literal("false").map(|()| Value::Bool(false))?,
        Some(b'n') => reader.literal("null").map(|()| Value::Null)?,
        Some(b'[') => {
            reader.open(b'[')?;
            let mut list = Vec::new();
            while reader.next(b']', &mut first)? {
                list.push(document(reader)?);
            }
            Value::List(list)
        }
        Some(b'{') => {
            reader.open(b'{')?;
            let mut map = IndexMap::new();
            while reader.next(b'}', &mut first)? {
                let key = reader.key()?.into_owned();
                map.insert(key, document(reader)?);
            }
            Value::Map(map)
        }
        _ => number(reader.number()?)?,
    })
}

fn number(text: &str) -> Result<Value, Bad> {
    if let Ok(number) = text.parse() {
        return Ok(Value::Int(number));
    }
    let number: f64 = text.parse().map_err(|_| Bad::new("A number cannot be read"))?;
    if number.is_finite() { Ok(Value::Float(number)) } else { Err(out_of_range(text, Kind::Double)) }
}

pub(super) fn out_of_range(text: &str, kind: Kind) -> Bad {
    let text: String = text.chars().take(50).collect();
    Bad::new(format!("{text} can not be converted to {}", crate::codec::scalar::type_name(kind)))
}
