//! One request and its reply, between hyper's types and ours.

use crate::admin;
use crate::incoming;
use crate::outgoing::Outgoing;
use crate::server::Shared;
use bytes::Bytes;
use http::request::Parts;
use hyper::body::{Body, Incoming};
use hyper::{Request, Response, StatusCode, header};
use pipeline::{Broken, Parked, Peer, Progress};
use std::io;
use std::sync::Arc;
use tokio::sync::oneshot;

/// Answers one request. What few need is in boxes: hyper keeps room for the whole of this with each connection.
pub(crate) async fn answer(
    request: Request<Incoming>,
    peer: Peer,
    shared: Arc<Shared>,
) -> io::Result<Response<Outgoing>> {
    let (parts, body) = request.into_parts();
    let mut head = head(parts);
    if shared.cloud.takes_stream(&head) {
        return Box::pin(stream(head, body, peer, &shared)).await;
    }
    head.body = match incoming::collect(body, &shared.limits).await {
        Ok(body) => body,
        Err(refusal) => return Ok(plain(refusal.0, refusal.1)),
    };
    if admin::is_mine(&head.path) {
        return Ok(response(Box::pin(admin::answer(&head, peer, &shared)).await));
    }
    let progress = shared.cloud.handle(head, peer);
    drive(progress, &shared).await
}

/// Answers a request whose body is read only once it has been let in. Its client is told to go on, where it asked
/// (`Expect: 100-continue`), when the first of the body is read.
async fn stream(head: wire::Request, body: Incoming, peer: Peer, shared: &Shared) -> io::Result<Response<Outgoing>> {
    let waits = head.headers.contains_key(header::EXPECT);
    let (progress, whole) = match shared.cloud.begin(head, peer) {
        Progress::Receiving(receiving) => incoming::receive(receiving, body, &shared.limits).await,
        progress => {
            let whole = body.is_end_stream();
            if !waits && !whole {
                incoming::drain(body).await;
            }
            (progress, whole)
        }
    };
    let mut response = drive(progress, shared).await?;
    if !whole {
        close(&mut response);
    }
    Ok(response)
}

/// Takes a request to its answer.
async fn drive(mut progress: Progress, shared: &Shared) -> io::Result<Response<Outgoing>> {
    loop {
        match progress {
            Progress::Done(reply) => return Ok(response(reply)),
            Progress::Sending(reply, download) => {
                let mut response = response(reply);
                *response.body_mut() = Outgoing::Pieces(download);
                return Ok(response);
            }
            // Its body came before it began.
            Progress::Receiving(receiving) => progress = receiving.finish(),
            Progress::Waiting(parked) => progress = Box::pin(wait(parked, shared)).await,
            Progress::Delayed(delayed) => {
                Box::pin(tokio::time::sleep(delayed.wait())).await;
                progress = delayed.resume();
            }
            // An error of the service ends hyper's connection without a reply.
            Progress::Broken(Broken::Reset) => return Err(io::Error::from(io::ErrorKind::ConnectionReset)),
            Progress::Broken(Broken::Silent) => return std::future::pending().await,
        }
    }
}

/// Sleeps until the request is woken, its time has come, or the server stops.
async fn wait(parked: Parked, shared: &Shared) -> Progress {
    let (woken, wake) = oneshot::channel();
    parked.on_wake(move || {
        let _ = woken.send(());
    });
    let mut stop = shared.stop.clone();
    let left = parked.until_real().since(shared.cloud.clock().real());
    tokio::select! {
        _ = wake => {}
        () = tokio::time::sleep(left) => {}
        _ = stop.wait_for(|stop| *stop) => return parked.give_up(),
    }
    parked.resume()
}

fn head(parts: Parts) -> wire::Request {
    let host = match parts.uri.authority() {
        Some(authority) => authority.to_string(),
        None => parts.headers.get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or_default().to_owned(),
    };
    let path = parts.uri.path();
    wire::Request {
        method: parts.method,
        path: if path.is_empty() { "/".to_owned() } else { path.to_owned() },
        query: parts.uri.query().unwrap_or_default().to_owned(),
        host,
        headers: parts.headers,
        body: Bytes::new(),
    }
}

fn response(reply: wire::Reply) -> Response<Outgoing> {
    let mut response = Response::new(Outgoing::from(reply.body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *response.headers_mut() = reply.headers;
    response
}

fn plain(status: StatusCode, text: &'static str) -> Response<Outgoing> {
    let mut response = Response::new(Outgoing::from(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    close(&mut response);
    response
}

/// What is left of the body cannot be told from the next request.
fn close(response: &mut Response<Outgoing>) {
    response.headers_mut().insert(header::CONNECTION, header::HeaderValue::from_static("close"));
}
