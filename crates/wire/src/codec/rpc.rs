//! The protocols without HTTP bindings: `X-Amz-Target` with JSON, and Smithy's RPC v2 with CBOR or JSON.

use super::fault::{Bad, Part, unsupported_media_type};
use super::{Call, DecodeError, Scope, Side, cbor, json};
use crate::{Reply, Request};
use http::header::{self, HeaderMap, HeaderName};
use http::{HeaderValue, Method};
use model::{Protocol, Shape};
use shape::{Bytes, Node, Peek};

const SMITHY_PROTOCOL: HeaderName = HeaderName::from_static("smithy-protocol");

fn content_type(call: &Call<'_>) -> &'static str {
    match (call.protocol, call.model.metadata.json_version.as_deref()) {
        (Protocol::RpcV2Cbor, _) => "application/cbor",
        (Protocol::RpcV2Json, _) => "application/json",
        (_, Some("1.1")) => "application/x-amz-json-1.1",
        _ => "application/x-amz-json-1.0",
    }
}

fn smithy_protocol(protocol: Protocol) -> Option<&'static str> {
    match protocol {
        Protocol::RpcV2Cbor => Some("rpc-v2-cbor"),
        Protocol::RpcV2Json => Some("rpc-v2-json"),
        _ => None,
    }
}

fn decode(call: &Call<'_>, body: &[u8], shape: &Shape, side: Side, node: &mut dyn Node) -> Result<(), DecodeError> {
    let mut read = || -> Result<(), Bad> {
        if call.protocol == Protocol::RpcV2Cbor {
            return cbor::Decode { model: call.model, side }.body(body, shape, node);
        }
        json::Decode { model: call.model, side, exact_times: false }.body(body, shape, Scope::Inner, node)
    };
    read().map_err(|bad| call.fault(Part::Body, bad))
}

fn encode(call: &Call<'_>, shape: Option<&Shape>, peek: Peek<'_>) -> Bytes {
    let Some(shape) = shape else { return Bytes::from_static(b"{}") };
    if call.protocol == Protocol::RpcV2Cbor {
        let mut encode = cbor::Encode { model: call.model, out: Vec::with_capacity(256) };
        encode.structure(shape, peek);
        return encode.out.into();
    }
    let mut encode = json::Encode { model: call.model, out: Vec::with_capacity(256) };
    encode.structure(shape, Scope::Inner, peek);
    encode.out.into()
}

pub(super) fn decode_request(call: &Call<'_>, request: &Request, input: &mut dyn Node) -> Result<(), DecodeError> {
    let Some(shape) = call.input().filter(|_| !request.body.is_empty()) else { return Ok(()) };
    if call.switches.check_media_types {
        let sent = request.header(header::CONTENT_TYPE).and_then(|text| text.split(';').next());
        if sent.is_some_and(|sent| !sent.trim().eq_ignore_ascii_case(content_type(call))) {
            return Err(unsupported_media_type());
        }
    }
    decode(call, &request.body, shape, Side::Server, input)
}

pub(super) fn encode_reply(call: &Call<'_>, output: Peek<'_>) -> Reply {
    let mut headers = HeaderMap::new();
    let mut body = Bytes::new();
    let smithy = smithy_protocol(call.protocol);
    if let Some(name) = smithy {
        headers.insert(SMITHY_PROTOCOL, HeaderValue::from_static(name));
    }
    // Without an output the body is empty; the older protocols name its type even so.
    if call.output().is_some() || smithy.is_none() {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(call)));
    }
    if call.output().is_some() {
        body = encode(call, call.output(), output);
    }
    Reply { status: call.operation.http.code, headers, body }
}

pub(super) fn encode_request(call: &Call<'_>, input: Peek<'_>) -> Request {
    let mut headers = HeaderMap::new();
    let mut body = Bytes::new();
    let metadata = &call.model.metadata;
    let prefix = metadata.target_prefix.as_deref().unwrap_or_default();
    let mut path = "/".to_owned();
    let mut carries = true;
    if let Some(name) = smithy_protocol(call.protocol) {
        headers.insert(SMITHY_PROTOCOL, HeaderValue::from_static(name));
        headers.insert(header::ACCEPT, HeaderValue::from_static(content_type(call)));
        path = format!("/service/{prefix}/operation/{}", call.operation.name);
        carries = call.operation.input.is_some();
    } else if let Ok(target) = HeaderValue::from_str(&format!("{prefix}.{}", call.operation.name)) {
        headers.insert("x-amz-target", target);
    }
    if metadata.query_compatible {
        headers.insert("x-amzn-query-mode", HeaderValue::from_static("true"));
    }
    if carries {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(call)));
        body = encode(call, call.input(), input);
    }
    Request { method: Method::POST, path, query: String::new(), host: String::new(), headers, body }
}

pub(super) fn decode_reply(call: &Call<'_>, reply: &Reply, output: &mut dyn Node) -> Result<(), DecodeError> {
    match call.output().filter(|_| !reply.body.is_empty()) {
        Some(shape) => decode(call, &reply.body, shape, Side::Client, output),
        None => Ok(()),
    }
}
