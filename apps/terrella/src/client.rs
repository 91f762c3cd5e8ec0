//! The operator's API of a running cloud, asked over HTTP.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::fmt;
use std::time::Duration;
use tokio::net::TcpStream;

/// How long an answer is waited for: longer than any long poll, and than API Gateway waits for a function.
const LONGEST: Duration = Duration::from_secs(120);

/// A running cloud, by its address.
#[derive(Debug, Clone)]
pub struct Client {
    authority: String,
}

/// Why an operator's request failed, with what to do next.
#[derive(Debug)]
pub struct Failure(pub String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Client {
    /// A client of the cloud at `endpoint`, such as `http://127.0.0.1:4566`.
    pub fn of(endpoint: &str) -> Result<Client, Failure> {
        let rest = endpoint.strip_prefix("http://").ok_or_else(|| {
            Failure(format!("'{endpoint}' is no endpoint of a cloud: write such as http://127.0.0.1:4566"))
        })?;
        let authority = rest.split('/').next().unwrap_or_default();
        let port = if authority.contains(':') { "" } else { ":80" };
        Ok(Client { authority: format!("{authority}{port}") })
    }

    /// Asks with `GET`.
    pub fn get(&self, path: &str) -> Result<Value, Failure> {
        self.ask(Method::GET, path, None)
    }

    /// Asks with `POST`.
    pub fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.ask(Method::POST, path, Some(body))
    }

    /// Asks with `DELETE`.
    pub fn delete(&self, path: &str) -> Result<Value, Failure> {
        self.ask(Method::DELETE, path, None)
    }

    /// The address that it asks: `127.0.0.1:4566`.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, Failure> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", &self.authority)
            .header("content-type", "application/json")
            .body(body.map_or_else(Bytes::new, |body| Bytes::from(body.to_string())))
            .map_err(|e| Failure(format!("this cannot be asked: {e}")))?;
        let reply = self.send(request)?;
        let status = reply.status();
        let value: Value = serde_json::from_slice(reply.body())
            .map_err(|_| Failure(format!("what answers at {} is no Terrella (status {status})", self.authority)))?;
        if status.is_success() {
            return Ok(value);
        }
        let why = value.get("error").and_then(Value::as_str).unwrap_or("it does not say why");
        Err(Failure(why.to_owned()))
    }

    /// Sends a request as it is, whatever host it names, and waits for the whole reply, for two minutes at most.
    pub fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|e| Failure(format!("no connection can be made: {e}")))?;
        runtime.block_on(async {
            let late = |_| Failure(format!("the cloud at {} has not answered for two minutes", self.authority));
            tokio::time::timeout(LONGEST, self.exchange(request)).await.map_err(late)?
        })
    }

    async fn exchange(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Failure> {
        let broken = |e: &dyn fmt::Display| Failure(format!("the cloud at {} broke off: {e}", self.authority));
        let stream = TcpStream::connect(&self.authority).await.map_err(|e| {
            Failure(format!(
                "no cloud answers at {} ({e}): start one with `terrella start`, or say where it is with --endpoint",
                self.authority
            ))
        })?;
        let handshake = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
        let (mut sender, connection) = handshake.map_err(|e| broken(&e))?;
        tokio::spawn(connection);
        let reply = sender.send_request(request.map(Full::new)).await.map_err(|e| broken(&e))?;
        let (head, body) = reply.into_parts();
        let bytes = body.collect().await.map_err(|e| broken(&e))?.to_bytes();
        Ok(Response::from_parts(head, bytes))
    }
}

/// A text as a part of a query string.
pub fn escaped(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
