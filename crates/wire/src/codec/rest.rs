//! The REST protocols: HTTP bindings with bodies of JSON or XML.

use super::bindings::{headers, media, parameters, uri};
use super::fault::{Bad, Part};
use super::fill::{self, Members};
use super::scalar::{self, Form};
use super::{Call, DecodeError, EncodeError, Scope, Side, json, xml};
use crate::{Reply, Request};
use http::header::{self, HeaderMap};
use http::{HeaderValue, Method};
use model::{Kind, Location, Member, Protocol, Shape, TimestampFormat};
use shape::{Bytes, Node, Peek};
use std::borrow::Cow;

pub(super) fn decode_request(call: &Call<'_>, request: &Request, input: &mut dyn Node) -> Result<(), DecodeError> {
    if let Some(shape) = call.input() {
        read_bindings(call, shape, request, input).map_err(|bad| call.fault(Part::Binding, bad))?;
    }
    if call.switches.check_media_types {
        media::check(call.model, call.protocol, request, (call.input(), call.output()))?;
    }
    let Some(shape) = call.input() else { return Ok(()) };
    read_body(call, shape, &request.body, Side::Server, input).map_err(|bad| call.fault(Part::Body, bad))
}

fn read_bindings(call: &Call<'_>, shape: &Shape, request: &Request, input: &mut dyn Node) -> Result<(), Bad> {
    let exact = call.protocol == Protocol::RestJson;
    let mut members = Members::open(input)?;
    for (name, text) in uri::labels(&call.operation.http.uri, &request.path)? {
        let found = shape
            .members
            .iter()
            .enumerate()
            .find(|(_, member)| member.location == Location::Uri && member.wire_name() == name);
        if let Some((index, member)) = found
            && let Some(node) = members.at(index, &member.name)
        {
            scalar::read(node, label_form(call, member).exact(exact), Cow::Owned(text))?;
        }
    }
    parameters::read(call.model, shape, &request.query, exact, &mut members)?;
    headers::read(call.model, shape, &request.headers, exact, &mut members)
}

fn label_form(call: &Call<'_>, member: &Member) -> Form {
    Form::of(member, call.model.shape(member.shape), TimestampFormat::Iso8601)
}

fn payload<'m>(call: &Call<'m>, shape: &'m Shape) -> Option<(usize, &'m Member, &'m Shape)> {
    let index = shape.payload?;
    let member = shape.members.get(index)?;
    Some((index, member, call.model.shape(member.shape)))
}

fn read_body(call: &Call<'_>, shape: &Shape, body: &Bytes, side: Side, node: &mut dyn Node) -> Result<(), Bad> {
    let Some((index, member, target)) = payload(call, shape) else {
        let scope = if side == Side::Server { Scope::Request } else { Scope::Reply };
        let any = shape.members.iter().any(|member| scope.holds(member.location));
        return if any && !body.is_empty() { structured(call, body, shape, (side, scope), node) } else { Ok(()) };
    };
    // Events are read one by one, by the event stream's own reader.
    if target.event_stream || body.is_empty() {
        return Ok(());
    }
    let mut members = Members::open(node)?;
    let Some(node) = members.at(index, &member.name) else { return Ok(()) };
    match target.kind {
        Kind::Blob => fill::set_blob(node, body.clone()),
        Kind::String => {
            let text = std::str::from_utf8(body).map_err(|_| Bad::new("The request body is not valid UTF-8"))?;
            fill::set_str(node, text.to_owned())
        }
        _ => structured(call, body, target, (side, Scope::Inner), node),
    }
}

/// Reads JSON or XML.
fn structured(
    call: &Call<'_>,
    body: &[u8],
    shape: &Shape,
    (side, scope): (Side, Scope),
    node: &mut dyn Node,
) -> Result<(), Bad> {
    if call.protocol == Protocol::RestJson {
        let decode = json::Decode { model: call.model, side, exact_times: true };
        return decode.body(body, shape, scope, node);
    }
    let decode = xml::Decode { model: call.model, side, names: xml::Names::Location };
    let mut reader = xml::Reader::new(body)?;
    let root = reader.root()?;
    if side == Side::Client && call.switches.unwraps(&call.operation.name) {
        return unwrapped(call, &mut reader, shape, node);
    }
    match shape.kind {
        Kind::Structure | Kind::Union => decode.structure(&mut reader, shape, scope, &root, node)?,
        _ => decode.node(&mut reader, (&Member::default(), shape), &root, node)?,
    }
    reader.end()
}

