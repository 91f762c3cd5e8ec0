//! The runner, as its owner sees it.

use crate::course::Course;
use crate::lane::Lane;
use crate::place::Ground;
use crate::pool::Pool;
use crate::{Capabilities, FunctionSpec, Invocation, InvocationEnd, Refusal, Settings};
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::sync::Arc;
use tokio::runtime::Handle;

/// Runs functions. Cheap to clone; sandboxes end when the last clone has gone or [`Runner::stop`] was called.
#[derive(Clone)]
pub struct Runner {
    shared: Arc<Shared>,
}

struct Shared {
    settings: Settings,
    handle: Handle,
    ground: Arc<Ground>,
    pool: Arc<Pool>,
    lane: Lane,
}

impl Runner {
    /// A runner in a folder of its own. `handle` is the tokio runtime that its sockets live on; it needs I/O and time.
    /// Nothing is started before the first invocation.
    ///
    /// # Errors
    /// When the folder cannot be made or written.
    pub fn new(settings: Settings, handle: Handle) -> std::io::Result<Runner> {
        // What functions are made of is their owner's alone, also where the folder lies in one that all may read.
        DirBuilder::new().recursive(true).mode(0o700).create(&settings.folder)?;
        let ground = Arc::new(Ground::open(&settings)?);
        let pool = Arc::new(Pool::new(settings.max_sandboxes, settings.idle));
        let lane = Lane::new(settings.max_starting, settings.start_hold);
        Ok(Runner { shared: Arc::new(Shared { settings, handle, ground, pool, lane }) })
    }

    /// Runs an invocation in the background and hands its end to `respond`, on one of the runtime's threads: it should
    /// be brief. The invocation goes on whether or not anybody still waits for it, as Lambda's do.
    pub fn invoke(
        &self,
        spec: Arc<FunctionSpec>,
        invocation: Invocation,
        respond: impl FnOnce(Result<InvocationEnd, Refusal>) + Send + 'static,
    ) {
        let runner = self.clone();
        self.shared.handle.spawn(async move { respond(runner.course(&spec, &invocation).run().await) });
    }

    /// Runs an invocation. It goes on if the returned future is dropped.
    ///
    /// # Errors
    /// What kept it from being run at all; the function's own errors are in [`InvocationEnd::result`].
    pub async fn run(&self, spec: Arc<FunctionSpec>, invocation: Invocation) -> Result<InvocationEnd, Refusal> {
        let (tell, told) = tokio::sync::oneshot::channel();
        // Nobody may be waiting any more.
        self.invoke(spec, invocation, move |end| drop(tell.send(end)));
        told.await.unwrap_or(Err(Refusal::Stopping))
    }

    /// What this machine allows, tried once and remembered.
    ///
    /// # Errors
    /// When the isolation that the settings demand is not to be had.
    pub async fn capabilities(&self) -> Result<Capabilities, Refusal> {
        let ground = Arc::clone(&self.shared.ground);
        let found = self.shared.handle.spawn(async move {
            let (isolation, notes) = ground.isolation().await?;
            let list = tokio::task::spawn_blocking(move || ground.runtimes.list());
            Ok(Capabilities { isolation, notes, interpreters: list.await.unwrap_or_default() })
        });
        found.await.unwrap_or(Err(Refusal::Stopping))
    }

    /// Ends the sandboxes of a function, all versions: idle ones now, busy ones after their invocation. To be called when
    /// the function is deleted, or when the credentials that its sandboxes were started with no longer hold.
    pub fn retire(&self, function_arn: &str) {
        self.shared.pool.retire(function_arn, self.shared.ground.serial());
    }

    /// How many sandboxes there are, busy and idle.
    pub fn sandboxes(&self) -> usize {
        self.shared.pool.count()
    }

    /// Ends all idle sandboxes; busy ones end after their invocation.
    pub fn stop(&self) {
        self.shared.pool.close();
    }

    fn course<'a>(&'a self, spec: &'a Arc<FunctionSpec>, invocation: &'a Invocation) -> Course<'a> {
        let Shared { settings, ground, pool, lane, .. } = &*self.shared;
        Course { settings, ground, pool, lane, spec, invocation }
    }
}
