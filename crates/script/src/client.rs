//! A client of any service, over the model: what an SDK does, without one.

use crate::document::{shown, typed};
use clock::Timestamp;
use http::{HeaderMap, HeaderValue, Request as HttpRequest, header};
use model::{Model, Protocol};
use pipeline::{Directory, Entry};
use serde_json::Value as Json;
use shape::{Node, Value};
use wire::codec::{Call, decode_reply, encode_request};
use wire::sigv4::{AmzDate, PathStyle, SignPayload, Signer};
use wire::{Reply, Request};

/// What a client signs with.
#[derive(Debug, Clone, PartialEq)]
pub struct Keys {
    /// The access key id; empty for a client that does not sign.
    pub id: String,
    /// The secret.
    pub secret: String,
    /// The session token of temporary credentials.
    pub token: Option<String>,
    /// The region that it signs for.
    pub region: String,
}

impl Keys {
    /// The bootstrap identity that everybody knows.
    pub fn bootstrap() -> Keys {
        Keys { id: "test".to_owned(), secret: "test".to_owned(), token: None, region: "us-east-1".to_owned() }
    }

    /// A client that does not sign.
    pub fn nobody() -> Keys {
        Keys { id: String::new(), ..Keys::bootstrap() }
    }

    /// A long-lived access key.
    pub fn of(id: &str, secret: &str) -> Keys {
        Keys { id: id.to_owned(), secret: secret.to_owned(), ..Keys::bootstrap() }
    }

    /// The same client in another region.
    pub fn in_region(mut self, region: &str) -> Keys {
        region.clone_into(&mut self.region);
        self
    }
}

/// What a call was answered with.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answer {
    /// The HTTP status; 0 where the call was never made.
    pub status: u16,
    /// The error's code; empty on success.
    pub code: String,
    /// The error's message; empty on success.
    pub message: String,
    /// The output, for a success.
    pub output: Json,
    /// Whether it answers plain HTTP: the output is the body, whatever the status.
    pub plain: bool,
    /// The headers that came with it.
    pub headers: HeaderMap,
}

impl Answer {
    /// The answer of a call that could not be made.
    pub fn failed(why: &str) -> Answer {
        Answer { code: "NotCalled".to_owned(), message: why.to_owned(), ..Answer::default() }
    }

