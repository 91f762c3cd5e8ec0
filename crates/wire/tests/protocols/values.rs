//! A case's parameters as modelled values.

use base64::Engine;
use model::{Kind, Model, ShapeId};
use serde_json::Value as Json;
use shape::{Bytes, IndexMap, Timestamp, Value};

/// Parameters as the value that a shape gives them.
pub fn modelled(model: &Model, shape: Option<ShapeId>, json: &Json) -> Value {
    let Some(id) = shape else { return Value::Null };
    let shape = model.shape(id);
    match (shape.kind, json) {
        (_, Json::Null) => Value::Null,
        (Kind::Document, json) => document(json),
        (Kind::Structure | Kind::Union, Json::Object(object)) => {
            let mut map = IndexMap::new();
            for member in &shape.members {
                if let Some(inside) = object.get(&*member.name).filter(|v| !v.is_null()) {
                    map.insert(member.name.to_string(), modelled(model, Some(member.shape), inside));
                }
            }
            let unknown = object.iter().find(|(name, v)| !v.is_null() && !map.contains_key(*name));
            assert!(unknown.is_none(), "{} has no member {unknown:?}", shape.name);
            Value::Map(map)
        }
        (Kind::List, Json::Array(list)) => {
            let element = shape.element().unwrap().shape;
            Value::List(list.iter().map(|item| modelled(model, Some(element), item)).collect())
        }
        (Kind::Map, Json::Object(object)) => {
            let value = shape.entry().unwrap().1.shape;
            let entries = object.iter().map(|(key, item)| (key.clone(), modelled(model, Some(value), item)));
            Value::Map(entries.collect())
        }
        (Kind::Blob, Json::String(text)) => Value::Blob(Bytes::copy_from_slice(text.as_bytes())),
        (Kind::Timestamp, Json::Number(secs)) => {
            Value::Time(Timestamp::from_millis((secs.as_f64().unwrap() * 1000.0).round() as i64))
        }
        (Kind::Float | Kind::Double, Json::Number(number)) => Value::Float(number.as_f64().unwrap()),
        (Kind::Float | Kind::Double, Json::String(name)) => Value::Float(match &**name {
            "NaN" => f64::NAN,
            "Infinity" => f64::INFINITY,
            "-Infinity" => f64::NEG_INFINITY,
            other => panic!("{other} is no number"),
        }),
        (_, Json::String(text)) => Value::Str(text.clone()),
        (_, Json::Bool(truth)) => Value::Bool(*truth),
        (_, Json::Number(number)) => Value::Int(number.as_i64().unwrap()),
        (kind, json) => panic!("{json} is no {kind:?}"),
    }
}

fn document(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Bool(*truth),
        Json::Number(number) => match number.as_i64() {
            Some(number) => Value::Int(number),
            None => Value::Float(number.as_f64().unwrap()),
        },
        Json::String(text) => Value::Str(text.clone()),
        Json::Array(list) => Value::List(list.iter().map(document).collect()),
        Json::Object(object) => Value::Map(object.iter().map(|(k, v)| (k.clone(), document(v))).collect()),
    }
}

/// Whether two values are the same, NaN being itself, floats of 32 bits being equal to their decimals.
pub fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Float(a), Value::Float(b)) => a == b || (a.is_nan() && b.is_nan()) || *a as f32 == *b as f32,
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        (a, b) => a == b,
    }
}

/// The message of a comparison that fails.
pub fn compare(got: &Value, want: &Value) -> Result<(), String> {
    let empty = |v: &Value| matches!(v, Value::Null) || v.as_map().is_some_and(IndexMap::is_empty);
    if same(got, want) || (empty(got) && empty(want)) { Ok(()) } else { Err(format!("read {got:?}, not {want:?}")) }
}

pub fn unbase64(text: &str) -> Vec<u8> {
    base64::engine::general_purpose::STANDARD.decode(text).unwrap()
}
