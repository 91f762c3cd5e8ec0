//! Modelled calls to HTTP messages and back, for each protocol, on the server's and the client's side.
//!
//! A codec walks a [`Node`] along the model, so one codec serves every generated shape and [`shape::Value`] alike.
//! <https://smithy.io/2.0/aws/protocols/index.html>
//!
//! Invariants: input is bounded in depth and in the number of its nodes whatever it says about itself; a reader never
//! recurses or allocates by a number that a client wrote.

mod bindings;
mod cbor;
mod fault;
mod fill;
mod json;
mod query;
mod rest;
mod rpc;
mod scalar;
mod scan;
mod switches;
mod xml;

pub use fault::{DecodeError, EncodeError};
pub use json::{Limits, value_from_json, value_to_json};
pub use switches::Switches;

use crate::{Reply, Request};
use fault::{Bad, Part};
use model::{Location, Model, Operation, Protocol, Shape};
use shape::{Node, Peek};

/// How deep lists, maps and structures may nest in a message.
pub(crate) const DEEPEST: usize = 100;
/// How many nodes (members, elements, entries, unknown ones too) a message may hold.
pub(crate) const MOST_NODES: usize = 500_000;

/// A call as a codec needs it.
#[derive(Clone, Copy)]
pub struct Call<'m> {
    /// The service's model.
    pub model: &'m Model,
    /// The operation, one of the model's.
    pub operation: &'m Operation,
    /// The protocol that the request came in.
    pub protocol: Protocol,
    /// What the service does otherwise than its protocol says.
    pub switches: &'m Switches,
}

/// Reads a request's parts into `input`, a generated structure or a [`shape::Value`].
///
/// Absent members stay absent; constraints are not checked here. Errors are the answers that AWS gives to bytes that
/// cannot be read as the modelled type.
pub fn decode_request(call: &Call<'_>, request: &Request, input: &mut dyn Node) -> Result<(), DecodeError> {
    match call.protocol {
        Protocol::Query | Protocol::Ec2 => query::decode_request(call, request, input),
        Protocol::Json | Protocol::RpcV2Cbor | Protocol::RpcV2Json => rpc::decode_request(call, request, input),
        Protocol::RestJson | Protocol::RestXml => rest::decode_request(call, request, input),
    }
}

/// Writes a success, with the request's id where the protocol shows it.
pub fn encode_reply(call: &Call<'_>, output: Peek<'_>, request_id: &str) -> Reply {
    let mut reply = match call.protocol {
        Protocol::Query | Protocol::Ec2 => query::encode_reply(call, output, request_id),
        Protocol::Json | Protocol::RpcV2Cbor | Protocol::RpcV2Json => rpc::encode_reply(call, output),
        Protocol::RestJson | Protocol::RestXml => rest::encode_reply(call, output),
    };
    reply.set(call.switches.request_id_header(), request_id);
    reply
}

/// Writes a request as an SDK would. The host and the signature are the caller's to add.
///
/// # Errors
/// A label of the path that has no value.
pub fn encode_request(call: &Call<'_>, input: Peek<'_>) -> Result<Request, EncodeError> {
    match call.protocol {
        Protocol::Query | Protocol::Ec2 => Ok(query::encode_request(call, input)),
        Protocol::Json | Protocol::RpcV2Cbor | Protocol::RpcV2Json => Ok(rpc::encode_request(call, input)),
        Protocol::RestJson | Protocol::RestXml => rest::encode_request(call, input),
    }
}

/// Reads a success as an SDK would: unknown members and nulls in dense lists are skipped.
pub fn decode_reply(call: &Call<'_>, reply: &Reply, output: &mut dyn Node) -> Result<(), DecodeError> {
    match call.protocol {
        Protocol::Query | Protocol::Ec2 => query::decode_reply(call, reply, output),
        Protocol::Json | Protocol::RpcV2Cbor | Protocol::RpcV2Json => rpc::decode_reply(call, reply, output),
        Protocol::RestJson | Protocol::RestXml => rest::decode_reply(call, reply, output),
    }
}

impl<'m> Call<'m> {
    fn input(&self) -> Option<&'m Shape> {
        self.operation.input.map(|id| self.model.shape(id))
    }

    fn output(&self) -> Option<&'m Shape> {
        self.operation.output.map(|id| self.model.shape(id))
    }

    fn fault(&self, part: Part, bad: Bad) -> DecodeError {
        fault::of_protocol(self.protocol, self.switches, part, bad)
    }
}

/// Which members of a structure stand in the body: those of a nested one all do, whatever the model says of headers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// A request itself, whose members may be bound to headers, labels and query parameters.
    Request,
    /// A reply itself, whose members may be bound to headers and the status.
    Reply,
    /// Anything deeper, or a protocol without such bindings.
    Inner,
}

impl Scope {
    fn holds(self, location: Location) -> bool {
        matches!(
            (self, location),
            (Scope::Inner, _) | (_, Location::Body) | (Scope::Reply, Location::Uri | Location::QueryString)
        )
    }
}

/// Whose side a reader is on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    /// Reads requests and refuses what the model does not allow.
    Server,
    /// Reads replies and passes over what it does not know.
    Client,
}
