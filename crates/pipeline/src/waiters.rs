use crate::flow::{Flow, Progress};
use crate::works::Employed;
use clock::Timestamp;
use parking_lot::Mutex;
use rustc_hash::FxHashMap;
use service::{Error, Signal, Wake};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

type Waker = Box<dyn FnOnce() + Send>;

/// Requests that wait, by what they wait for and in the order of their arrival.
#[derive(Default)]
pub(crate) struct Waiters {
    next: AtomicU64,
    next_work: AtomicU64,
    by_signal: Mutex<FxHashMap<Signal, BTreeMap<u64, Arc<Waiter>>>>,
}

struct Waiter {
    state: Mutex<State>,
}

enum State {
    /// Nobody listens yet.
    Idle,
    /// To be called when it is woken.
    Listening(Waker),
    /// Woken, not yet run again.
    Woken,
}

impl Waiters {
    /// A place in the order of arrival, kept by a request through all its waits.
    pub(crate) fn arrive(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// A signal that nobody else waits for.
    pub(crate) fn own_signal(&self) -> Signal {
        // Those of services are hashes: meeting one would only wake somebody for nothing.
        Signal(u64::MAX - self.next_work.fetch_add(1, Ordering::Relaxed))
    }

    /// Puts a request in line. Called while the writer's lock is held, so that no wake falls between looking and waiting.
    pub(crate) fn wait(self: &Arc<Self>, signal: Signal, place: u64) -> Ticket {
        let waiter = Arc::new(Waiter { state: Mutex::new(State::Idle) });
        self.by_signal.lock().entry(signal).or_default().insert(place, Arc::clone(&waiter));
        Ticket { waiters: Arc::clone(self), waiter, signal, place, spent: false }
    }

    /// Wakes the oldest `count` who wait for the signal.
    pub(crate) fn wake(&self, wake: Wake) {
        let woken: Vec<Arc<Waiter>> = {
            let mut by_signal = self.by_signal.lock();
            let Some(line) = by_signal.get_mut(&wake.signal) else { return };
            let places: Vec<u64> = line.keys().take(wake.count).copied().collect();
            let woken = places.iter().filter_map(|place| line.remove(place)).collect();
            if line.is_empty() {
                by_signal.remove(&wake.signal);
            }
            woken
        };
        woken.iter().for_each(|waiter| waiter.wake());
    }

    /// Wakes all, as when the clock was wound: each looks at the time again.
    pub(crate) fn wake_all(&self) {
        let all = std::mem::take(&mut *self.by_signal.lock());
        all.into_values().flat_map(BTreeMap::into_values).for_each(|waiter| waiter.wake());
    }

    /// How many requests wait.
    pub(crate) fn count(&self) -> usize {
        self.by_signal.lock().values().map(BTreeMap::len).sum()
    }
}

impl Waiter {
    fn wake(&self) {
        let before = std::mem::replace(&mut *self.state.lock(), State::Woken);
        if let State::Listening(call) = before {
            call();
        }
    }
}

/// A place in a line. Dropped unspent, it leaves the line, or passes on a wake that it did not use.
pub(crate) struct Ticket {
    waiters: Arc<Waiters>,
    waiter: Arc<Waiter>,
    signal: Signal,
    place: u64,
    spent: bool,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut by_signal = self.waiters.by_signal.lock();
        if let Some(line) = by_signal.get_mut(&self.signal) {
            line.remove(&self.place);
            if line.is_empty() {
                by_signal.remove(&self.signal);
            }
        }
        drop(by_signal);
        let woken = matches!(*self.waiter.state.lock(), State::Woken);
        if woken && !self.spent {
            self.waiters.wake(Wake { signal: self.signal, count: 1 });
        }
    }
}

/// A request that waits. Dropping it is how a client that hung up takes nothing: it never runs again, and the
/// next in line is woken in its place.
pub struct Parked {
    pub(crate) flow: Box<Flow>,
    pub(crate) ticket: Ticket,
    pub(crate) until: Timestamp,
    /// When it began to wait, in virtual time.
    pub(crate) since: Timestamp,
    /// The work of an engine, if that is what it waits for.
    pub(crate) employed: Option<Employed>,
}

