//! What a proof stands on: a running cloud, reached as its clients and its operator reach it.

use clock::Timestamp;
use serde_json::Value as Json;
use std::time::Duration;
use wire::{Reply, Request};

/// A running cloud.
pub trait Ground {
    /// Carries a request to it, whatever host the request names, and brings the reply.
    ///
    /// # Errors
    /// Why there is no reply.
    fn send(&mut self, request: Request) -> Result<Reply, String>;

    /// Asks the operator's API: the method, the path with its query, the body where there is one.
    ///
    /// # Errors
    /// What it refuses, or why there is no answer.
    fn operator(&mut self, method: &str, path: &str, body: Option<&Json>) -> Result<Json, String>;

    /// Lets some time pass before something is tried again.
    fn pause(&mut self, span: Duration);

    /// The time by which requests are signed.
    fn real_now(&self) -> Timestamp;
}
