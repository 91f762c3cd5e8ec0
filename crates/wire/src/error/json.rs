use super::known::Known;
use super::{ErrorReply, document};
use crate::Reply;
use http::{HeaderName, HeaderValue, header};
use model::{Model, Protocol};

const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

pub(super) fn encode(model: &Model, protocol: Protocol, known: &Known<'_>, error: &ErrorReply<'_>) -> Reply {
    let modelled = known.shape.filter(|_| !error.members.is_absent());
    let mut reply = modelled.map(|(id, _)| document(model, protocol, id, error.members)).unwrap_or_default();
    reply.headers.remove("x-amzn-requestid");
    let version = model.metadata.json_version.as_deref();
    let content_type = match (protocol, version) {
        (Protocol::Json, Some("1.1")) => "application/x-amz-json-1.1",
        (Protocol::Json, _) => "application/x-amz-json-1.0",
        _ => "application/json",
    };
    reply.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    let mut first = Vec::new();
    match protocol {
        Protocol::RestJson => reply.set(ERROR_TYPE, known.name),
        // JSON 1.1 has the bare name, JSON 1.0 and RPC v2 the whole one.
        Protocol::Json if version == Some("1.1") => first.push(("__type", known.name)),
        _ => first.push(("__type", &*known.qualified)),
    }
    if protocol == Protocol::RpcV2Json {
        reply.headers.insert("smithy-protocol", HeaderValue::from_static("rpc-v2-json"));
    }
    first.extend(known.message_name(error).map(|name| (name, error.message)));
    first.extend(known.request_id_name(error).map(|name| (name, error.request_id)));
    reply.body = with_first(&first, &reply.body).into();
    reply
}

/// An object with these strings before the members that it has.
fn with_first(first: &[(&str, &str)], object: &[u8]) -> Vec<u8> {
    let rest = object.strip_prefix(b"{").and_then(|o| o.strip_suffix(b"}")).unwrap_or_default();
    let mut out = vec![b'{'];
    for (name, text) in first {
        if out.len() > 1 {
            out.push(b',');
        }
        string(&mut out, name);
        out.push(b':');
        string(&mut out, text);
    }
    if !rest.is_empty() {
        if out.len() > 1 {
            out.push(b',');
        }
        out.extend_from_slice(rest);
    }
    out.push(b'}');
    out
}

fn string(out: &mut Vec<u8>, text: &str) {
    // A string is always JSON and a vector takes all that is written to it.
    let _ = serde_json::to_writer(out, text);
}
