//! JSON as scripts write it, and values as the model has them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clock::Timestamp;
use model::{Kind, Model, ShapeId};
use serde_json::{Map, Number, Value as Json};
use shape::{Bytes, Value};

/// The value of a modelled shape that a JSON text stands for: blobs are base64, moments ISO 8601 or epoch seconds.
pub fn typed(model: &Model, id: ShapeId, json: &Json) -> Result<Value, String> {
    let shape = model.shape(id);
    let wrong = || format!("{json} is no {}", shape.name);
    Ok(match (shape.kind, json) {
        (_, Json::Null) => Value::Null,
        (Kind::Document, Json::Array(list)) => {
            Value::List(list.iter().map(|json| typed(model, id, json)).collect::<Result<_, _>>()?)
        }
        (Kind::Document, Json::Object(members)) => {
            let member = |(name, json): (&String, &Json)| Ok((name.clone(), typed(model, id, json)?));
            Value::Map(members.iter().map(member).collect::<Result<_, String>>()?)
        }
        (Kind::Structure | Kind::Union, Json::Object(members)) => {
            let member = |(name, json): (&String, &Json)| {
                let (_, member) = shape.member(name).ok_or_else(|| format!("{} has no member {name}", shape.name))?;
                Ok((name.clone(), typed(model, member.shape, json)?))
            };
            Value::Map(members.iter().map(member).collect::<Result<_, String>>()?)
        }
        (Kind::List, Json::Array(list)) => {
            let element = shape.element().ok_or_else(wrong)?;
            Value::List(list.iter().map(|json| typed(model, element.shape, json)).collect::<Result<_, _>>()?)
        }
        (Kind::Map, Json::Object(entries)) => {
            let (_, value) = shape.entry().ok_or_else(wrong)?;
            let entry = |(key, json): (&String, &Json)| Ok((key.clone(), typed(model, value.shape, json)?));
            Value::Map(entries.iter().map(entry).collect::<Result<_, String>>()?)
        }
        (Kind::Blob, Json::String(text)) => Value::Blob(Bytes::from(STANDARD.decode(text).map_err(|_| wrong())?)),
        (Kind::Timestamp, Json::String(text)) => Value::Time(Timestamp::parse_iso8601(text).ok_or_else(wrong)?),
        (Kind::Timestamp, Json::Number(secs)) => {
            Value::Time(secs.as_f64().and_then(Timestamp::from_secs_f64).ok_or_else(wrong)?)
        }
        (_, Json::String(text)) => Value::Str(text.clone()),
        (_, Json::Bool(truth)) => Value::Bool(*truth),
        (Kind::Float | Kind::Double, Json::Number(number)) => Value::Float(number.as_f64().ok_or_else(wrong)?),
        (_, Json::Number(number)) => match number.as_i64() {
            Some(number) => Value::Int(number),
            None => Value::Float(number.as_f64().ok_or_else(wrong)?),
        },
        _ => return Err(wrong()),
    })
}

/// A value as scripts show it.
pub fn shown(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(truth) => Json::Bool(*truth),
        Value::Int(number) => Json::Number((*number).into()),
        Value::Float(number) => Number::from_f64(*number).map_or(Json::Null, Json::Number),
        Value::Str(text) => Json::String(text.clone()),
        Value::Blob(bytes) => Json::String(STANDARD.encode(bytes)),
        Value::Time(time) => Json::String(time.iso8601()),
        Value::List(list) => Json::Array(list.iter().map(shown).collect()),
        Value::Map(map) => {
            Json::Object(map.iter().map(|(key, value)| (key.clone(), shown(value))).collect::<Map<_, _>>())
        }
    }
}
