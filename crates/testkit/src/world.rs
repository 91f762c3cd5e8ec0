use crate::puppets::Puppets;
use clock::{Clock, Duration, EntropySource, Timestamp};
use ids::{Region, RequestId};
use ledger::{Ledger, Record};
use pipeline::{Cloud, Directory, Parked, Parts, Peer, Progress, Settings};
use script::{Answer, Client, Keys, plain_answer, typed};
use service::{Access, Caller, Door, DoorRef, Engine, RequestInfo, Scope, View};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, PoisonError};
use store::Store;
use wire::Request;

/// Where every client of a world believes it is.
const HOST: &str = "localhost:4566";

/// When a world begins: 2026-01-01T00:00:00Z.
const BEGINNING: Timestamp = Timestamp::from_secs(1_767_225_600);

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
    call: Named,
}

/// The service and the operation that were called; `None` for plain HTTP.
type Named = Option<(String, String)>;

/// How far a call has come.
pub enum Call {
    /// It is answered.
    Done(Box<Answer>),
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
        World::with(catalog::directory(), settings)
    }

    /// A fresh cloud of other services than the catalogue's.
    pub fn with(directory: &'static Directory, settings: Settings) -> World {
        World::over(Store::memory(), Clock::held(BEGINNING), directory, settings)
    }

    /// A fresh cloud of other services, whose work these engines do.
    pub fn with_engines(directory: &'static Directory, engines: Vec<Arc<dyn Engine>>) -> World {
        World::made(Store::memory(), Clock::held(BEGINNING), directory, (Settings::default(), engines))
    }

    /// A cloud over a store that may hold something already. [`Puppets`] run its functions.
    pub fn over(store: Store, clock: Clock, directory: &'static Directory, settings: Settings) -> World {
        World::made(store, clock, directory, (settings, vec![Arc::new(Puppets::default())]))
    }

    fn made(
        store: Store,
        clock: Clock,
        directory: &'static Directory,
        (settings, engines): (Settings, Vec<Arc<dyn Engine>>),
    ) -> World {
        let ledger = Ledger::memory(10_000);
        let entropy = EntropySource::seeded(7);
        World::of(Cloud::new(Parts { store, clock, entropy, directory, ledger, settings, engines }))
    }

    /// The clients of a cloud that is there already.
    pub fn of(cloud: Arc<Cloud>) -> World {
        World { cloud, waiting: BTreeMap::new(), answered: BTreeMap::new(), woken: Arc::default(), tickets: 0 }
    }

    /// The cloud itself.
    pub fn cloud(&self) -> &Arc<Cloud> {
        &self.cloud
    }

    /// What encodes and signs for its clients.
    pub fn client(&self) -> Client {
        Client::new(self.cloud.directory(), HOST)
    }

    /// Calls an operation with its input as JSON, and expects an answer at once.
    pub fn call(&mut self, keys: &Keys, service: &str, operation: &str, input: &serde_json::Value) -> Answer {
        self.call_at(HOST, keys, (service, operation), input)
    }

    /// The same by way of a host of the cloud's, such as `sqs.us-east-1.amazonaws.com`.
    pub fn call_at(
        &mut self,
        host: &str,
        keys: &Keys,
        (service, operation): (&str, &str),
        input: &serde_json::Value,
    ) -> Answer {
        match self.begin_at(host, keys, (service, operation), input) {
            Call::Done(answer) => *answer,
            Call::Waiting(_) => Answer::failed("the call waits; nothing answers it before something happens"),
        }
    }

    /// Calls an operation that may wait.
    pub fn begin(&mut self, keys: &Keys, service: &str, operation: &str, input: &serde_json::Value) -> Call {
        self.begin_at(HOST, keys, (service, operation), input)
    }

    fn begin_at(
        &mut self,
        host: &str,
        keys: &Keys,
        (service, operation): (&str, &str),
        input: &serde_json::Value,
    ) -> Call {
        let (date, client) = (self.cloud.clock().real(), Client::new(self.cloud.directory(), host));
        let request = match client.request(keys, (service, operation), input, date) {
            Ok(request) => request,
            Err(why) => return Call::Done(Box::new(Answer::failed(&why))),
        };
        self.start(request, Some((service.to_owned(), operation.to_owned())))
    }

    fn start(&mut self, request: Request, call: Named) -> Call {
        self.tickets += 1;
        let ticket = self.tickets;
        let progress = self.cloud.handle(request, loopback());
        self.settle(ticket, progress, call);
        self.run_woken();
        match self.answered.remove(&ticket) {
            Some(answer) => Call::Done(Box::new(answer)),
            None => Call::Waiting(ticket),
        }
    }

    /// The answer of a call that waited, once it has one.
    pub fn take(&mut self, ticket: usize) -> Option<Answer> {
        self.answered.remove(&ticket)
    }

    /// Lets those go on whose work an engine has ended meanwhile.
    pub fn go_on(&mut self) {
        self.run_woken();
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

    /// A request as a client with these keys signs it at `date`: for what only the door itself sees, given to
    /// [`World::send`].
    pub fn request(
        &self,
        keys: &Keys,
        (service, operation): (&str, &str),
        input: &serde_json::Value,
        date: Timestamp,
    ) -> Result<Request, String> {
        self.client().request(keys, (service, operation), input, date)
    }

    /// Sends a request from somewhere, and reads the reply as that operation's client would.
    pub fn send(&mut self, request: Request, from: IpAddr, (service, operation): (&str, &str)) -> Answer {
        self.tickets += 1;
        let ticket = self.tickets;
        let progress = self.cloud.handle(request, Peer { ip: from, secure: false });
        self.settle(ticket, progress, Some((service.to_owned(), operation.to_owned())));
        self.run_woken();
        let waits = "the call waits; nothing answers it before something happens";
        self.answered.remove(&ticket).unwrap_or_else(|| Answer::failed(waits))
    }

    /// Sends a plain request, whose reply is told as it is.
    pub(crate) fn exchange(&mut self, request: Request) -> Call {
        self.start(request, None)
    }

    /// Sends a request, and gives the reply as it came.
    pub fn carry(&mut self, request: Request) -> Result<wire::Reply, String> {
        let progress = self.cloud.handle(request, loopback());
        let reply = match progress {
            Progress::Done(reply) => Ok(reply),
            _ => Err("a request that waits is not carried".to_owned()),
        };
        self.run_woken();
        reply
    }

    /// What the policies are asked when `caller` makes a call.
    pub fn access(
        &self,
        (caller, region): (&Caller, Region),
        service: &str,
        operation: &str,
        input: &serde_json::Value,
    ) -> service::Result<Access> {
        let entry = self.cloud.directory().entry(service);
        let found = entry.and_then(|entry| Some((entry, entry.service?, entry.operation(operation)?)));
        let (entry, service, handler) =
            found.ok_or_else(|| service::Error::internal(format!("{service}:{operation} is not built")))?;
        let model = entry.model.get();
        let mut filled = (handler.input)();
        if let Some(shape) = model.operation(operation).and_then(|op| op.input) {
            let value = typed(model, shape, input).map_err(service::Error::internal)?;
            service::shape::fill(&mut *filled, &value).map_err(service::Error::internal)?;
        }
        let region = if service.facts.global { region.globally() } else { region };
        let now = self.cloud.clock().now();
        let info = RequestInfo {
            id: RequestId(0),
            service: service.facts.prefix,
            operation: handler.name,
            caller: Arc::new(caller.clone()),
            arrived: now,
            base_url: format!("http://{HOST}").into(),
            source_ip: loopback().ip.to_string().into(),
            user_agent: "".into(),
            secure: false,
            via: None,
            trace: None,
            door: DoorRef(Some(Arc::clone(&self.cloud) as Arc<dyn Door>)),
        };
        let view = View::of(self.cloud.store(), Scope::new(caller.account, region), now, Arc::new(info));
        (handler.access)(&view, &*filled)
    }

    /// The newest records, the newest first.
    pub fn records(&self, most: usize) -> Vec<Record> {
        let mut records = self.cloud.ledger().tail(most).unwrap_or_default();
        records.reverse();
        records
    }

    fn settle(&mut self, ticket: usize, progress: Progress, call: Named) {
        match progress {
            Progress::Done(reply) => {
                let answer = match &call {
                    Some((service, operation)) => self.client().answer((service, operation), &reply),
                    None => plain_answer(&reply),
                };
                self.answered.insert(ticket, answer);
            }
            Progress::Sending(mut reply, mut download) => {
                let mut whole = Vec::new();
                while let Some(Ok(piece)) = download.piece() {
                    whole.extend_from_slice(&piece);
                }
                reply.body = whole.into();
                self.settle(ticket, Progress::Done(reply), call);
            }
            Progress::Receiving(receiving) => self.settle(ticket, receiving.finish(), call),
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
            // Deliveries go out between requests, as the listener sends them. They fail only if the store does, and then the
            // next request says so.
            let sent = self.cloud.deliver().unwrap_or_default();
            let woken = std::mem::take(&mut *self.woken.lock().unwrap_or_else(PoisonError::into_inner));
            if woken.is_empty() && sent == 0 {
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
