//! A client of any service, over the model: what an SDK does, without one.

use crate::document::{shown, typed};
use clock::Timestamp;
use http::{HeaderValue, Request as HttpRequest, header};
use model::{Model, Protocol};
use pipeline::{Directory, Entry};
use serde_json::Value as Json;
use shape::{Node, Value};
use wire::codec::{Call, decode_reply, encode_request};
use wire::sigv4::{AmzDate, PathStyle, SignPayload, Signer};
use wire::{Reply, Request};

/// Where every client of a world believes it is.
pub(crate) const HOST: &str = "localhost:4566";

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
#[derive(Debug, Clone, PartialEq)]
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
}

impl Answer {
    /// The answer of a call that could not be made.
    pub(crate) fn failed(why: &str) -> Answer {
        Answer { status: 0, code: "NotCalled".to_owned(), message: why.to_owned(), output: Json::Null, plain: false }
    }

    /// Whether it is a success.
    pub fn ok(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

fn entry<'d>(directory: &'d Directory, service: &str) -> Result<&'d Entry, String> {
    directory.entry(service).ok_or_else(|| format!("there is no service {service}"))
}

/// The protocol that clients speak here: the service's own choice but for CBOR, whose errors nobody can read in a test.
fn spoken(model: &Model) -> Protocol {
    let protocols = &model.metadata.protocols;
    let readable = protocols.iter().find(|protocol| **protocol != Protocol::RpcV2Cbor);
    readable.or(protocols.first()).copied().unwrap_or_default()
}

/// A signed request.
pub(crate) fn encode(
    directory: &Directory,
    (service, operation): (&str, &str),
    input: &Json,
    keys: &Keys,
    date: Timestamp,
) -> Result<Request, String> {
    let entry = entry(directory, service)?;
    let model = entry.model.get();
    let operation = model.operation(operation).ok_or_else(|| format!("{service} has no operation {operation}"))?;
    let protocol = spoken(model);
    let call = Call { model, operation, protocol, switches: &entry.switches };
    let value = match operation.input {
        Some(shape) => typed(model, shape, input)?,
        None => Value::Null,
    };
    let mut request = encode_request(&call, value.peek()).map_err(|e| e.to_string())?;
    HOST.clone_into(&mut request.host);
    request.headers.insert(header::HOST, HeaderValue::from_static(HOST));
    if keys.id.is_empty() {
        return Ok(request);
    }
    let style = if entry.wire().plain_signing { PathStyle::S3 } else { PathStyle::Other };
    sign(&mut request, keys, (&model.metadata.signing_name, style), date)?;
    Ok(request)
}

pub(crate) fn sign(
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

/// A reply as a client reads it.
pub(crate) fn decode(directory: &Directory, (service, operation): (&str, &str), reply: &Reply) -> Answer {
    let Ok(entry) = entry(directory, service) else { return Answer::failed("there is no such service") };
    let model = entry.model.get();
    let Some(operation) = model.operation(operation) else { return Answer::failed("there is no such operation") };
    if reply.status >= 300 {
        let (code, message) = error_of(reply);
        return Answer { status: reply.status, code, message, output: Json::Null, plain: false };
    }
    let protocol = spoken(model);
    let call = Call { model, operation, protocol, switches: &entry.switches };
    let mut output = Value::default();
    if let Err(e) = decode_reply(&call, reply, &mut output) {
        return Answer::failed(&format!("the reply cannot be read: {e}"));
    }
    let output = match shown(&output) {
        Json::Null => Json::Object(serde_json::Map::new()),
        output => output,
    };
    Answer { status: reply.status, code: String::new(), message: String::new(), output, plain: false }
}

fn error_of(reply: &Reply) -> (String, String) {
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
