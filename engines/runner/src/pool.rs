//! Idle sandboxes, kept for a while, and who waits for one.

use crate::FunctionId;
use crate::os_time;
use crate::place::Sandbox;
use parking_lot::Mutex;
use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// The idle sandboxes, and how many there may be of all.
pub(crate) struct Pool {
    state: Mutex<State>,
    places: Arc<Semaphore>,
    max: usize,
    idle: Duration,
}

#[derive(Default)]
struct State {
    /// The longest idle first, so that the most recent is used again and the others may go.
    idle: BTreeMap<FunctionId, Vec<Idle>>,
    /// Who would take a sandbox of a function that becomes free, the first first.
    waiting: BTreeMap<FunctionId, VecDeque<oneshot::Sender<Sandbox>>>,
    /// For each ARN, the serial below which sandboxes are not to be kept.
    retired: BTreeMap<String, u64>,
    /// Whether a task waits for the next to fall due.
    sweeping: bool,
    closed: bool,
}

struct Idle {
    sandbox: Sandbox,
    until: Instant,
}

impl Pool {
    pub(crate) fn new(max: usize, idle: Duration) -> Pool {
        Pool { state: Mutex::default(), places: Arc::new(Semaphore::new(max)), max, idle }
    }

    /// A sandbox of the function that was used last; where none idles, a place among those who wait for one.
    pub(crate) fn take(self: &Arc<Pool>, id: &FunctionId) -> Result<Sandbox, Wait> {
        let mut state = self.state.lock();
        if let Some(of_id) = state.idle.get_mut(id) {
            let last = of_id.pop();
            if of_id.is_empty() {
                state.idle.remove(id);
            }
            if let Some(idle) = last {
                return Ok(idle.sandbox);
            }
        }
        let (give, given) = oneshot::channel();
        state.waiting.entry(id.clone()).or_default().push_back(give);
        Err(Wait { given, id: id.clone(), pool: Arc::clone(self) })
    }

    /// A place for one more sandbox; one that idles gives way.
    pub(crate) fn place(&self) -> Option<OwnedSemaphorePermit> {
        let free = || Arc::clone(&self.places).try_acquire_owned().ok();
        free().or_else(|| {
            drop(self.remove_oldest()?);
            free()
        })
    }

    fn remove_oldest(&self) -> Option<Sandbox> {
        let mut state = self.state.lock();
        let oldest = state.idle.iter().filter_map(|(id, all)| Some((all.first()?.until, id))).min();
        let id = oldest.map(|(_, id)| id.clone())?;
        let of_id = state.idle.get_mut(&id)?;
        let oldest = (!of_id.is_empty()).then(|| of_id.remove(0));
        if of_id.is_empty() {
            state.idle.remove(&id);
        }
        oldest.map(|idle| idle.sandbox)
    }

    /// Keeps a sandbox that has done its work, or gives it to who waits for one.
    pub(crate) fn keep(self: &Arc<Pool>, mut sandbox: Sandbox) {
        let mut state = self.state.lock();
        let retired = state.retired.get(&sandbox.id.arn).is_some_and(|below| sandbox.serial < *below);
        if state.closed || retired || self.idle.is_zero() {
            // Dropped outside the lock: the end of a sandbox takes system calls.
            drop(state);
            drop(sandbox);
            return;
        }
        while let Some(first) = state.waiting.get_mut(&sandbox.id).and_then(VecDeque::pop_front) {
            match first.send(sandbox) {
                Ok(()) => return,
                // It has just got its turn to start one.
                Err(back) => sandbox = back,
            }
        }
        let until = os_time::now() + self.idle;
        state.idle.entry(sandbox.id.clone()).or_default().push(Idle { sandbox, until });
        if !std::mem::replace(&mut state.sweeping, true) {
            tokio::spawn(sweep(Arc::clone(self)));
        }
    }

    /// Ends the idle sandboxes of a function, and those with a lower serial when they come back.
    pub(crate) fn retire(&self, arn: &str, below: u64) {
        let mut state = self.state.lock();
        state.retired.insert(arn.to_owned(), below);
        let ids: Vec<FunctionId> = state.idle.keys().filter(|id| id.arn == arn).cloned().collect();
        let ended: Vec<_> = ids.iter().filter_map(|id| state.idle.remove(id)).collect();
        drop(state);
        drop(ended);
    }

    /// Ends all idle sandboxes and keeps no more.
    pub(crate) fn close(&self) {
        let mut state = self.state.lock();
        state.closed = true;
        let ended = std::mem::take(&mut state.idle);
        drop(state);
        drop(ended);
    }

    /// How many sandboxes there are, busy and idle.
    pub(crate) fn count(&self) -> usize {
        self.max - self.places.available_permits().min(self.max)
    }

    /// Ends what has fallen due; gives the next instant at which something will, or says that nobody waits any more.
    fn expire(&self, now: Instant) -> Option<Instant> {
        let mut ended = Vec::new();
        let mut state = self.state.lock();
        for all in state.idle.values_mut() {
            let due = all.iter().take_while(|idle| idle.until <= now).count();
            ended.extend(all.drain(..due));
        }
        state.idle.retain(|_, all| !all.is_empty());
        let next = state.idle.values().filter_map(|all| Some(all.first()?.until)).min();
        state.sweeping = next.is_some();
        drop(state);
        drop(ended);
        next
    }
}

/// A place among those who wait for a sandbox of a function to become free.
pub(crate) struct Wait {
    given: oneshot::Receiver<Sandbox>,
    id: FunctionId,
    pool: Arc<Pool>,
}

impl Wait {
    /// The sandbox that becomes free before `turn` comes; else the turn.
    pub(crate) async fn or<T>(mut self, turn: impl Future<Output = T>) -> Result<Sandbox, T> {
        let turn = tokio::select! {
            biased;
            Ok(sandbox) = &mut self.given => return Ok(sandbox),
            turn = turn => turn,
        };
        // From here on none can be given; one that was given a moment ago must not be lost.
        self.given.close();
        self.given.try_recv().map_err(|_| turn)
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        self.given.close();
        let mut state = self.pool.state.lock();
        if let Some(waiting) = state.waiting.get_mut(&self.id) {
            waiting.retain(|give| !give.is_closed());
            if waiting.is_empty() {
                state.waiting.remove(&self.id);
            }
        }
    }
}

/// Sleeps until the next sandbox falls due; ends when none is left. All idle equally long, so none that comes later
/// falls due earlier.
async fn sweep(pool: Arc<Pool>) {
    while let Some(next) = pool.expire(os_time::now()) {
        tokio::time::sleep_until(next.into()).await;
    }
}
