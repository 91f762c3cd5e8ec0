//! Fronts: plain HTTP that is no operation of a model, such as a published key, or an API of a user's own.
//!
//! A front goes through the same door as every operation: recorded, metered, throttled, struck by faults, and decided by
//! its entry in `access.rs`. A request that is signed is verified first; the front knows the caller, or that there is none.

use crate::{Operation, Result, View};
use bytes::Bytes;
use shape::{Struct, shape};

/// Where plain HTTP is answered, and by what.
///
/// In a pattern of a path `*` stands for one segment that is not empty, and `**` at its end for all that follows.
pub struct Front {
    /// The labels of the hosts under which it answers, without region: `execute-api`.
    pub hosts: &'static [&'static str],
    /// The paths under these hosts.
    pub host_paths: &'static [&'static str],
    /// The paths under a host that names no service, as by an address. They must not begin as a bucket's path can.
    pub paths: &'static [&'static str],
    /// The names in the scopes of the signatures that it takes.
    pub signing_names: &'static [&'static str],
    /// What it does with an [`HttpRequest`], answering an [`HttpReply`]: made by [`crate::operation!`], with the name that
    /// records call it.
    pub operation: Operation,
}

/// How a service answers browsers that ask on behalf of pages of other origins, whatever its operations answer.
/// <https://fetch.spec.whatwg.org/#http-cors-protocol>
pub struct CrossOrigin {
    /// What answers a preflight: every `OPTIONS` that reaches the service. It has no places of its own, and nobody signs it: a
    /// signature in its query is the one of the request that is to follow.
    pub preflight: Front,
    /// What a reply says besides, to a request that names its origin. What the host named stands in its path.
    pub headers: fn(&View, &HttpRequest) -> Result<Vec<HttpHeader>>,
}

shape! {
    /// A plain request.
    pub struct HttpRequest {
        /// The method.
        pub method: String,
        /// The host as the client named it, with its port.
        pub host: String,
        /// What stands before the front's label in the host, such as an API's id; empty where it was found by its path.
        pub host_rest: String,
        /// The path as it came, percent-encoded.
        pub path: String,
        /// The query string as it came.
        pub query: String,
        /// The headers in the order in which they came.
        pub headers: Vec<HttpHeader>,
        /// The body.
        pub body: Bytes,
    }

    /// A header.
    pub struct HttpHeader {
        /// Its name.
        pub name: String,
        /// Its value.
        pub value: String,
    }

    /// The answer to a plain request.
    pub struct HttpReply {
        /// The status.
        pub status: i64,
        /// The headers. One that no reply can carry is left out.
        pub headers: Vec<HttpHeader>,
        /// The body.
        pub body: Bytes,
    }
}

impl HttpRequest {
    /// The first header of a name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name)).map(|header| header.value.as_str())
    }
}

impl HttpReply {
    /// The answer in an operation's output; `None` if it is another's. For the door.
    pub fn of(output: &dyn Struct) -> Option<&HttpReply> {
        output.as_any().downcast_ref()
    }

    /// An answer without headers.
    pub fn new(status: i64, body: impl Into<Bytes>) -> HttpReply {
        HttpReply { status, headers: Vec::new(), body: body.into() }
    }

    /// Adds a header.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> HttpReply {
        self.headers.push(HttpHeader { name: name.to_owned(), value: value.into() });
        self
    }
}
