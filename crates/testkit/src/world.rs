use crate::client::{Answer, Keys, decode, encode};
use clock::{Clock, Duration, EntropySource, Timestamp};
use ledger::{Ledger, Record};
use pipeline::{Cloud, Directory, Entry, Parked, Peer, Progress, Settings};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use store::Store;

/// When a world begins: 2026-01-01T00:00:00Z.
const BEGINNING: Timestamp = Timestamp::from_secs(1_767_225_600);

/// All services of the catalogue, for clouds of tests and of the binary alike.
pub fn directory() -> &'static Directory {
    static DIRECTORY: LazyLock<Directory> = LazyLock::new(|| {
        let entries = catalog::modelled().iter().map(|m| Entry::new(m.routes, m.model(), m.implemented()));
        Directory::new(entries.collect())
    });
    &DIRECTORY
}

/// A cloud in memory with its clients.
pub struct World {
    cloud: Arc<Cloud>,
    waiting: BTreeMap<usize, Waiting>,
    answered: BTreeMap<usize, Answer>,
    woken: Arc<Mutex<Vec<usize>>>,
    tickets: usize,
}

struct Waiting {
    parked: Parked,
    call: (String, String),
}

/// How far a call has come.
pub enum Call {
    /// It is answered.
    Done(Answer),
    /// It waits; [`World::take`] gives its answer when it has one.
    Waiting(usize),
}

impl Default for World {
    fn default() -> World {
        World::new(Settings::default())
    }
}

impl World {
    /// A fresh cloud with these settings. Its chance is seeded: the same calls give the same answers.
    pub fn new(settings: Settings) -> World {
        World::over(Store::memory(), Clock::held(BEGINNING), settings)
    }

    /// A cloud over a store that may hold something already.
    pub fn over(store: Store, clock: Clock, settings: Settings) -> World {
        let ledger = Ledger::memory(10_000);
        let cloud = Cloud::new(store, clock, EntropySource::seeded(7), directory(), ledger, settings);
        World { cloud, waiting: BTreeMap::new(), answered: BTreeMap::new(), woken: Arc::default(), tickets: 0 }
    }

    /// The cloud itself.
    pub fn cloud(&self) -> &Arc<Cloud> {
        &self.cloud
    }

    /// Calls an operation with its input as JSON, and expects an answer at once.
    pub fn call(&mut self, keys: &Keys, service: &str, operation: &str, input: &serde_json::Value) -> Answer {
        match self.begin(keys, service, operation, input) {
            Call::Done(answer) => answer,
            Call::Waiting(_) => Answer::failed("the call waits; nothing answers it before something happens"),
        }
    }

    /// Calls an operation that may wait.
    pub fn begin(&mut self, keys: &Keys, service: &str, operation: &str, input: &serde_json::Value) -> Call {
        let date = self.cloud.clock().real();
        let request = match encode(self.cloud.directory(), (service, operation), input, keys, date) {
            Ok(request) => request,
            Err(why) => return Call::Done(Answer::failed(&why)),
        };
        self.tickets += 1;
        let ticket = self.tickets;
        let progress = self.cloud.handle(request, loopback());
        self.settle(ticket, progress, (service.to_owned(), operation.to_owned()));
        self.run_woken();
        match self.answered.remove(&ticket) {
            Some(answer) => Call::Done(answer),
            None => Call::Waiting(ticket),
        }
    }

    /// The answer of a call that waited, once it has one.
    pub fn take(&mut self, ticket: usize) -> Option<Answer> {
        self.answered.remove(&ticket)
    }

    /// The client of a waiting call hangs up.
    pub fn hang_up(&mut self, ticket: usize) {
        self.waiting.remove(&ticket);
        self.run_woken();
    }

    /// Lets time pass: what falls due happens at its moment, calls whose time is up answer at theirs.
    pub fn advance(&mut self, by: Duration) -> Result<(), service::Error> {
        let target = self.cloud.clock().now().after(by);
        loop {
            let now = self.cloud.clock().now();
            let deadline = self.waiting.values().map(|w| w.parked.until()).min();
            let stop = deadline.filter(|d| *d < target).unwrap_or(target).max(now);
            self.cloud.wind(stop.since(now))?;
            self.run_woken();
            if stop >= target {
                return Ok(());
            }
        }
    }

    /// The newest records, the newest first.
    pub fn records(&self, most: usize) -> Vec<Record> {
        self.cloud.ledger().tail(most).unwrap_or_default()
    }

    fn settle(&mut self, ticket: usize, progress: Progress, call: (String, String)) {
        match progress {
            Progress::Done(reply) => {
                let answer = decode(self.cloud.directory(), (&call.0, &call.1), &reply);
                self.answered.insert(ticket, answer);
            }
            Progress::Delayed(delayed) => self.settle(ticket, delayed.resume(), call),
            Progress::Broken(_) => {
                self.answered.insert(ticket, Answer::failed("the connection was broken by a fault"));
            }
            Progress::Waiting(parked) => {
                let woken = Arc::clone(&self.woken);
                parked.on_wake(move || woken.lock().unwrap_or_else(PoisonError::into_inner).push(ticket));
                self.waiting.insert(ticket, Waiting { parked, call });
            }
        }
    }

    fn run_woken(&mut self) {
        loop {
            let woken = std::mem::take(&mut *self.woken.lock().unwrap_or_else(PoisonError::into_inner));
            if woken.is_empty() {
                return;
            }
            for ticket in woken {
                if let Some(Waiting { parked, call }) = self.waiting.remove(&ticket) {
                    let progress = parked.resume();
                    self.settle(ticket, progress, call);
                }
            }
        }
    }
}

fn loopback() -> Peer {
    Peer { ip: IpAddr::V4(Ipv4Addr::LOCALHOST), secure: false }
}
