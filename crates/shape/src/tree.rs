//! A [`Value`] as bytes, for rows that keep a call chosen at run time: each node a kind and its content.

use crate::{PackError, Value};
use bytes::Bytes;
use clock::Timestamp;
use indexmap::IndexMap;

const DEEPEST: u32 = 64;

impl Value {
    /// The tree as bytes that [`Value::decode`] reads.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(256);
        write(&mut out, self);
        out
    }

    /// Reads what [`Value::encode`] wrote.
    pub fn decode(bytes: &[u8]) -> Result<Value, PackError> {
        let mut rest = bytes;
        let value = read(&mut rest, 0)?;
        if rest.is_empty() { Ok(value) } else { Err(PackError::of("bytes are left over")) }
    }
}

fn write(out: &mut Vec<u8>, value: &Value) {
    let mut number = |kind: u8, bytes: [u8; 8]| {
        out.push(kind);
        out.extend_from_slice(&bytes);
    };
    match value {
        Value::Null => out.push(b'n'),
        Value::Bool(false) => out.push(b'f'),
        Value::Bool(true) => out.push(b't'),
        Value::Int(v) => number(b'i', v.to_le_bytes()),
        Value::Float(v) => number(b'd', v.to_le_bytes()),
        Value::Time(v) => number(b'T', v.0.to_le_bytes()),
        Value::Str(v) => piece(out, b's', v.as_bytes()),
        Value::Blob(v) => piece(out, b'b', v),
        Value::List(list) => {
            number(b'l', (list.len() as u64).to_le_bytes());
            list.iter().for_each(|value| write(out, value));
        }
        Value::Map(map) => {
            number(b'm', (map.len() as u64).to_le_bytes());
            for (key, value) in map {
                piece(out, b's', key.as_bytes());
                write(out, value);
            }
        }
    }
}

fn piece(out: &mut Vec<u8>, kind: u8, bytes: &[u8]) {
    out.push(kind);
    out.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
    out.extend_from_slice(bytes);
}

fn read(rest: &mut &[u8], depth: u32) -> Result<Value, PackError> {
    if depth > DEEPEST {
        return Err(PackError::of("it is nested too deeply"));
    }
    let (kind, after) = rest.split_first().ok_or(PackError::of("it ends too early"))?;
    *rest = after;
    Ok(match kind {
        b'n' => Value::Null,
        b'f' => Value::Bool(false),
        b't' => Value::Bool(true),
        b'i' => Value::Int(i64::from_le_bytes(eight(rest)?)),
        b'd' => Value::Float(f64::from_le_bytes(eight(rest)?)),
        b'T' => Value::Time(Timestamp(i64::from_le_bytes(eight(rest)?))),
        b's' => Value::Str(text(rest)?),
        b'b' => Value::Blob(Bytes::copy_from_slice(bytes(rest)?)),
        b'l' => {
            Value::List((0..u64::from_le_bytes(eight(rest)?)).map(|_| read(rest, depth + 1)).collect::<Result<_, _>>()?)
        }
        b'm' => {
            let mut map = IndexMap::new();
            for _ in 0..u64::from_le_bytes(eight(rest)?) {
                let Value::Str(key) = read(rest, depth + 1)? else {
                    return Err(PackError::of("a key is no text"));
                };
                map.insert(key, read(rest, depth + 1)?);
            }
            Value::Map(map)
        }
        _ => return Err(PackError::of("it has an unknown kind")),
    })
}

fn eight(rest: &mut &[u8]) -> Result<[u8; 8], PackError> {
    let (head, after) = rest.split_first_chunk::<8>().ok_or(PackError::of("it ends too early"))?;
    *rest = after;
    Ok(*head)
}

fn bytes<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], PackError> {
    let length =
        usize::try_from(u64::from_le_bytes(eight(rest)?)).map_err(|_| PackError::of("a length is too large"))?;
    let (head, after) = rest.split_at_checked(length).ok_or(PackError::of("it ends too early"))?;
    *rest = after;
    Ok(head)
}

fn text(rest: &mut &[u8]) -> Result<String, PackError> {
    String::from_utf8(bytes(rest)?.to_vec()).map_err(|_| PackError::of("a text is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Value {
        Value::Map(IndexMap::from([
            ("Null".to_owned(), Value::Null),
            ("Truth".to_owned(), Value::List(vec![true.into(), false.into()])),
            ("Number".to_owned(), Value::Int(i64::MIN)),
            ("Half".to_owned(), Value::Float(0.5)),
            ("Text".to_owned(), "é".into()),
            ("Bytes".to_owned(), Value::Blob(Bytes::from_static(b"\0\xff"))),
            ("Moment".to_owned(), Value::Time(Timestamp(-1))),
        ]))
    }

    #[test]
    fn a_tree_reads_back_and_a_damaged_one_does_not() {
        let bytes = tree().encode();
        assert_eq!(Value::decode(&bytes), Ok(tree()));
        for cut in 0..bytes.len() {
            assert!(Value::decode(&bytes[..cut]).is_err(), "{cut}");
        }
        assert!(Value::decode(&[&bytes[..], b"n"].concat()).is_err());
        let endless = [b"l".as_slice(), &1u64.to_le_bytes()].concat().repeat(100);
        assert!(Value::decode(&endless).is_err());
        let huge = [b"s".as_slice(), &u64::MAX.to_le_bytes()].concat();
        assert!(Value::decode(&huge).is_err());
    }
}
