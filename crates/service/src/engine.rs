//! Engines: what runs outside of the store and takes its time, such as the processes of functions.
//!
//! A handler asks for work as it asks a peer ([`Cx::run`]): the request is put aside, the engine works without any lock held,
//! and the handler runs again with the end remembered. What must outlast a restart is a delivery ([`Cx::after`]) of an
//! operation that asks for work.

use crate::{Cx, Error, Result};
use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// A kind of work, with what comes of it.
pub trait Work: Any + Send + Sync {
    /// What comes of it.
    type End: Any + Send + Sync + Clone;
    /// The engine that does it.
    const ENGINE: &'static str;
    /// What tells it from other work of the same request: a handler that runs again and asks for the same work gets its end.
    fn mark(&self) -> String;
    /// What it takes a place of for as long as it is done; nothing, for most work.
    fn lanes(&self) -> Vec<Lane> {
        Vec::new()
    }
}

/// Something of which only so much may go on at once, such as the reserved concurrency of a function: always enforced. Work
/// that finds one full is refused with [`Error::busy`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    /// Its name, the owner's and service's included.
    pub name: String,
    /// How much of it there is.
    pub most: usize,
}

/// Anything that an engine takes or gives.
pub type AnyWork = Arc<dyn Any + Send + Sync>;

/// What an engine calls when the work is done; from any thread, also before [`Engine::start`] returns.
pub type Done = Box<dyn FnOnce(Result<AnyWork>) + Send>;

/// Something that works outside of the store.
pub trait Engine: Send + Sync {
    /// The name by which [`Work::ENGINE`] calls it.
    fn name(&self) -> &'static str;
    /// Begins a piece of work and returns at once. `done` is called exactly once, in the end.
    fn start(&self, work: AnyWork, done: Done);
}

/// Work that a request asks for.
#[derive(Clone)]
pub struct Task {
    /// The engine's name.
    pub engine: &'static str,
    /// See [`Work::mark`].
    pub mark: String,
    /// See [`Work::lanes`].
    pub lanes: Vec<Lane>,
    /// The work.
    pub work: AnyWork,
}

impl PartialEq for Task {
    fn eq(&self, other: &Task) -> bool {
        self.engine == other.engine && self.mark == other.mark
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.engine, self.mark)
    }
}

impl Cx {
    /// Has an engine do work that takes time. As with [`Cx::ask`], the error that comes back first must be passed on, nothing may
    /// have been written before, and the handler runs again with the end.
    pub fn run<W: Work>(&mut self, work: W) -> Result<W::End> {
        let task = Task { engine: W::ENGINE, mark: work.mark(), lanes: work.lanes(), work: Arc::new(work) };
        let end = self.done(task)?;
        let end = end.downcast_ref::<W::End>().cloned();
        end.ok_or_else(|| Error::internal(format!("the engine {} gave something else than it should", W::ENGINE)))
    }
}