impl Parked {
    /// When it must run again at the latest, in virtual time.
    pub fn until(&self) -> Timestamp {
        self.flow.awaited_until().map_or(self.until, |awaited| awaited.min(self.until))
    }

    /// When that is on the machine's clock, if nothing is wound meanwhile.
    pub fn until_real(&self) -> Timestamp {
        self.flow.cloud.clock().real_of(self.until())
    }

    /// Calls `waker` once when the request should run again; at once when it was woken already.
    pub fn on_wake(&self, waker: impl FnOnce() + Send + 'static) {
        let mut state = self.ticket.waiter.state.lock();
        match *state {
            State::Woken => {
                drop(state);
                waker();
            }
            _ => *state = State::Listening(Box::new(waker)),
        }
    }

    /// Answers a request as if its time had come, because the cloud stops: once more, and else with a retryable error.
    pub fn give_up(self) -> Progress {
        match self.resume() {
            Progress::Waiting(parked) => {
                let text = "The service is stopping. Retry your request.";
                parked.flow.refuse(Error::new("ServiceUnavailable", text).status(503))
            }
            progress => progress,
        }
    }

    /// Runs the request again, as the same request. Who waited for its answer as long as he would goes on instead, and it
    /// by itself.
    pub fn resume(mut self) -> Progress {
        let has_ended = self.employed.as_ref().is_some_and(Employed::has_ended);
        let now = self.flow.cloud.clock.now();
        if !has_ended && let Some((asker, question)) = self.flow.let_go(now) {
            Arc::clone(&asker.cloud).hold(Progress::Waiting(self));
            return asker.told(question, Err(Error::timed_out()));
        }
        let Parked { mut flow, mut ticket, employed, since, .. } = self;
        let waited = flow.cloud.clock.now().since(since);
        flow.record.waited += i64::try_from(waited.as_micros()).unwrap_or(i64::MAX);
        // The place in line is given up before the request can take it again.
        ticket.spent = true;
        drop(ticket);
        match employed {
            Some(employed) => employed.wait(flow),
            None => flow.again(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    fn listen(ticket: &Ticket, heard: &Arc<AtomicUsize>) {
        let heard = Arc::clone(heard);
        *ticket.waiter.state.lock() = State::Listening(Box::new(move || {
            heard.fetch_add(1, Ordering::Relaxed);
        }));
    }

    #[test]
    fn the_oldest_are_woken_first_and_an_unused_wake_is_passed_on() {
        let waiters = Arc::new(Waiters::default());
        let signal = Signal(1);
        let (old, young) = (waiters.arrive(), waiters.arrive());
        let young = waiters.wait(signal, young);
        let old = waiters.wait(signal, old);
        let heard = [Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0))];
        listen(&old, &heard[0]);
        listen(&young, &heard[1]);
        let count = |i: usize| heard[i].load(Ordering::Relaxed);
        waiters.wake(Wake { signal, count: 1 });
        assert_eq!((count(0), count(1), waiters.count()), (1, 0, 1));
        drop(old);
        assert_eq!((count(1), waiters.count()), (1, 0));
        let mut young = young;
        young.spent = true;
        drop(young);
        assert_eq!(waiters.count(), 0);
    }

    #[test]
    fn who_leaves_before_being_woken_takes_no_wake_with_him() {
        let waiters = Arc::new(Waiters::default());
        let signal = Signal(7);
        let (first, second) = (waiters.wait(signal, waiters.arrive()), waiters.wait(signal, waiters.arrive()));
        let heard = Arc::new(AtomicUsize::new(0));
        listen(&second, &heard);
        drop(first);
        assert_eq!(heard.load(Ordering::Relaxed), 0);
        waiters.wake(Wake { signal, count: 5 });
        assert_eq!(heard.load(Ordering::Relaxed), 1);
    }
}
