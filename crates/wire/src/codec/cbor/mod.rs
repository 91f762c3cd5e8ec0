//! CBOR bodies (RFC 8949), as Smithy's RPC v2 uses them.
//! <https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html>

mod decode;
mod encode;
mod reader;

pub(super) use decode::Decode;
pub(super) use encode::Encode;
