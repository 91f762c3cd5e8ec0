//! JSON as values and back. Members keep their order.

use serde_json::Value as Json;
use shape::{IndexMap, Value};

/// Reads a JSON text; `None` where it is none.
pub fn read(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok().map(value)
}

/// A value as JSON text without spaces. Times and bytes, which no template has, become null.
pub fn write(value: &Value) -> String {
    json(value).to_string()
}

/// A value as JSON text, laid out over lines.
pub fn write_pretty(value: &Value) -> String {
    serde_json::to_string_pretty(&json(value)).unwrap_or_default()
}

pub(crate) fn value(json: Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Bool(truth),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Value::Int(whole),
            None => Value::Float(number.as_f64().unwrap_or_default()),
        },
        Json::String(text) => Value::Str(text),
        Json::Array(items) => Value::List(items.into_iter().map(value).collect()),
        Json::Object(map) => {
            Value::Map(map.into_iter().map(|(name, json)| (name, value(json))).collect::<IndexMap<_, _>>())
        }
    }
}

fn json(value: &Value) -> Json {
    match value {
        Value::Null | Value::Blob(_) | Value::Time(_) => Json::Null,
        Value::Bool(truth) => Json::Bool(*truth),
        Value::Int(number) => Json::from(*number),
        Value::Float(number) => Json::from(*number),
        Value::Str(text) => Json::String(text.clone()),
        Value::List(items) => items.iter().map(json).collect(),
        Value::Map(map) => Json::Object(map.iter().map(|(name, value)| (name.clone(), json(value))).collect()),
    }
}

/// A scalar as the text that CloudFormation makes of it; `None` for what is no scalar.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::Str(text) => Some(text.clone()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Int(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Null | Value::Blob(_) | Value::Time(_) | Value::List(_) | Value::Map(_) => None,
    }
}
