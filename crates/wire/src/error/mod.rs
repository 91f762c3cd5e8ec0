//! Errors in each protocol's envelope.
//!
//! A service names an error by its shape or by its wire code; here it becomes what the protocol's clients look for. The
//! modelled members beside the message go through the same codec as replies do.
//!
//! <https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html#operation-error-serialization> and its siblings.

mod cbor;
mod json;
mod known;
#[cfg(test)]
mod tests;
mod xml;

use crate::Reply;
use crate::codec::{Call, Switches, encode_reply};
use http::HeaderName;
use known::Known;
use model::{Model, Operation, Protocol, ShapeId};
use shape::Peek;

const QUERY_ERROR: HeaderName = HeaderName::from_static("x-amzn-query-error");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const HOST_ID: HeaderName = HeaderName::from_static("x-amz-id-2");

/// An error as its service tells it.
#[derive(Clone, Copy)]
pub struct ErrorReply<'a> {
    /// The name of the error's shape, or its code on the wire; for JSON 1.0 and CBOR a namespace may stand before it:
    /// `com.amazonaws.sqs#QueueDoesNotExist`.
    pub code: &'a str,
    /// The HTTP status; 0 for the model's.
    pub status: u16,
    /// The text; empty for none.
    pub message: &'a str,
    /// Whether the sender is at fault, where the model does not say.
    pub sender_fault: bool,
    /// The modelled members beside the message, or [`Peek::Absent`]. Members of a map that the model does not know
    /// become plain elements of XML errors, as in S3's; those named in lower case become headers of errors that have no
    /// envelope.
    pub members: Peek<'a>,
    /// The request's id.
    pub request_id: &'a str,
    /// S3's second id; empty where the service has none.
    pub host_id: &'a str,
}

impl Default for ErrorReply<'_> {
    fn default() -> Self {
        let empty = "";
        ErrorReply {
            code: empty,
            status: 0,
            message: empty,
            sender_fault: true,
            members: Peek::Absent,
            request_id: empty,
            host_id: empty,
        }
    }
}

/// The reply that tells a client of `error`.
pub fn encode_error(model: &Model, protocol: Protocol, switches: &Switches, error: &ErrorReply<'_>) -> Reply {
    let known = Known::of(model, switches, error);
    let mut reply = match protocol {
        Protocol::Json | Protocol::RestJson | Protocol::RpcV2Json => json::encode(model, protocol, &known, error),
        Protocol::RpcV2Cbor => cbor::encode(model, &known, error),
        Protocol::RestXml if switches.unwrapped_errors => xml::unwrapped(model, &known, error),
        Protocol::RestXml | Protocol::Query => xml::wrapped(model, protocol, switches, &known, error),
        Protocol::Ec2 => xml::ec2(model, &known, error),
    };
    reply.status = known.status;
    let json = matches!(protocol, Protocol::Json | Protocol::RpcV2Cbor | Protocol::RpcV2Json);
    if json && model.metadata.query_compatible {
        // https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait
        reply.set(QUERY_ERROR, &format!("{};{}", known.code, known.side()));
    }
    reply.set(switches.request_id_header.clone().unwrap_or(REQUEST_ID), error.request_id);
    if !error.host_id.is_empty() {
        reply.set(HOST_ID, error.host_id);
    }
    reply
}

/// The members of an error as the body, and the headers, of a reply that has its shape.
fn document(model: &Model, protocol: Protocol, shape: ShapeId, members: Peek<'_>) -> Reply {
    let operation = Operation { output: Some(shape), ..Operation::default() };
    let call = Call { model, operation: &operation, protocol, switches: &Switches::default() };
    encode_reply(&call, members, "")
}
