//! The Lambda Runtime API of one sandbox, version 2018-06-01.
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>
//!
//! The runtime's side is HTTP on a port of its own; the driver's side is [`Desk`], which keeps one invocation and no
//! queue, so a runtime can make it grow by nothing but one answer.

mod desk;
mod http;

pub(crate) use desk::{Answer, Delivery, Desk};

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The listener of a sandbox. Dropping it closes all its connections.
pub(crate) struct Api {
    pub(crate) desk: Arc<Desk>,
    pub(crate) address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Api {
    /// Opens a port on loopback.
    pub(crate) async fn open() -> io::Result<Api> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let desk = Arc::new(Desk::default());
        let accepting = tokio::spawn(http::accept(listener, Arc::clone(&desk)));
        Ok(Api { desk, address, accepting })
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}
