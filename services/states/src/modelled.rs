//! JSON that state machines write and read, as the API models have it: members begin with a capital, bytes are text or
//! Base64, moments are text.
//! <https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Number, Value as Json};
use service::model::{Kind, Model, Operation, Shape, ShapeId};
use service::{Bytes, IndexMap, Timestamp, Value};

/// How bytes stand in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blobs {
    /// As JSON of their own, as Lambda's payloads.
    Json,
    /// As Base64.
    Base64,
}

/// Reads and writes JSON by one service's model.
pub struct Modelled<'m> {
    /// The model.
    pub model: &'m Model,
    /// How bytes stand in JSON.
    pub blobs: Blobs,
    /// Whether JSON may stand where the model has a text.
    pub json_for_text: bool,
}

/// An operation by its name, whatever the case of its first letter.
pub fn operation<'m>(model: &'m Model, action: &str) -> Option<&'m Operation> {
    model.operation(&capital(action))
}

/// The text with a capital first.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

impl Modelled<'_> {
    /// The input of an operation from JSON; what does not fit is told.
    pub fn input(&self, operation: &Operation, json: &Json) -> Result<Value, String> {
        match operation.input {
            Some(shape) => self.read(shape, json, &operation.name),
            None => Ok(Value::Map(IndexMap::new())),
        }
    }

    /// A value of one shape from JSON.
    pub fn value(&self, shape: ShapeId, json: &Json) -> Result<Value, String> {
        self.read(shape, json, "")
    }

    /// The output of an operation as JSON.
    pub fn output(&self, operation: &Operation, output: &Value) -> Json {
        match operation.output {
            Some(shape) => self.write(shape, output),
            None => Json::Object(Map::new()),
        }
    }

    fn read(&self, id: ShapeId, json: &Json, name: &str) -> Result<Value, String> {
        let shape = self.model.shape(id);
        let misfit = || format!("The value for the field '{name}' is not valid");
        Ok(match (shape.kind, json) {
            (Kind::Document, json) => free(json),
            (_, Json::Null) => Value::Null,
            (Kind::Structure | Kind::Union, Json::Object(map)) => self.read_members(shape, map)?,
            (Kind::List, Json::Array(list)) => {
                let element = shape.element().ok_or_else(misfit)?.shape;
                Value::List(list.iter().map(|item| self.read(element, item, name)).collect::<Result<_, _>>()?)
            }
            (Kind::Map, Json::Object(map)) => {
                let value = shape.entry().ok_or_else(misfit)?.1.shape;
                let entry = |(key, item): (&String, &Json)| Ok((key.clone(), self.read(value, item, key)?));
                Value::Map(map.iter().map(entry).collect::<Result<_, String>>()?)
            }
            (Kind::String, Json::String(text)) => Value::Str(text.clone()),
            (Kind::String, Json::Object(_) | Json::Array(_)) if self.json_for_text => Value::Str(json.to_string()),
            (Kind::Boolean, Json::Bool(truth)) => Value::Bool(*truth),
            (Kind::Byte | Kind::Short | Kind::Integer | Kind::Long, Json::Number(number)) => {
                let whole = number.as_f64().filter(|number| number.fract() == 0.0).map(|number| number as i64);
                Value::Int(number.as_i64().or(whole).ok_or_else(misfit)?)
            }
            (Kind::Float | Kind::Double, Json::Number(number)) => Value::Float(number.as_f64().ok_or_else(misfit)?),
            // The body of an object is text as it stands.
            (Kind::Blob, Json::String(text)) if shape.streaming => Value::Blob(Bytes::from(text.clone())),
            (Kind::Blob, json) => Value::Blob(self.read_blob(json)),
            (Kind::Timestamp, Json::String(text)) => Value::Time(Timestamp::parse_iso8601(text).ok_or_else(misfit)?),
            (Kind::Timestamp, Json::Number(number)) => {
                Value::Time(number.as_f64().and_then(Timestamp::from_secs_f64).ok_or_else(misfit)?)
            }
            _ => return Err(misfit()),
        })
    }

    fn read_members(&self, shape: &Shape, map: &Map<String, Json>) -> Result<Value, String> {
        let mut members = IndexMap::with_capacity(map.len());
        for (name, json) in map {
            let found = shape.members.iter().find(|member| *member.name == **name || capital(&member.name) == *name);
            let member = found.ok_or_else(|| format!("The field '{name}' is not supported by Step Functions"))?;
            let value = self.read(member.shape, json, name)?;
            if !value.is_null() {
                members.insert(member.name.to_string(), value);
            }
        }
        Ok(Value::Map(members))
    }

    fn read_blob(&self, json: &Json) -> Bytes {
        match (self.blobs, json) {
            (Blobs::Json, json) => Bytes::from(json.to_string()),
            (Blobs::Base64, Json::String(text)) => match STANDARD.decode(text) {
                Ok(bytes) => Bytes::from(bytes),
                Err(_) => Bytes::from(text.clone()),
            },
            (Blobs::Base64, json) => Bytes::from(json.to_string()),
        }
    }

    fn write(&self, id: ShapeId, value: &Value) -> Json {
        let shape = self.model.shape(id);
        match (shape.kind, value) {
            (Kind::Structure | Kind::Union, Value::Map(map)) => {
                let set = map.iter().filter(|(_, value)| !value.is_null());
                let member = |(name, value): (&String, &Value)| {
                    let shape = shape.member(name)?.1.shape;
                    Some((capital(name), self.write(shape, value)))
                };
                Json::Object(set.filter_map(member).collect())
            }
            (Kind::List, Value::List(list)) => match shape.element() {
                Some(element) => list.iter().map(|item| self.write(element.shape, item)).collect(),
                None => Json::Null,
            },
            (Kind::Map, Value::Map(map)) => match shape.entry() {
                Some((_, entry)) => {
                    Json::Object(map.iter().map(|(key, item)| (key.clone(), self.write(entry.shape, item))).collect())
                }
                None => Json::Null,
            },
            (Kind::Blob, Value::Blob(bytes)) if shape.streaming => {
                Json::String(String::from_utf8_lossy(bytes).into_owned())
            }
            (_, value) => self.plain(value),
        }
    }

    fn plain(&self, value: &Value) -> Json {
        match value {
            Value::Null => Json::Null,
            Value::Bool(truth) => Json::Bool(*truth),
            Value::Int(number) => Json::from(*number),
            Value::Float(number) => Number::from_f64(*number).map_or(Json::Null, Json::Number),
            Value::Str(text) => Json::String(text.clone()),
            Value::Time(moment) => Json::String(moment.iso8601()),
            Value::Blob(bytes) => match self.blobs {
                Blobs::Json => serde_json::from_slice(bytes)
                    .unwrap_or_else(|_| Json::String(String::from_utf8_lossy(bytes).into_owned())),
                Blobs::Base64 => Json::String(STANDARD.encode(bytes)),
            },
            Value::List(list) => list.iter().map(|item| self.plain(item)).collect(),
            Value::Map(map) => Json::Object(map.iter().map(|(key, item)| (key.clone(), self.plain(item))).collect()),
        }
    }
}

/// JSON as a value, where no model says more of it.
pub fn free(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Bool(*truth),
        Json::Number(number) => match number.as_i64() {
            Some(number) => Value::Int(number),
            None => Value::Float(number.as_f64().unwrap_or_default()),
        },
        Json::String(text) => Value::Str(text.clone()),
        Json::Array(list) => Value::List(list.iter().map(free).collect()),
        Json::Object(map) => Value::Map(map.iter().map(|(key, item)| (key.clone(), free(item))).collect()),
    }
}
