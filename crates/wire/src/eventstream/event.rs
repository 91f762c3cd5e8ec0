//! Events: frames that carry a member of a union, and the other messages of a stream.

use super::{HeaderValue, Message};
use crate::Request;
use crate::codec::{Call, DecodeError, Switches, decode_request, encode_reply};
use bytes::Bytes;
use http::{HeaderMap, Method};
use model::{Kind, Member, Model, Operation, Protocol, Shape, ShapeId};
use shape::{IndexMap, Node, Peek, Slot, Struct, Value};
use std::fmt;

const MESSAGE_TYPE: &str = ":message-type";
const EVENT_TYPE: &str = ":event-type";
const EXCEPTION_TYPE: &str = ":exception-type";
const CONTENT_TYPE: &str = ":content-type";
const ERROR_CODE: &str = ":error-code";
const ERROR_MESSAGE: &str = ":error-message";

/// Why a message is no event of the union, or a value cannot be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventError {
    /// A header that tells what the message is is missing or unknown.
    Unreadable(&'static str),
    /// The union has no such member.
    Unknown(String),
    /// The payload cannot be read.
    Payload(DecodeError),
}

impl fmt::Display for EventError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EventError::Unreadable(what) => write!(f, "The event cannot be read: {what}"),
            EventError::Unknown(name) => write!(f, "The event stream has no event {name}"),
            EventError::Payload(error) => write!(f, "The event's payload cannot be read: {}", error.message),
        }
    }
}

impl std::error::Error for EventError {}

/// What a message of a stream is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    /// An event, filled in: the union's member of this name.
    Event(String),
    /// The members of the operation itself, which RPC protocols send first; the payload is theirs.
    Initial,
    /// An exception of the union, filled in: the member of this name.
    Exception(String),
    /// An error that the union does not know.
    Error {
        /// Its code.
        code: String,
        /// Its text.
        message: String,
    },
}

/// The message for the set member of `event`, a union of events; `protocol` is the operation's.
///
/// # Errors
/// A value that has no member of the union set.
pub fn encode_event(model: &Model, protocol: Protocol, union: ShapeId, event: Peek<'_>) -> Result<Message, EventError> {
    let members = model.shape(union).members.iter().enumerate();
    let set = members.map(|(i, m)| (m, event.member(i, &m.name))).find(|(_, value)| !value.is_absent());
    let (member, value) = set.ok_or(EventError::Unreadable("no member of the union is set"))?;
    let message = Message::default().with_text(MESSAGE_TYPE, "event").with_text(EVENT_TYPE, &member.name);
    Ok(fill(model, protocol, member.shape, value, message))
}

/// The message for an exception that the union models as its member `name`.
pub fn encode_exception(
    model: &Model,
    protocol: Protocol,
    union: ShapeId,
    name: &str,
    error: Peek<'_>,
) -> Result<Message, EventError> {
    let member = model.shape(union).member(name).ok_or_else(|| EventError::Unknown(name.to_owned()))?.1;
    let message = Message::default().with_text(MESSAGE_TYPE, "exception").with_text(EXCEPTION_TYPE, name);
    Ok(fill(model, protocol, member.shape, error, message))
}

/// The message for an error that the union does not model. It ends the stream.
pub fn encode_error_message(code: &str, text: &str) -> Message {
    let message = Message::default().with_text(MESSAGE_TYPE, "error").with_text(ERROR_CODE, code);
    message.with_text(ERROR_MESSAGE, text)
}

/// The first message of an RPC protocol's stream: the members beside the stream, encoded by the caller as the body of
/// an ordinary message. `kind` is `initial-request` or `initial-response`.
pub fn initial_message(kind: &str, content_type: &str, body: Bytes) -> Message {
    let message = Message::default().with_text(MESSAGE_TYPE, "event").with_text(EVENT_TYPE, kind);
    Message { payload: body, ..message.with_text(CONTENT_TYPE, content_type) }
}

