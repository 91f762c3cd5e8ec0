//! The trace daemon of a sandbox: what a function's tracing library sends by UDP is kept for whoever invoked it.
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-daemon.html>

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::UdpSocket;

/// The largest document, and the line before it.
const LARGEST_BYTES: usize = (64 << 10) + 256;
/// The most that is kept of one invocation, in bytes and documents; the rest is dropped, as a daemon drops what it has no room for.
const MOST_BYTES: usize = 4 << 20;
const MOST_DOCUMENTS: usize = 2000;

/// A sandbox's daemon.
pub(crate) struct Daemon {
    socket: UdpSocket,
    pub(crate) address: SocketAddr,
    documents: Vec<String>,
    bytes: usize,
}

impl Daemon {
    /// Opens a port on loopback.
    pub(crate) async fn open() -> io::Result<Daemon> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = socket.local_addr()?;
        Ok(Daemon { socket, address, documents: Vec::new(), bytes: 0 })
    }

    /// Waits until something comes, and takes it. Dropped before, it has taken nothing.
    pub(crate) async fn receive(&mut self) {
        if self.socket.readable().await.is_err() {
            // A socket that fails has nothing more to say.
            std::future::pending::<()>().await;
        }
        let mut buffer = vec![0; LARGEST_BYTES];
        while let Ok(read) = self.socket.try_recv(&mut buffer) {
            self.keep(buffer.get(..read).unwrap_or_default());
        }
    }

    /// Takes what has come by now. The descriptor itself is asked: tokio knows only what it was last told.
    pub(crate) fn drain(&mut self) {
        let mut buffer = vec![0; LARGEST_BYTES];
        // A process that is not stopped may send as fast as this reads.
        for _ in 0..MOST_DOCUMENTS {
            match nix::unistd::read(&self.socket, &mut buffer) {
                Ok(read) => self.keep(buffer.get(..read).unwrap_or_default()),
                Err(nix::errno::Errno::EINTR) => {}
                Err(_) => return,
            }
        }
    }

    /// What was sent since this was last asked.
    pub(crate) fn take(&mut self) -> Vec<String> {
        self.bytes = 0;
        std::mem::take(&mut self.documents)
    }

    fn keep(&mut self, datagram: &[u8]) {
        let Some(document) = document(datagram) else { return };
        if self.documents.len() < MOST_DOCUMENTS && self.bytes + document.len() <= MOST_BYTES {
            self.bytes += document.len();
            self.documents.push(document);
        }
    }
}

/// The document of a datagram: behind a line that says it is JSON.
fn document(datagram: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(datagram).ok()?;
    let (header, document) = text.split_once('\n')?;
    let header: serde_json::Value = serde_json::from_str(header).ok()?;
    let document = document.trim();
    (header.get("format")?.as_str()? == "json" && !document.is_empty()).then(|| document.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_stands_behind_its_header() {
        let check = |datagram: &str, expect: Option<&str>| {
            assert_eq!(document(datagram.as_bytes()).as_deref(), expect, "{datagram}");
        };
        check("{\"format\": \"json\", \"version\": 1}\n{\"id\":1}", Some("{\"id\":1}"));
        check("{\"format\": \"json\"}\n", None);
        check("{\"format\": \"xml\"}\n{}", None);
        check("{}", None);
        check("", None);
        assert_eq!(document(b"\xff\n{}"), None);
    }
}
