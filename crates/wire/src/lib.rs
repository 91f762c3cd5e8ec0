//! HTTP to modelled values and back, for every AWS protocol; and signatures.
//!
//! Pure: no sockets, no clock. What AWS's protocols leave to the single service (S3's paths, a service's order of checks) comes in as
//! data, so that no service is named here.

pub mod browser;
pub mod codec;
pub mod error;
pub mod eventstream;
mod message;
pub mod route;
pub mod sigv2;
pub mod sigv4;
pub mod validate;

pub use message::{Reply, Request};
