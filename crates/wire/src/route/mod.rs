//! Which service and which operation a request asks for.
//!
//! [`Routes`] finds the service, from facts that come in as data; [`operation`] finds the operation in that service's
//! model, by what its protocols look at: `X-Amz-Target`, `Action`, an RPC path, or method, path and query.

mod facts;
mod front;
mod host;
mod operation;
mod params;
mod refusal;
mod rest;
mod service;
#[cfg(test)]
pub(crate) mod tests;

pub use facts::{PathFact, ServiceFacts, possible_bucket_name, rest_prefixes};
pub use front::FrontFact;
pub(crate) use host::{DOMAINS, TWINS, without_port};
pub use operation::{Found, operation};
pub use params::Params;
pub use refusal::{NOT_IMPLEMENTED, NotImplemented, RouteError, UnknownPath, not_implemented};
pub use rest::RestTable;
pub use service::{Routes, ServiceMatch, path_with_host_label};