/// Reads a message into `event`, a union of events, and tells what it is.
///
/// # Errors
/// Messages that name no member of the union, and payloads that are not of its shape.
pub fn decode_event(
    model: &Model,
    protocol: Protocol,
    union: ShapeId,
    message: &Message,
    event: &mut dyn Node,
) -> Result<Received, EventError> {
    let text = |name| message.header(name).and_then(HeaderValue::as_str);
    let (name, received) = match text(MESSAGE_TYPE).ok_or(EventError::Unreadable("it has no :message-type"))? {
        "error" => {
            let owned = |name| text(name).unwrap_or_default().to_owned();
            return Ok(Received::Error { code: owned(ERROR_CODE), message: owned(ERROR_MESSAGE) });
        }
        "event" => {
            let name = text(EVENT_TYPE).ok_or(EventError::Unreadable("it has no :event-type"))?;
            if matches!(name, "initial-response" | "initial-request") {
                return Ok(Received::Initial);
            }
            (name, Received::Event(name.to_owned()))
        }
        "exception" => {
            let name = text(EXCEPTION_TYPE).ok_or(EventError::Unreadable("it has no :exception-type"))?;
            (name, Received::Exception(name.to_owned()))
        }
        _ => return Err(EventError::Unreadable("its :message-type is unknown")),
    };
    let (index, member) = model.shape(union).member(name).ok_or_else(|| EventError::Unknown(name.to_owned()))?;
    let node = member_of(event, index, name).ok_or(EventError::Unreadable("it is not of the union's type"))?;
    read(model, protocol, member.shape, message, node)?;
    Ok(received)
}

/// Adds an event's headers and payload.
fn fill(model: &Model, protocol: Protocol, id: ShapeId, value: Peek<'_>, mut message: Message) -> Message {
    let shape = model.shape(id);
    let set = |member: &Member, index: usize| value.member(index, &member.name);
    for (index, member) in shape.members.iter().enumerate().filter(|(_, m)| m.event_header) {
        if let Some(header) = header_of(model.shape(member.shape), set(member, index)) {
            message = message.with(member.wire_name(), header);
        }
    }
    let payload = shape.members.iter().enumerate().find(|(_, m)| m.event_payload);
    if let Some((index, member)) = payload {
        let (content_type, payload) = match (model.shape(member.shape).kind, set(member, index)) {
            (Kind::Blob, Peek::Blob(bytes)) => ("application/octet-stream", Bytes::copy_from_slice(bytes)),
            (Kind::String, Peek::Str(text)) => ("text/plain", Bytes::copy_from_slice(text.as_bytes())),
            (_, Peek::Absent) => return message,
            (_, value) => (content_type(model, protocol), document(model, protocol, member.shape, value)),
        };
        return Message { payload, ..message.with_text(CONTENT_TYPE, content_type) };
    }
    if shape.members.iter().all(|m| m.event_header) {
        return message;
    }
    let payload = if shape.members.iter().any(|m| m.event_header) {
        let mut body = Value::of(value);
        if let Value::Map(members) = &mut body {
            members.retain(|name, _| shape.member(name).is_some_and(|(_, m)| !m.event_header));
        }
        document(model, protocol, id, body.peek())
    } else {
        document(model, protocol, id, value)
    };
    Message { payload, ..message.with_text(CONTENT_TYPE, content_type(model, protocol)) }
}

fn read(
    model: &Model,
    protocol: Protocol,
    id: ShapeId,
    message: &Message,
    event: &mut dyn Node,
) -> Result<(), EventError> {
    let shape = model.shape(id);
    // Asking for the slot makes an event present that has no members at all.
    open(event);
    let payload = shape.members.iter().enumerate().find(|(_, m)| m.event_payload);
    match payload {
        Some((index, member)) if !message.payload.is_empty() => {
            let node = member_of(event, index, &member.name);
            let node = node.ok_or(EventError::Unreadable("its payload is not of the modelled type"))?;
            read_payload(model, protocol, member.shape, &message.payload, node)?;
        }
        Some(_) => {}
        None if message.payload.is_empty() || shape.members.iter().all(|m| m.event_header) => {}
        None => read_document(model, protocol, id, &message.payload, event)?,
    }
    for (index, member) in shape.members.iter().enumerate().filter(|(_, m)| m.event_header) {
        if let Some(value) = message.header(member.wire_name())
            && let Some(node) = member_of(event, index, &member.name)
        {
            set_header(node, value);
        }
    }
    Ok(())
}

fn read_payload(
    model: &Model,
    protocol: Protocol,
    id: ShapeId,
    payload: &Bytes,
    node: &mut dyn Node,
) -> Result<(), EventError> {
    let unlike = EventError::Unreadable("its payload is not of the modelled type");
    match (model.shape(id).kind, node.slot()) {
        (Kind::Blob, Slot::Blob(slot)) => *slot = payload.clone(),
        (Kind::Blob, Slot::Value(slot)) => *slot = Value::Blob(payload.clone()),
        (Kind::String, slot) => {
            let text = std::str::from_utf8(payload).map_err(|_| unlike.clone())?.to_owned();
            match slot {
                Slot::Str(slot) => *slot = text,
                Slot::Value(slot) => *slot = Value::Str(text),
                _ => return Err(unlike),
            }
        }
        _ => return read_document(model, protocol, id, payload, node),
    }
    Ok(())
}

