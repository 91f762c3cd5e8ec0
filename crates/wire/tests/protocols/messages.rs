//! From a case's JSON to messages, and the comparison of messages with a case's.

use crate::trees::{self, Media};
use crate::{form, values};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use model::{Model, Operation, Protocol};
use serde_json::Value as Json;
use wire::codec::{Call, Switches};
use wire::{Reply, Request};

pub fn call<'m>(model: &'m Model, operation: &'m Operation, switches: &'m Switches) -> Call<'m> {
    Call { model, operation, protocol: model.metadata.protocols[0], switches }
}

/// How bodies are written; payloads of text and bytes are told by their content type.
pub fn media(protocol: Protocol, headers: &HeaderMap, modelled: bool) -> Media {
    let content_type = headers.get("content-type").and_then(|v| v.to_str().ok()).unwrap_or("");
    match protocol {
        Protocol::RestJson | Protocol::RestXml if !modelled => Media::Raw,
        Protocol::RestJson | Protocol::RestXml if content_type.starts_with("text/") => Media::Raw,
        Protocol::Json | Protocol::RestJson | Protocol::RpcV2Json => Media::Json,
        Protocol::RpcV2Cbor => Media::Cbor,
        Protocol::RestXml | Protocol::Query | Protocol::Ec2 => Media::Xml,
    }
}

/// Whether a body is a structure, and not bytes or text.
fn is_structured(model: &Model, shape: Option<model::ShapeId>) -> bool {
    let Some(shape) = shape.map(|id| model.shape(id)) else { return true };
    let payload = shape.payload.map(|index| model.shape(shape.members[index].shape));
    !payload.is_some_and(|p| matches!(p.kind, model::Kind::Blob | model::Kind::String))
}

pub fn headers(json: &Json) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in json.as_object().into_iter().flatten() {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        map.insert(name, HeaderValue::from_bytes(value.as_str().unwrap().as_bytes()).unwrap());
    }
    map
}

fn body(protocol: Protocol, json: &Json) -> Bytes {
    let text = json.as_str().unwrap_or("");
    match protocol {
        Protocol::RpcV2Cbor => values::unbase64(text).into(),
        _ => Bytes::copy_from_slice(text.as_bytes()),
    }
}

/// A request from a case: `uri` may hold a query, `queryParams` more of it.
pub fn request(protocol: Protocol, case: &Json) -> Request {
    let uri = case["uri"].as_str().unwrap_or("/");
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    let more = case["queryParams"].as_array().into_iter().flatten().filter_map(Json::as_str);
    let query: Vec<&str> = query.split('&').chain(more).filter(|pair| !pair.is_empty()).collect();
    Request {
        method: Method::from_bytes(case["method"].as_str().unwrap_or("POST").as_bytes()).unwrap(),
        path: path.to_owned(),
        query: query.join("&"),
        host: case["host"].as_str().unwrap_or("").to_owned(),
        headers: headers(&case["headers"]),
        body: body(protocol, &case["body"]),
    }
}

/// A reply from a case.
pub fn reply(protocol: Protocol, status: &Json, case: &Json) -> Reply {
    Reply {
        status: status.as_u64().unwrap_or(200) as u16,
        headers: headers(&case["headers"]),
        body: body(protocol, &case["body"]),
    }
}

/// What two headers say, but for the white space of lists and the character set.
fn normal(name: &str, text: &str) -> String {
    match name {
        "content-type" => text.split(';').next().unwrap_or("").trim().to_owned(),
        _ => text.replace(", ", ","),
    }
}

/// Checks the headers that the case names, and that those it forbids are not there.
pub fn compare_headers(got: &HeaderMap, want: &HeaderMap, case: &Json) -> Result<(), String> {
    for (name, value) in want {
        if name == "content-length" {
            continue;
        }
        let text = |v: &HeaderValue| normal(name.as_str(), &String::from_utf8_lossy(v.as_bytes()));
        let (found, value) = (got.get(name).map(text), text(value));
        if found.as_ref() != Some(&value) {
            return Err(format!("the header {name} is {found:?}, not {value:?}"));
        }
    }
    for name in case["forbidHeaders"].as_array().into_iter().flatten().filter_map(Json::as_str) {
        if got.contains_key(name) {
            return Err(format!("the header {name} is there"));
        }
    }
    for name in case["requireHeaders"].as_array().into_iter().flatten().filter_map(Json::as_str) {
        // The connection sets the length.
        if !name.eq_ignore_ascii_case("content-length") && !got.contains_key(name) {
            return Err(format!("the header {name} is missing"));
        }
    }
    Ok(())
}

pub fn compare_request(call: &Call<'_>, got: &Request, case: &Json) -> Result<(), String> {
    let want = request(call.protocol, case);
    if got.path != want.path || got.method != want.method {
        return Err(format!("wrote {} {}, not {} {}", got.method, got.path, want.method, want.path));
    }
    form::compare(&got.query, &want.query)?;
    compare_headers(&got.headers, &want.headers, case)?;
    if !case["body"].is_string() {
        return Ok(());
    }
    if matches!(call.protocol, Protocol::Query | Protocol::Ec2) {
        return form::compare(std::str::from_utf8(&got.body).unwrap(), std::str::from_utf8(&want.body).unwrap());
    }
    let media = media(call.protocol, &want.headers, is_structured(call.model, call.operation.input));
    trees::compare(media, &got.body, &want.body)
}

pub fn compare_reply(call: &Call<'_>, got: &Reply, status: &Json, case: &Json) -> Result<(), String> {
    let want = reply(call.protocol, status, case);
    if got.status != want.status {
        return Err(format!("answered {}, not {}", got.status, want.status));
    }
    compare_headers(&got.headers, &want.headers, case)?;
    if !case["body"].is_string() {
        return Ok(());
    }
    let media = media(call.protocol, &want.headers, is_structured(call.model, call.operation.output));
    trees::compare(media, &got.body, &want.body)
}