    /// Whether it is a success.
    pub fn ok(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// The protocol that clients speak here: the service's own choice but for CBOR, whose errors nobody can read in a test.
fn spoken(model: &Model) -> Protocol {
    let protocols = &model.metadata.protocols;
    let readable = protocols.iter().find(|protocol| **protocol != Protocol::RpcV2Cbor);
    readable.or(protocols.first()).copied().unwrap_or_default()
}

/// A client of the services that a directory knows.
#[derive(Clone)]
pub struct Client {
    directory: &'static Directory,
    host: String,
}

impl Client {
    /// A client that names this host, such as `localhost:4566`, as the one it asks.
    pub fn new(directory: &'static Directory, host: &str) -> Client {
        Client { directory, host: host.to_owned() }
    }

    fn entry(&self, service: &str) -> Result<&'static Entry, String> {
        self.directory.entry(service).ok_or_else(|| format!("there is no service {service}"))
    }

    fn call(&self, service: &str, operation: &str) -> Result<(&'static Entry, Call<'static>), String> {
        let entry = self.entry(service)?;
        let model = entry.model.get();
        let operation = model.operation(operation).ok_or_else(|| format!("{service} has no operation {operation}"))?;
        Ok((entry, Call { model, operation, protocol: spoken(model), switches: &entry.switches }))
    }

    /// A signed request for an operation, its input as JSON.
    ///
    /// # Errors
    /// Which service, operation or member there is none of.
    pub fn request(
        &self,
        keys: &Keys,
        (service, operation): (&str, &str),
        input: &Json,
        date: Timestamp,
    ) -> Result<Request, String> {
        let (_, call) = self.call(service, operation)?;
        let value = match call.operation.input {
            Some(shape) => typed(call.model, shape, input)?,
            None => Value::Null,
        };
        self.request_of(keys, (service, operation), &value, date)
    }

    /// The same with an input that is typed already.
    ///
    /// # Errors
    /// Which service or operation there is none of.
    pub fn request_of(
        &self,
        keys: &Keys,
        (service, operation): (&str, &str),
        input: &Value,
        date: Timestamp,
    ) -> Result<Request, String> {
        let (_, call) = self.call(service, operation)?;
        let mut request = encode_request(&call, input.peek()).map_err(|e| e.to_string())?;
        self.host.clone_into(&mut request.host);
        request.headers.insert(header::HOST, HeaderValue::from_str(&self.host).map_err(|e| e.to_string())?);
        self.sign(&mut request, keys, service, date)?;
        Ok(request)
    }

    /// Signs a request for a service; keys without an id sign nothing.
    ///
    /// # Errors
    /// That there is no such service, or what keeps the request from being signed.
    pub fn sign(&self, request: &mut Request, keys: &Keys, service: &str, date: Timestamp) -> Result<(), String> {
        if keys.id.is_empty() {
            return Ok(());
        }
        // Some names that are signed for, such as that of a deployed API, are no service's prefix.
        let entry = self.directory.entry(service);
        let style = match entry.is_some_and(|entry| entry.wire().plain_signing) {
            true => PathStyle::S3,
            false => PathStyle::Other,
        };
        let name = entry.map_or(service, |entry| &entry.model.get().metadata.signing_name);
        sign(request, keys, (name, style), date)
    }

    /// A reply as the operation's client reads it.
    pub fn answer(&self, (service, operation): (&str, &str), reply: &Reply) -> Answer {
        let headers = reply.headers.clone();
        if reply.status >= 300 {
            let (code, message) = error_of(reply);
            return Answer { status: reply.status, code, message, headers, ..Answer::default() };
        }
        match self.output(service, operation, reply) {
            Ok(output) => {
                let output = match shown(&output) {
                    Json::Null => Json::Object(serde_json::Map::new()),
                    output => output,
                };
                Answer { status: reply.status, output, headers, ..Answer::default() }
            }
            Err(why) => Answer::failed(&why),
        }
    }

    /// The output that a successful reply holds.
    ///
    /// # Errors
    /// That it cannot be read.
    pub fn output(&self, service: &str, operation: &str, reply: &Reply) -> Result<Value, String> {
        let (_, call) = self.call(service, operation)?;
        let mut output = Value::default();
        decode_reply(&call, reply, &mut output).map_err(|e| format!("the reply cannot be read: {e}"))?;
        Ok(output)
    }
}

fn sign(
    request: &mut Request,
    keys: &Keys,
    (service, style): (&str, PathStyle),
    date: Timestamp,
) -> Result<(), String> {
    let query = if request.query.is_empty() { String::new() } else { format!("?{}", request.query) };
    let uri = format!("http://{}{}{query}", request.host, request.path);
    let mut http = HttpRequest::builder().method(request.method.clone()).uri(uri);
    if let Some(headers) = http.headers_mut() {
        headers.clone_from(&request.headers);
    }
    let (mut parts, ()) = http.body(()).map_err(|e| e.to_string())?.into_parts();
    let signer = Signer {
        access_key: &keys.id,
        secret: &keys.secret,
        session_token: keys.token.as_deref(),
        region: &keys.region,
        service,
        style,
    };
    let payload = SignPayload::Bytes(&request.body);
    signer.sign(&mut parts, payload, AmzDate::from_epoch(date.secs())).map_err(|e| format!("{e:?}"))?;
    request.headers = parts.headers;
    Ok(())
}

/// The code and the message of an error in any protocol.
pub(crate) fn error_of(reply: &Reply) -> (String, String) {
    if let Ok(json) = serde_json::from_slice::<Json>(&reply.body) {
        let text = |name: &str| json.get(name).and_then(Json::as_str).map(str::to_owned);
        let header = reply.headers.get("x-amzn-errortype").and_then(|v| v.to_str().ok()).map(str::to_owned);
        let code = text("__type").or(header).or_else(|| text("code")).unwrap_or_default();
        let code = code.rsplit('#').next().unwrap_or_default().split(':').next().unwrap_or_default().to_owned();
        return (code, text("message").or_else(|| text("Message")).unwrap_or_default());
    }
    let body = String::from_utf8_lossy(&reply.body);
    let element = |name: &str| {
        let start = body.find(&format!("<{name}>"))? + name.len() + 2;
        let end = body.get(start..)?.find(&format!("</{name}>"))? + start;
        body.get(start..end).map(unescape)
    };
    (element("Code").unwrap_or_default(), element("Message").unwrap_or_default())
}

fn unescape(text: &str) -> String {
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#39;", "'"), ("&amp;", "&")];
    entities.iter().fold(text.to_owned(), |text, (entity, plain)| text.replace(entity, plain))
}