/// A structure as the body of a message in the operation's protocol.
fn document(model: &Model, protocol: Protocol, shape: ShapeId, value: Peek<'_>) -> Bytes {
    let operation = Operation { output: Some(shape), ..Operation::default() };
    let call = Call { model, operation: &operation, protocol, switches: &Switches::default() };
    encode_reply(&call, value, "").body
}

fn read_document(
    model: &Model,
    protocol: Protocol,
    shape: ShapeId,
    payload: &Bytes,
    node: &mut dyn Node,
) -> Result<(), EventError> {
    let operation = Operation { input: Some(shape), ..Operation::default() };
    let call = Call { model, operation: &operation, protocol, switches: &Switches::default() };
    let request = Request {
        method: Method::POST,
        path: "/".to_owned(),
        query: String::new(),
        host: String::new(),
        headers: HeaderMap::new(),
        body: payload.clone(),
    };
    decode_request(&call, &request, node).map_err(EventError::Payload)
}

fn content_type(model: &Model, protocol: Protocol) -> &'static str {
    match (protocol, model.metadata.json_version.as_deref()) {
        (Protocol::RestXml | Protocol::Query | Protocol::Ec2, _) => "application/xml",
        (Protocol::RpcV2Cbor, _) => "application/cbor",
        (Protocol::Json, Some("1.1")) => "application/x-amz-json-1.1",
        (Protocol::Json, _) => "application/x-amz-json-1.0",
        _ => "application/json",
    }
}

fn header_of(shape: &Shape, value: Peek<'_>) -> Option<HeaderValue> {
    Some(match (shape.kind, value) {
        (Kind::Byte, Peek::Int(v)) => HeaderValue::Byte(i8::try_from(v).ok()?),
        (Kind::Short, Peek::Int(v)) => HeaderValue::Short(i16::try_from(v).ok()?),
        (Kind::Integer, Peek::Int(v)) => HeaderValue::Integer(i32::try_from(v).ok()?),
        (_, Peek::Int(v)) => HeaderValue::Long(v),
        (_, Peek::Bool(v)) => HeaderValue::Bool(v),
        (_, Peek::Str(v)) => HeaderValue::Str(v.to_owned()),
        (_, Peek::Blob(v)) => HeaderValue::Bytes(Bytes::copy_from_slice(v)),
        (_, Peek::Time(v)) => HeaderValue::Time(v),
        _ => return None,
    })
}

/// Sets a member from a header; one of another type leaves it absent, as SDKs do.
fn set_header(node: &mut dyn Node, value: &HeaderValue) {
    let value = match value {
        HeaderValue::Bool(v) => Value::Bool(*v),
        HeaderValue::Byte(v) => Value::Int((*v).into()),
        HeaderValue::Short(v) => Value::Int((*v).into()),
        HeaderValue::Integer(v) => Value::Int((*v).into()),
        HeaderValue::Long(v) => Value::Int(*v),
        HeaderValue::Bytes(v) => Value::Blob(v.clone()),
        HeaderValue::Str(v) => Value::Str(v.clone()),
        HeaderValue::Time(v) => Value::Time(*v),
        HeaderValue::Uuid(v) => Value::Blob(Bytes::copy_from_slice(v)),
    };
    match (node.slot(), value) {
        (Slot::Value(slot), value) => *slot = value,
        (Slot::Bool(slot), Value::Bool(v)) => *slot = v,
        (Slot::Int(slot), Value::Int(v)) => *slot = v,
        (Slot::Str(slot), Value::Str(v)) => *slot = v,
        (Slot::Blob(slot), Value::Blob(v)) => *slot = v,
        (Slot::Time(slot), Value::Time(v)) => *slot = v,
        _ => {}
    }
}

fn open(node: &mut dyn Node) {
    if let Slot::Value(value) = node.slot()
        && value.is_null()
    {
        *value = Value::Map(IndexMap::new());
    }
}

/// The member of a structure or union, to fill.
fn member_of<'n>(node: &'n mut dyn Node, index: usize, name: &str) -> Option<&'n mut dyn Node> {
    match node.slot() {
        Slot::Struct(fields) => Struct::member_mut(fields, index),
        Slot::Value(value) => {
            if value.is_null() {
                *value = Value::Map(IndexMap::new());
            }
            match value {
                Value::Map(members) => Some(members.entry(name.to_owned()).or_default() as &mut dyn Node),
                _ => None,
            }
        }
        _ => None,
    }
}
