//! The runner as an engine of the contract: what the door gives work to.

use crate::{Runner, Settings};
use parking_lot::Mutex;
use service::function::{FUNCTIONS, FunctionRun, FunctionSpec, InvocationEnd, Refusal, Retirement};
use service::{AnyWork, Done, Engine, Error};
use std::sync::{Arc, OnceLock};
use tokio::runtime::Handle;

/// By this variable AWS's SDKs of today find another endpoint than AWS's own.
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>
const ENDPOINT: &str = "AWS_ENDPOINT_URL";

/// The engine that runs functions. Nothing is made before the first invocation: no folder, no process.
pub struct Functions {
    settings: Settings,
    handle: Handle,
    /// Where functions find the cloud that runs them.
    endpoint: OnceLock<String>,
    runner: Mutex<Option<Runner>>,
}

impl Functions {
    /// An engine with these settings, on a tokio runtime that has I/O and time.
    pub fn new(settings: Settings, handle: Handle) -> Functions {
        Functions { settings, handle, endpoint: OnceLock::new(), runner: Mutex::new(None) }
    }

    /// Says where functions find the cloud, as a URL; once, when it listens. Their own `AWS_ENDPOINT_URL` wins.
    pub fn set_endpoint(&self, url: String) {
        // Told twice, the first holds: sandboxes were started with it.
        let _ = self.endpoint.set(url);
    }

    /// Ends all idle sandboxes; busy ones end after their invocation.
    pub fn stop(&self) {
        if let Some(runner) = &*self.runner.lock() {
            runner.stop();
        }
    }

    /// The runner, made if need be. A folder that cannot be made may be there the next time.
    fn runner(&self) -> Result<Runner, Refusal> {
        let mut runner = self.runner.lock();
        if let Some(runner) = &*runner {
            return Ok(runner.clone());
        }
        let made = Runner::new(self.settings.clone(), self.handle.clone());
        let made = made.map_err(|error| Refusal::Sandbox(format!("its folder cannot be made: {error}")))?;
        Ok(runner.insert(made).clone())
    }

    fn spec(&self, spec: &Arc<FunctionSpec>) -> Arc<FunctionSpec> {
        match self.endpoint.get() {
            Some(url) if !spec.environment.contains_key(ENDPOINT) => {
                let mut spec = (**spec).clone();
                spec.environment.insert(ENDPOINT.to_owned(), url.clone());
                Arc::new(spec)
            }
            _ => Arc::clone(spec),
        }
    }
}

impl Engine for Functions {
    fn name(&self) -> &'static str {
        FUNCTIONS
    }

    fn start(&self, work: AnyWork, done: Done) {
        if let Some(retirement) = work.downcast_ref::<Retirement>() {
            if let Some(runner) = &*self.runner.lock() {
                runner.retire(&retirement.function_arn);
            }
            return done(Ok(Arc::new(())));
        }
        let Some(run) = work.downcast_ref::<FunctionRun>() else {
            return done(Err(Error::internal("the engine that runs functions was given other work")));
        };
        let ended = |end: Result<InvocationEnd, Refusal>| -> AnyWork { Arc::new(end) };
        match self.runner() {
            Ok(runner) => {
                runner.invoke(self.spec(&run.spec), run.invocation.clone(), move |end| done(Ok(ended(end))));
            }
            Err(refusal) => done(Ok(ended(Err(refusal)))),
        }
    }
}
