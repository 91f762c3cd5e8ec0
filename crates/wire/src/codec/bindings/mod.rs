//! What the REST protocols keep outside the body: labels, query parameters and headers.
//! <https://smithy.io/2.0/spec/http-bindings.html>

pub(super) mod headers;
pub(super) mod media;
pub(super) mod parameters;
pub(super) mod uri;
