//! One request and its reply, between hyper's types and ours.

use crate::admin;
use crate::server::Shared;
use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use hyper::{Request, Response, StatusCode, header};
use pipeline::{Broken, Parked, Peer, Progress};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;

/// Answers one request.
pub(crate) async fn answer(
    request: Request<Incoming>,
    peer: Peer,
    shared: Arc<Shared>,
) -> io::Result<Response<Full<Bytes>>> {
    let request = match read(request, &shared).await {
        Ok(request) => request,
        Err(refusal) => return Ok(plain(refusal.0, refusal.1)),
    };
    if admin::is_mine(&request.path) {
        return Ok(response(admin::answer(&request, peer, &shared).await));
    }
    let mut progress = shared.cloud.handle(request, peer);
    loop {
        match progress {
            Progress::Done(reply) => return Ok(response(reply)),
            Progress::Waiting(parked) => progress = wait(parked, &shared).await,
            Progress::Delayed(delayed) => {
                tokio::time::sleep(delayed.wait()).await;
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

type Refusal = (StatusCode, &'static str);

async fn read(request: Request<Incoming>, shared: &Shared) -> Result<wire::Request, Refusal> {
    let (parts, body) = request.into_parts();
    let limits = &shared.limits;
    let body = collect(body, limits.body, limits.body_pause).await?;
    let host = match parts.uri.authority() {
        Some(authority) => authority.to_string(),
        None => parts.headers.get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or_default().to_owned(),
    };
    let path = parts.uri.path();
    Ok(wire::Request {
        method: parts.method,
        path: if path.is_empty() { "/".to_owned() } else { path.to_owned() },
        query: parts.uri.query().unwrap_or_default().to_owned(),
        host,
        headers: parts.headers,
        body,
    })
}

async fn collect(mut body: Incoming, most: usize, pause: Duration) -> Result<Bytes, Refusal> {
    const TOO_LARGE: Refusal = (StatusCode::PAYLOAD_TOO_LARGE, "the request's body is too large");
    const BROKEN: Refusal = (StatusCode::BAD_REQUEST, "the request's body broke off");
    const TOO_SLOW: Refusal = (StatusCode::REQUEST_TIMEOUT, "the request's body came too slowly");
    if body.size_hint().lower() > most as u64 {
        return Err(TOO_LARGE);
    }
    let mut whole: Option<Bytes> = None;
    let mut more = BytesMut::new();
    loop {
        if body.is_end_stream() {
            break;
        }
        let Some(frame) = tokio::time::timeout(pause, body.frame()).await.map_err(|_| TOO_SLOW)? else { break };
        let Ok(data) = frame.map_err(|_| BROKEN)?.into_data() else { continue };
        let have = whole.as_ref().map_or(0, Bytes::len) + more.len();
        if have + data.len() > most {
            return Err(TOO_LARGE);
        }
        // Nearly every body is one frame, which is then taken as it is.
        match &whole {
            None if more.is_empty() => whole = Some(data),
            _ => {
                if let Some(first) = whole.take() {
                    more.extend_from_slice(&first);
                }
                more.extend_from_slice(&data);
            }
        }
    }
    Ok(whole.unwrap_or_else(|| more.freeze()))
}

fn response(reply: wire::Reply) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(reply.body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *response.headers_mut() = reply.headers;
    response
}

fn plain(status: StatusCode, text: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    // What is left of the body cannot be told from the next request.
    response.headers_mut().insert(header::CONNECTION, header::HeaderValue::from_static("close"));
    response
}
