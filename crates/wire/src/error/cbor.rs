use super::known::Known;
use super::{ErrorReply, document};
use crate::Reply;
use http::{HeaderValue, header};
use model::{Model, Protocol};

/// A map whose length is not told, and its end.
const MAP: u8 = 0xbf;
const END: u8 = 0xff;

/// <https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html#operation-error-serialization>
pub(super) fn encode(model: &Model, known: &Known<'_>, error: &ErrorReply<'_>) -> Reply {
    let modelled = known.shape.filter(|_| !error.members.is_absent());
    let mut reply = modelled.map(|(id, _)| document(model, Protocol::RpcV2Cbor, id, error.members)).unwrap_or_default();
    let mut out = vec![MAP];
    text(&mut out, "__type");
    text(&mut out, &known.qualified);
    if let Some(name) = known.message_name(error) {
        text(&mut out, name);
        text(&mut out, error.message);
    }
    // The codec writes structures as maps whose length is not told, so members can be put before its own.
    out.extend_from_slice(reply.body.strip_prefix(&[MAP]).unwrap_or(&[END]));
    reply.body = out.into();
    reply.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/cbor"));
    reply.headers.insert("smithy-protocol", HeaderValue::from_static("rpc-v2-cbor"));
    reply
}

fn text(out: &mut Vec<u8>, text: &str) {
    const TEXT: u8 = 0x60;
    match text.len() {
        len @ 0..=23 => out.push(TEXT | len as u8),
        len @ 24..=0xff => out.extend_from_slice(&[TEXT | 24, len as u8]),
        len @ 0x100..=0xffff => {
            out.push(TEXT | 25);
            out.extend_from_slice(&(len as u16).to_be_bytes());
        }
        len => {
            out.push(TEXT | 27);
            out.extend_from_slice(&(len as u64).to_be_bytes());
        }
    }
    out.extend_from_slice(text.as_bytes());
}