/// Reads a reply whose root is its only member's element.
fn unwrapped(call: &Call<'_>, reader: &mut xml::Reader<'_>, shape: &Shape, node: &mut dyn Node) -> Result<(), Bad> {
    let mut members = Members::open(node)?;
    let body = shape.members.iter().enumerate().find(|(_, member)| Scope::Reply.holds(member.location));
    let Some((index, member)) = body else { return reader.skip() };
    match members.at(index, &member.name) {
        Some(node) => xml::leaf(reader, (member, call.model.shape(member.shape)), node),
        None => reader.skip(),
    }
}

pub(super) fn encode_reply(call: &Call<'_>, output: Peek<'_>) -> Reply {
    let mut reply = Reply { status: call.operation.http.code, ..Reply::default() };
    let Some(shape) = call.output() else { return reply };
    headers::write(call.model, shape, output, &mut reply.headers);
    for (index, member) in shape.members.iter().enumerate().filter(|(_, m)| m.location == Location::StatusCode) {
        if let Peek::Int(status) = output.member(index, &member.name) {
            reply.status = u16::try_from(status).unwrap_or(reply.status);
        }
    }
    // https://www.rfc-editor.org/rfc/rfc9110#name-204-no-content
    if reply.status == 204 {
        return reply;
    }
    let root = call.switches.output_root(&call.operation.name);
    let namespace = call.switches.xml_namespace.as_deref().or(call.model.metadata.xml_namespace.as_deref());
    let writing = Writing { call, root, attributes: xml::namespace_attribute(namespace), reply: true };
    reply.body = writing.body(shape, output, &mut reply.headers);
    reply
}

pub(super) fn encode_request(call: &Call<'_>, input: Peek<'_>) -> Result<Request, EncodeError> {
    let template = &call.operation.http.uri;
    let none = Shape::default();
    let shape = call.input().unwrap_or(&none);
    let path = uri::fill(template, |name| {
        let (index, member) = shape
            .members
            .iter()
            .enumerate()
            .find(|(_, member)| member.location == Location::Uri && member.wire_name() == name)?;
        scalar::write(input.member(index, &member.name), label_form(call, member))
    })?;
    let mut headers = HeaderMap::new();
    headers::write(call.model, shape, input, &mut headers);
    let space = call.operation.input_xml_namespace.as_ref();
    let attributes = xml::namespace_attribute(space.map(|space| &*space.uri));
    let writing = Writing { call, root: call.operation.input_root.as_deref(), attributes, reply: false };
    let body = writing.body(shape, input, &mut headers);
    let method = Method::from_bytes(call.operation.http.method.as_bytes());
    Ok(Request {
        method: method.map_err(|_| EncodeError(format!("{} is no method", call.operation.http.method)))?,
        path,
        query: parameters::write(call.model, shape, template, input),
        host: String::new(),
        headers,
        body,
    })
}

/// A body on its way out.
struct Writing<'c> {
    call: &'c Call<'c>,
    /// The root element where it is not the shape's name.
    root: Option<&'c str>,
    /// The root element's namespace, written.
    attributes: String,
    reply: bool,
}

