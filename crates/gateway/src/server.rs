use crate::admin::{Operator, Work};
use crate::limits::Limits;
use crate::tls::Tls;
use crate::{alarm, connection, uses};
use pipeline::Cloud;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// A running listener.
pub struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

/// What every connection shares.
pub(crate) struct Shared {
    pub(crate) cloud: Arc<Cloud>,
    pub(crate) operator: Operator,
    pub(crate) limits: Limits,
    pub(crate) tls: Tls,
    pub(crate) work: Work,
    pub(crate) stop: watch::Receiver<bool>,
}

/// Tells a server to stop.
#[derive(Clone)]
pub struct Stop(watch::Sender<bool>);

impl Stop {
    /// Takes no more connections, lets those in flight finish, and answers those that wait as if their time had come.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

/// Listens on an address, which may have port 0, and serves until told to stop.
pub async fn serve(
    cloud: Arc<Cloud>,
    address: SocketAddr,
    operator: Operator,
    limits: Limits,
    tls: Tls,
) -> io::Result<Server> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    let (stop, stopping) = watch::channel(false);
    let work = Work::default();
    let shared = Arc::new(Shared { cloud, operator, limits, tls, work, stop: stopping });
    let mut tasks = JoinSet::new();
    tasks.spawn(alarm::keep(Arc::clone(&shared)));
    tasks.spawn(uses::keep(Arc::clone(&shared)));
    tasks.spawn(accept(listener, shared));
    Ok(Server { address, stop, tasks })
}

impl Server {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How to stop it.
    pub fn stopper(&self) -> Stop {
        Stop(self.stop.clone())
    }

    /// Waits until it was stopped and its connections have ended.
    pub async fn join(mut self) {
        while self.tasks.join_next().await.is_some() {}
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let places = Arc::new(Semaphore::new(shared.limits.connections));
    let mut stop = shared.stop.clone();
    let mut connections = JoinSet::new();
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => continue,
        };
        match accepted {
            Ok((stream, peer)) => {
                let shared = Arc::clone(&shared);
                connections.spawn(async move {
                    connection::serve(stream, peer, shared).await;
                    drop(place);
                });
            }
            // Out of file descriptors, most likely: those that are open must end before another fits.
            Err(_) => {
                let _ = connections.join_next().await;
            }
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}
