use crate::exchange;
use crate::server::Shared;
use crate::tls::HANDSHAKE;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use pipeline::Peer;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

/// Serves one connection, with or without TLS, until it ends or the server stops.
pub(crate) async fn serve(stream: TcpStream, peer: SocketAddr, shared: Arc<Shared>) {
    // A reply is one write: waiting to join it with another only delays it.
    let _ = stream.set_nodelay(true);
    let mut stop = shared.stop.clone();
    let mut first = [0];
    let begun = tokio::select! {
        begun = tokio::time::timeout(shared.limits.head_time, stream.peek(&mut first)) => begun,
        _ = stop.wait_for(|stop| *stop) => return,
    };
    match begun {
        Ok(Ok(1..)) if first == [HANDSHAKE] => {
            let Ok(acceptor) = shared.tls.acceptor() else { return };
            let accepted = tokio::time::timeout(shared.limits.head_time, acceptor.accept(stream)).await;
            if let Ok(Ok(stream)) = accepted {
                let peer = Peer { ip: peer.ip(), secure: true };
                converse(stream, peer, shared).await;
            }
        }
        Ok(Ok(1..)) => converse(stream, Peer { ip: peer.ip(), secure: false }, shared).await,
        // It said nothing, or is gone.
        _ => {}
    }
}

/// HTTP/1.1 or HTTP/2 until the connection ends or the server stops.
async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin + 'static, peer: Peer, shared: Arc<Shared>) {
    let limits = &shared.limits;
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(limits.head_time).max_buf_size(limits.head);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(limits.head).unwrap_or(u32::MAX))
        .max_concurrent_streams(256);
    let handler = {
        let shared = Arc::clone(&shared);
        service_fn(move |request| exchange::answer(request, peer, Arc::clone(&shared)))
    };
    let mut stop = shared.stop.clone();
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), handler));
    // What a broken connection has to say helps nobody: its client is gone.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stop.wait_for(|stop| *stop) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}
