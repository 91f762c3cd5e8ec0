//! The line for starts of sandboxes: as many at once as the machine has processors.
//!
//! A start is all work: code is unpacked, an interpreter reads its library. More of them at once than there are processors
//! come up no sooner, each later than the first would have, and leave the server nothing.

use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// The line; whoever came first starts first. Waiting in it holds no thread.
pub(crate) struct Lane {
    places: Arc<Semaphore>,
    hold: Duration,
}

/// A place in the lane, given back when dropped, or when it has been held for as long as one may be.
pub(crate) struct Turn {
    _held: oneshot::Sender<()>,
}

impl Lane {
    /// `hold` bounds how long a start keeps others waiting: one that takes longer waits for something itself, perhaps for
    /// what another function would answer that has yet to start.
    pub(crate) fn new(width: usize, hold: Duration) -> Lane {
        Lane { places: Arc::new(Semaphore::new(width.clamp(1, Semaphore::MAX_PERMITS))), hold }
    }

    /// Waits for a place. Dropped before, it has taken none.
    pub(crate) async fn enter(&self) -> Turn {
        // Only a closed semaphore gives none, and nobody closes this one.
        let place = Arc::clone(&self.places).acquire_owned().await.ok();
        let (held, left) = oneshot::channel();
        tokio::spawn(leave(place, left, self.hold));
        Turn { _held: held }
    }
}

async fn leave(place: Option<OwnedSemaphorePermit>, left: oneshot::Receiver<()>, hold: Duration) {
    // Either end is the end: the sender says nothing but that it has gone.
    let _ = tokio::time::timeout(hold, left).await;
    drop(place);
}
