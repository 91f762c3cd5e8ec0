use crate::server::Shared;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// Fires timers when they fall due. It sleeps until the next one, and for good when there is none.
pub(crate) async fn keep(shared: Arc<Shared>) {
    let changed = Arc::new(Notify::new());
    let notify = Arc::clone(&changed);
    shared.cloud.on_timers_changed(move || notify.notify_one());
    let mut stop = shared.stop.clone();
    loop {
        let wait = match shared.cloud.next_due() {
            Ok(due) => due.map(|due| shared.cloud.clock().real_of(due).since(shared.cloud.clock().real())),
            Err(_) => None,
        };
        if wait.is_some_and(|wait| wait.is_zero()) {
            // Firing may take seconds, as a trail's log files do. On a worker's thread it would hold up all connections: the worker
            // that runs it may be the one that waits for their sockets.
            let cloud = Arc::clone(&shared.cloud);
            let fired = tokio::task::spawn_blocking(move || cloud.fire_due()).await;
            // A timer that fails stays due: it is tried again when something changes, not in a loop.
            if matches!(fired, Ok(Ok(_))) {
                continue;
            }
        }
        let sleep = async {
            match wait.filter(|wait| !wait.is_zero()) {
                Some(wait) => tokio::time::sleep(wait.min(Duration::from_secs(86_400))).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = sleep => {}
            () = changed.notified() => {}
            _ = stop.wait_for(|stop| *stop) => {
                shared.cloud.stop_deliveries();
                return;
            }
        }
    }
}
