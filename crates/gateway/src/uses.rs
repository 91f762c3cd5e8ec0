use crate::server::Shared;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// A kill costs no more of the last uses of keys and principals, and of what was measured, than this.
const WITHIN: Duration = Duration::from_secs(1);

/// Keeps the last uses of access keys and principals and what was measured, a second after the first that is new. It sleeps
/// while there is none.
pub(crate) async fn keep(shared: Arc<Shared>) {
    let used = Arc::new(Notify::new());
    let notify = Arc::clone(&used);
    shared.cloud.on_used(move || notify.notify_one());
    let notify = Arc::clone(&used);
    shared.cloud.on_measured(move || notify.notify_one());
    let mut stop = shared.stop.clone();
    loop {
        tokio::select! {
            () = used.notified() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        tokio::select! {
            () = tokio::time::sleep(WITHIN) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        // What could not be kept is tried again with the next; the store says why where somebody writes to it.
        let _ = shared.cloud.keep_uses();
        let _ = shared.cloud.keep_measured();
    }
}
