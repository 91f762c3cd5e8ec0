//! The Runtime API's HTTP: routes, limits, and AWS's error bodies.

use super::desk::{Desk, Misuse};
use super::{Answer, Delivery};
use crate::failure::failure;
use crate::{Failure, FunctionError};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// The largest answer, 6 MB and a little: AWS's own figure in its own error text.
pub(crate) const MAX_RESPONSE_BYTES: usize = 6_291_556;
/// A runtime needs one connection; a flood of them must not cost the server its descriptors.
const MAX_CONNECTIONS: usize = 16;
const ERROR_TYPE_HEADER: &str = "lambda-runtime-function-error-type";
const MAX_ERROR_TYPE_BYTES: usize = 256;

/// Serves connections until the task is dropped, and they with it.
pub(super) async fn accept(listener: TcpListener, desk: Arc<Desk>) {
    let mut connections = JoinSet::new();
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else {
            // Out of descriptors, most likely: trying again at once would spin.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        // A missing TCP_NODELAY costs time, not correctness.
        let _ = stream.set_nodelay(true);
        let desk = Arc::clone(&desk);
        connections.spawn(async move {
            let service = service_fn(move |request| {
                let desk = Arc::clone(&desk);
                async move { Ok::<_, Infallible>(route(&desk, request).await) }
            });
            // What breaks a connection is the runtime's own affair; it sees it at its end.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            drop(place);
        });
    }
}

async fn route(desk: &Desk, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let path = request.uri().path().to_owned();
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match (request.method(), parts.as_slice()) {
        (&Method::GET, ["2018-06-01", "runtime", "invocation", "next"]) => match desk.next().await {
            Ok(delivery) => event(delivery),
            Err(misuse) => refused(&misuse),
        },
        (&Method::POST, ["2018-06-01", "runtime", "invocation", id, verb @ ("response" | "error")]) => {
            finish(desk, id, *verb == "error", request).await
        }
        (&Method::POST, ["2018-06-01", "runtime", "init", "error"]) => match reported(request).await {
            Ok(failure) => settled(desk.init_error(failure)),
            Err(reply) => reply,
        },
        (_, ["2018-06-01", "runtime", "restore", ..]) => missing("SnapStart's restore is"),
        (_, ["2020-01-01", "extension", ..]) => missing("the Extensions API is"),
        (_, ["2020-08-15", "logs", ..]) => missing("the Logs API is"),
        (_, ["2022-07-01", "telemetry", ..]) => missing("the Telemetry API is"),
        _ => reply(StatusCode::NOT_FOUND, &error("NotFound", "The Runtime API has no such resource")),
    }
}

fn event(delivery: Delivery) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(delivery.payload));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in delivery.headers {
        // JSON in a header may hold characters beyond Latin-1; bytes pass where text would not.
        if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
            headers.insert(name, value);
        }
    }
    response
}

/// `/response` and `/error`.
async fn finish(desk: &Desk, id: &str, is_error: bool, request: Request<Incoming>) -> Response<Full<Bytes>> {
    if let Err(misuse) = desk.may_answer(id) {
        return refused(&misuse);
    }
    let streams =
        request.headers().get("lambda-runtime-function-response-mode").is_some_and(|mode| mode == "streaming");
    if streams {
        let message = "Response streaming is not implemented here";
        // The function cannot go on without it, so its caller is told the same.
        return match desk.answer(id, Err(failure("Runtime.StreamingNotImplemented", message))) {
            Ok(()) => missing("response streaming is"),
            Err(misuse) => refused(&misuse),
        };
    }
    let answer: Result<Answer, _> =
        if is_error { reported(request).await.map(Err) } else { body(request).await.map(Ok) };
    match answer {
        Ok(answer) => settled(desk.answer(id, answer)),
        Err(reply) if reply.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            // https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
            let text =
                format!("Response payload size exceeded maximum allowed payload size ({MAX_RESPONSE_BYTES} bytes).");
            let too_large = failure("Function.ResponseSizeTooLarge", &text);
            desk.answer(id, Err(too_large)).map_or_else(|misuse| refused(&misuse), |()| reply)
        }
        Err(reply) => reply,
    }
}

async fn body(request: Request<Incoming>) -> Result<Bytes, Response<Full<Bytes>>> {
    match Limited::new(request.into_body(), MAX_RESPONSE_BYTES).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(cause) if cause.is::<LengthLimitError>() => {
            let text = format!("Exceeded maximum allowed payload size ({MAX_RESPONSE_BYTES} bytes).");
            Err(reply(StatusCode::PAYLOAD_TOO_LARGE, &error("RequestEntityTooLarge", &text)))
        }
        Err(_) => Err(reply(StatusCode::BAD_REQUEST, &error("Runtime.TruncatedResponse", "The body ended early"))),
    }
}

/// An error report: its body if that is JSON, else one made of what is known.
async fn reported(request: Request<Incoming>) -> Result<Failure, Response<Full<Bytes>>> {
    let header = error_type(request.headers());
    let payload = body(request).await?;
    let document: Option<Value> = serde_json::from_slice(&payload).ok();
    let told = document.as_ref().and_then(|d| d.get("errorType")).and_then(Value::as_str).map(str::to_owned);
    let error_type = header.or(told).unwrap_or_else(|| "Unhandled".to_owned());
    Ok(match document {
        Some(_) => Failure { kind: FunctionError::Unhandled, error_type, payload },
        None => failure(&error_type, &String::from_utf8_lossy(&payload)),
    })
}

fn error_type(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(ERROR_TYPE_HEADER)?.to_str().ok()?;
    text.get(..text.len().min(MAX_ERROR_TYPE_BYTES)).map(str::to_owned)
}

fn settled(done: Result<(), Misuse>) -> Response<Full<Bytes>> {
    match done {
        Ok(()) => reply(StatusCode::ACCEPTED, &json!({ "status": "OK" })),
        Err(misuse) => refused(&misuse),
    }
}

fn refused(misuse: &Misuse) -> Response<Full<Bytes>> {
    match misuse {
        Misuse::State => reply(StatusCode::FORBIDDEN, &error("InvalidStateTransition", "Transition is not allowed")),
        Misuse::RequestId => reply(StatusCode::BAD_REQUEST, &error("InvalidRequestID", "Invalid request ID")),
    }
}

fn missing(what: &str) -> Response<Full<Bytes>> {
    reply(StatusCode::NOT_IMPLEMENTED, &error("NotImplemented", &format!("{what} not implemented here")))
}

fn error(error_type: &str, message: &str) -> Value {
    json!({ "errorMessage": message, "errorType": error_type })
}

fn reply(status: StatusCode, document: &Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(document.to_string())));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
