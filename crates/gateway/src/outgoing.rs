//! The body of a reply: bytes, or pieces out of the store as the client takes them.

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use pipeline::Download;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

/// What is sent.
pub(crate) enum Outgoing {
    /// All of it is here, until it has been taken.
    Whole(Option<Bytes>),
    /// It is read piece by piece.
    Pieces(Download),
}

impl From<Bytes> for Outgoing {
    fn from(bytes: Bytes) -> Outgoing {
        Outgoing::Whole(Some(bytes).filter(|bytes| !bytes.is_empty()))
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = io::Error;

    /// A piece is at most 64 KiB from the system's cache or one read of a disk, and asked for when the last has gone: so
    /// slow a client costs no more memory than a quick one.
    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let piece = match self.get_mut() {
            Outgoing::Whole(whole) => whole.take().map(Ok),
            Outgoing::Pieces(download) => download.piece().map(|piece| piece.map_err(io::Error::other)),
        };
        Poll::Ready(piece.map(|piece| piece.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.size_hint().exact() == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(match self {
            Outgoing::Whole(whole) => whole.as_ref().map_or(0, |bytes| bytes.len() as u64),
            Outgoing::Pieces(download) => download.left(),
        })
    }
}
