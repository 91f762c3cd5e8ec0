//! The operator's API of a running cloud, asked over HTTP.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Method, Request, Response, Uri};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::fmt;
use std::time::Duration;
use tokio::net::TcpStream;
use wire::browser::is_this_machine;

/// How long an answer is waited for: longer than any long poll, and than API Gateway waits for a function.
const LONGEST: Duration = Duration::from_secs(120);

/// A running cloud, by its address.
#[derive(Debug, Clone)]
pub struct Client {
    host: String,
    port: u16,
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
    /// A client of the cloud at `endpoint`, such as `http://127.0.0.1:4566`. On this machine the port that speaks TLS is asked
    /// without: it takes both.
    pub fn of(endpoint: &str) -> Result<Client, Failure> {
        let malformed =
            || Failure(format!("'{endpoint}' is no endpoint of a cloud: write such as http://127.0.0.1:4566"));
        let uri: Uri = endpoint.parse().map_err(|_| malformed())?;
        let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(malformed)?.to_owned();
        let usual = match uri.scheme_str() {
            Some("http") => 80,
            Some("https") if is_this_machine(&host) => 443,
            Some("https") => {
                return Err(Failure(format!(
                    "'{endpoint}' is not on this machine, and terrella's own verbs speak no TLS: write http://, which the same \
                     port takes"
                )));
            }
            _ => return Err(malformed()),
        };
        Ok(Client { port: uri.port_u16().unwrap_or(usual), host })
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
    pub fn authority(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// The port at which it asks.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether the cloud is on this machine, by its name.
    pub fn is_here(&self) -> bool {
        is_this_machine(&self.host)
    }

    fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, Failure> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", self.authority())
            .header("content-type", "application/json")
            .body(body.map_or_else(Bytes::new, |body| Bytes::from(body.to_string())))
            .map_err(|e| Failure(format!("this cannot be asked: {e}")))?;
        let reply = self.send(request)?;
        let status = reply.status();
        let value: Value = serde_json::from_slice(reply.body())
            .map_err(|_| Failure(format!("what answers at {} is no Terrella (status {status})", self.authority())))?;
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
            let late = |_| Failure(format!("the cloud at {} has not answered for two minutes", self.authority()));
            tokio::time::timeout(LONGEST, self.exchange(request)).await.map_err(late)?
        })
    }

    async fn exchange(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Failure> {
        let broken = |e: &dyn fmt::Display| Failure(format!("the cloud at {} broke off: {e}", self.authority()));
        let stream = TcpStream::connect(self.authority()).await.map_err(|e| {
            Failure(format!(
                "no cloud answers at {} ({e}): start one with `terrella start`, or say where it is with --endpoint",
                self.authority()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_of_clouds() {
        for (endpoint, authority) in [
            ("http://127.0.0.1:4566", Some("127.0.0.1:4566")),
            ("http://cloud.example", Some("cloud.example:80")),
            ("http://[::1]:4566", Some("[::1]:4566")),
            ("https://127.0.0.1:45901", Some("127.0.0.1:45901")),
            ("https://localhost", Some("localhost:443")),
            (
                "https://sqs.us-east-1.localhost.localstack.cloud:4566",
                Some("sqs.us-east-1.localhost.localstack.cloud:4566"),
            ),
            ("https://cloud.example:4566", None),
            ("https://notlocalhost:4566", None),
            ("foo", None),
            ("", None),
            ("http://", None),
            ("ftp://127.0.0.1:21", None),
        ] {
            let client = Client::of(endpoint).ok();
            assert_eq!(client.map(|client| client.authority()).as_deref(), authority, "{endpoint}");
        }
    }
}