impl Writing<'_> {
    fn body(&self, shape: &Shape, peek: Peek<'_>, headers: &mut HeaderMap) -> Bytes {
        let Some((index, member, target)) = payload(self.call, shape) else {
            if !self.wants_body(shape, peek) {
                return Bytes::new();
            }
            return self.structured(shape, peek, headers);
        };
        let inside = peek.member(index, &member.name);
        if target.event_stream {
            return Bytes::new();
        }
        match (target.kind, inside) {
            (Kind::Blob, Peek::Blob(bytes)) => {
                default_content_type(headers, "application/octet-stream");
                Bytes::copy_from_slice(bytes)
            }
            (Kind::String, Peek::Str(text)) => {
                default_content_type(headers, "text/plain");
                Bytes::copy_from_slice(text.as_bytes())
            }
            (Kind::Structure, Peek::Absent) if self.call.protocol == Protocol::RestJson && !self.reply => {
                default_content_type(headers, "application/json");
                Bytes::from_static(b"{}")
            }
            (_, Peek::Absent) => Bytes::new(),
            _ if self.call.protocol == Protocol::RestJson => self.json_payload(member, target, inside, headers),
            _ => {
                let root = payload_root(member, target);
                let space = member.xml_namespace.as_ref().or(target.xml_namespace.as_ref());
                let space = if space.is_some() { xml::namespace(space) } else { self.attributes.clone() };
                let mut writer = xml::Writer::default();
                writer.declaration();
                writer.open(root, &(space + &xml::attributes(target, inside)));
                xml::Encode { model: self.call.model, names: xml::Names::Location }.children(
                    &mut writer,
                    target,
                    Scope::Inner,
                    inside,
                );
                writer.close(root);
                default_content_type(headers, "application/xml");
                writer.into_bytes().into()
            }
        }
    }

    /// Replies of JSON always have a body, be it empty; XML ones if any member can stand there, requests if one does.
    fn wants_body(&self, shape: &Shape, peek: Peek<'_>) -> bool {
        let mut members = shape.members.iter().enumerate().filter(|(_, member)| self.scope().holds(member.location));
        match (self.call.protocol, self.reply) {
            (Protocol::RestJson, true) => true,
            (Protocol::RestJson, false) | (_, true) => members.next().is_some(),
            (_, false) => members.any(|(index, member)| !peek.member(index, &member.name).is_absent()),
        }
    }

    fn scope(&self) -> Scope {
        if self.reply { Scope::Reply } else { Scope::Request }
    }

    fn structured(&self, shape: &Shape, peek: Peek<'_>, headers: &mut HeaderMap) -> Bytes {
        if self.call.protocol == Protocol::RestJson {
            default_content_type(headers, "application/json");
            let mut encode = json::Encode { model: self.call.model, out: Vec::with_capacity(256) };
            encode.structure(shape, self.scope(), peek);
            return encode.out.into();
        }
        default_content_type(headers, "application/xml");
        let mut writer = xml::Writer::default();
        writer.declaration();
        let encode = xml::Encode { model: self.call.model, names: xml::Names::Location };
        if self.reply && self.call.switches.unwraps(&self.call.operation.name) {
            encode.only_child(&mut writer, shape, &self.attributes, peek);
            return writer.into_bytes().into();
        }
        let own_root = shape.location_name.as_deref();
        let root = if self.reply { self.root.or(own_root) } else { own_root.or(self.root) }.unwrap_or(&shape.name);
        let space = match &shape.xml_namespace {
            Some(space) => xml::namespace(Some(space)),
            None => self.attributes.clone(),
        };
        writer.open(root, &(space + &xml::attributes(shape, peek)));
        encode.children(&mut writer, shape, self.scope(), peek);
        writer.close(root);
        writer.into_bytes().into()
    }

    fn json_payload(&self, member: &Member, target: &Shape, peek: Peek<'_>, headers: &mut HeaderMap) -> Bytes {
        default_content_type(headers, "application/json");
        let mut encode = json::Encode { model: self.call.model, out: Vec::with_capacity(256) };
        encode.node(member, target, peek);
        encode.out.into()
    }
}

/// The root element of a payload. Models name most payload members by their own names, which says less than the name
/// that the shape has for itself.
fn payload_root<'m>(member: &'m Member, target: &'m Shape) -> &'m str {
    let given = member.location_name.as_deref();
    let renamed = given.filter(|name| **name != *member.name);
    renamed.or(target.location_name.as_deref()).or(given).unwrap_or(&target.name)
}

/// Sets the content type unless a member has set it.
fn default_content_type(headers: &mut HeaderMap, text: &'static str) {
    headers.entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static(text));
}

pub(super) fn decode_reply(call: &Call<'_>, reply: &Reply, output: &mut dyn Node) -> Result<(), DecodeError> {
    let Some(shape) = call.output() else { return Ok(()) };
    let read = |output: &mut dyn Node| -> Result<(), Bad> {
        let mut members = Members::open(output)?;
        for (index, member) in shape.members.iter().enumerate().filter(|(_, m)| m.location == Location::StatusCode) {
            if let Some(node) = members.at(index, &member.name) {
                fill::set_int(node, i64::from(reply.status))?;
            }
        }
        headers::read(call.model, shape, &reply.headers, false, &mut members)
    };
    read(output).map_err(|bad| call.fault(Part::Binding, bad))?;
    read_body(call, shape, &reply.body, Side::Client, output).map_err(|bad| call.fault(Part::Body, bad))
}
