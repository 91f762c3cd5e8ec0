use crate::exchange;
use crate::patience::{HeadTimer, Rarely};
use crate::server::Shared;
use crate::tls::HANDSHAKE;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulConnection;
use pipeline::Peer;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

/// What every HTTP/2 connection begins with, as far as it takes to tell it from every method of HTTP/1.1.
/// <https://www.rfc-editor.org/rfc/rfc9113#section-3.4>
const PREFACE: &[u8] = b"PRI ";

/// What a connection's first bytes say that it speaks.
enum Speech {
    Tls,
    Http1,
    /// HTTP/2, or what is not known yet.
    Http,
}

/// Serves one connection, with or without TLS, until it ends or the server stops.
///
/// What it takes to converse is in a box of its own: a connection that has said nothing yet costs little.
pub(crate) async fn serve(stream: TcpStream, peer: SocketAddr, shared: Arc<Shared>) {
    // A reply is one write: waiting to join it with another only delays it.
    let _ = stream.set_nodelay(true);
    let peer = Peer { ip: peer.ip(), secure: false };
    match listen(&stream, &shared).await {
        Some(Speech::Tls) => Box::pin(secured(stream, peer, shared)).await,
        Some(Speech::Http1) => Box::pin(converse_in_http1(stream, peer, shared)).await,
        Some(Speech::Http) => Box::pin(converse(stream, peer, shared)).await,
        // It said nothing, or is gone, or the server stops.
        None => {}
    }
}

async fn listen(stream: &TcpStream, shared: &Shared) -> Option<Speech> {
    let mut stop = shared.stop.clone();
    let mut first = [0; PREFACE.len()];
    let length = tokio::select! {
        begun = tokio::time::timeout(shared.limits.head_time, stream.peek(&mut first)) => begun.ok()?.ok()?,
        _ = stop.wait_for(|stop| *stop) => return None,
    };
    match first.get(..length)? {
        [] => None,
        [HANDSHAKE, ..] => Some(Speech::Tls),
        first if PREFACE.starts_with(first) => Some(Speech::Http),
        _ => Some(Speech::Http1),
    }
}

async fn secured(stream: TcpStream, peer: Peer, shared: Arc<Shared>) {
    let Ok(acceptor) = shared.tls.acceptor() else { return };
    let accepted = tokio::time::timeout(shared.limits.head_time, acceptor.accept(stream)).await;
    if let Ok(Ok(stream)) = accepted {
        Box::pin(converse(stream, Peer { secure: true, ..peer }, shared)).await;
    }
}

/// HTTP/1.1 without TLS, as nearly all speak it who are on this machine.
async fn converse_in_http1(stream: TcpStream, peer: Peer, shared: Arc<Shared>) {
    let limits = &shared.limits;
    let mut builder = http1::Builder::new();
    builder.timer(HeadTimer::default()).header_read_timeout(limits.head_time).max_buf_size(limits.head);
    let handler = {
        let shared = Arc::clone(&shared);
        service_fn(move |request| exchange::answer(request, peer, Arc::clone(&shared)))
    };
    keep_up(builder.serve_connection(TokioIo::new(stream), handler), &shared).await;
}

/// HTTP/1.1 or HTTP/2.
async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin + 'static, peer: Peer, shared: Arc<Shared>) {
    let limits = &shared.limits;
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(HeadTimer::default()).header_read_timeout(limits.head_time).max_buf_size(limits.head);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(limits.head).unwrap_or(u32::MAX))
        .max_concurrent_streams(256);
    let handler = {
        let shared = Arc::clone(&shared);
        service_fn(move |request| exchange::answer(request, peer, Arc::clone(&shared)))
    };
    // It borrows its builder, for as long as it does not know which of the two it is.
    keep_up(builder.serve_connection(TokioIo::new(stream), handler), &shared).await;
}

/// Until the connection ends or the server stops, and what it was about is done.
async fn keep_up(connection: impl GracefulConnection, shared: &Shared) {
    let mut connection = pin!(connection);
    let mut stop = shared.stop.clone();
    let stopped = pin!(stop.wait_for(|stop| *stop));
    let mut stopped = Rarely::new(stopped);
    let ended = poll_fn(|cx| match connection.as_mut().poll(cx) {
        // What a broken connection has to say helps nobody: its client is gone.
        Poll::Ready(_) => Poll::Ready(true),
        Poll::Pending => stopped.poll(cx).map(|_| false),
    });
    if !ended.await {
        connection.as_mut().graceful_shutdown();
        let _ = connection.await;
    }
}
