use crate::buckets::Buckets;
use crate::courier::Courier;
use crate::directory::Directory;
use crate::faults::FaultBook;
use crate::flow::{Flow, Origin, Peer, Progress};
use crate::identity::{Identities, backstage};
use crate::noted::Asides;
use crate::settings::Settings;
use crate::throttle::Throttle;
use crate::waiters::Waiters;
use crate::works::Works;
use clock::{Clock, EntropySource, Timestamp};
use ids::{AccountId, Partition, Region};
use ledger::{Ledger, Meters};
use parking_lot::Mutex;
use policy::{Cache, Limits};
use service::{Dispatch, Engine, Error, RequestInfo, Result, Scope, account_prefix};
use std::sync::Arc;
use std::time::Duration;
use store::{BlobId, Direction, Read, Store};
use wire::Request;
use wire::sigv4::KeyCache;

/// Where the winds of the clock are kept, so that a restart does not turn time back.
const WINDS: &str = "machine.winds";

/// The accounts that were created by name.
const ACCOUNTS: &str = "machine.accounts";

/// A whole cloud: state, time, what happened, and the services.
pub struct Cloud {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) entropy: EntropySource,
    pub(crate) directory: &'static Directory,
    pub(crate) ledger: Ledger,
    pub(crate) meters: Meters,
    pub(crate) settings: Settings,
    pub(crate) faults: FaultBook,
    pub(crate) throttle: Throttle,
    pub(crate) buckets: Buckets,
    pub(crate) waiters: Arc<Waiters>,
    pub(crate) identities: Identities,
    pub(crate) keys: KeyCache,
    pub(crate) documents: Cache,
    pub(crate) backstage: Arc<RequestInfo>,
    pub(crate) courier: Courier,
    pub(crate) works: Works,
    pub(crate) asides: Asides,
    timers_changed: Mutex<Option<Box<dyn Fn() + Send>>>,
}

/// What a cloud is made of.
pub struct Parts {
    /// The state.
    pub store: Store,
    /// The one clock.
    pub clock: Clock,
    /// Where chance comes from.
    pub entropy: EntropySource,
    /// The services.
    pub directory: &'static Directory,
    /// What happened.
    pub ledger: Ledger,
    /// What the operator decided.
    pub settings: Settings,
    /// What works outside of the store.
    pub engines: Vec<Arc<dyn Engine>>,
}

/// What a wind did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wound {
    /// Virtual time afterwards.
    pub now: Timestamp,
    /// How many timers fired on the way.
    pub fired: u64,
}

impl Cloud {
    /// A cloud of these parts. The clock is wound as the store remembers ([`Cloud::winds_of`]), unless it is held.
    pub fn new(parts: Parts) -> Arc<Cloud> {
        let Parts { store, clock, entropy, directory, ledger, settings, engines } = parts;
        // Policies were checked against their own quotas when they were written: these bounds only keep a damaged one out.
        let limits = Limits { bytes: 1 << 20, depth: 64, statements: 10_000 };
        Arc::new(Cloud {
            store,
            clock,
            entropy,
            directory,
            ledger,
            meters: Meters::default(),
            settings,
            faults: FaultBook::default(),
            throttle: Throttle::default(),
            buckets: Buckets::default(),
            waiters: Arc::default(),
            identities: Identities::default(),
            keys: KeyCache::new(),
            documents: Cache::new(4096, 16 << 20, limits),
            backstage: Arc::new(backstage()),
            courier: Courier::default(),
            works: Works::new(engines),
            asides: Asides::default(),
            timers_changed: Mutex::new(None),
        })
    }

    /// Takes a request on its journey, which has come whole.
    pub fn handle(self: &Arc<Self>, request: Request, peer: Peer) -> Progress {
        match Flow::new(Arc::clone(self), Origin::Client, request, peer).travel() {
            Progress::Receiving(receiving) => receiving.whole(),
            progress => progress,
        }
    }

    /// The state.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The one clock.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// What happened.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// What was measured, by the minute.
    pub fn meters(&self) -> &Meters {
        &self.meters
    }

    /// The services.
    pub fn directory(&self) -> &'static Directory {
        self.directory
    }

    /// What the operator decided.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The faults in force.
    pub fn faults(&self) -> &FaultBook {
        &self.faults
    }

    /// The mails and text messages that services of an account have sent to people, the newest first. They went nowhere.
    pub fn dispatches(&self, account: AccountId) -> Result<Vec<Dispatch>> {
        let mut all = Vec::new();
        for partition in Partition::ALL {
            all.extend(self.backstage_view(Scope::new(account, Region::global(partition))).dispatches()?);
        }
        // Stable: those of one moment stay in the order of their numbers.
        all.sort_by_key(|dispatch| std::cmp::Reverse(dispatch.at));
        Ok(all)
    }

    /// How many requests wait for something.
    pub fn waiting(&self) -> usize {
        self.waiters.count()
    }

    /// The winds that a store remembers, oldest first.
    pub fn winds_of(store: &Store) -> Result<Vec<clock::Wind>> {
        let table = store.table(WINDS);
        let snapshot = store.snapshot();
        let rows = snapshot.prefix(table, &[], Direction::Forward);
        rows.map(|row| {
            let (_, value) = row?;
            let damaged = || Error::internal("the history of winds is damaged");
            let (at, by) = value.split_at_checked(8).ok_or_else(damaged)?;
            let at = i64::from_be_bytes(at.try_into().map_err(|_| damaged())?);
            let by = u64::from_be_bytes(by.try_into().map_err(|_| damaged())?);
            Ok(clock::Wind { at: Timestamp(at), by: Duration::from_micros(by) })
        })
        .collect()
    }

    /// Winds the clock forward. It stops at each instant at which something falls due, and goes on when that is done.
    pub fn wind(self: &Arc<Self>, by: Duration) -> Result<Wound> {
        let target = self.clock.now().after(by);
        // Who keeps what was measured may have something to do for it later, and so may who follows calls.
        self.keep_measured()?;
        self.keep_uses()?;
        let mut fired = self.fire_and_settle()?;
        while let Some(due) = self.next_due()?.filter(|due| *due <= target) {
            self.step_to(due)?;
            fired += self.fire_and_settle()?;
            self.keep_measured()?;
            self.keep_uses()?;
        }
        self.step_to(target)?;
        self.waiters.wake_all();
        self.timers_were_changed();
        Ok(Wound { now: self.clock.now(), fired })
    }

    /// Fires what is due, and waits until what it set to work has ended.
    fn fire_and_settle(self: &Arc<Self>) -> Result<u64> {
        let mut fired = self.fire_due()?;
        while self.works.wait_for_the_background() {
            fired += self.fire_due()?;
        }
        Ok(fired)
    }

    fn step_to(&self, moment: Timestamp) -> Result<()> {
        let by = moment.since(self.clock.now());
        if by.is_zero() {
            return Ok(());
        }
        let wind = self.clock.wind(by);
        self.keep_wind(self.clock.winds().len() as u64, wind)
    }

    fn keep_wind(&self, number: u64, wind: clock::Wind) -> Result<()> {
        let table = self.store.table(WINDS);
        let mut txn = self.store.begin();
        let by = u64::try_from(wind.by.as_micros()).unwrap_or(u64::MAX);
        let value = [wind.at.0.to_be_bytes(), by.to_be_bytes()].concat();
        txn.put(table, &number.to_be_bytes(), value);
        txn.commit(&[])?;
        Ok(())
    }

    /// Empties the cloud, durably: all accounts, or one. Time stays where it was wound to.
    pub fn reset(&self, account: Option<AccountId>) -> Result<()> {
        let change = self.identities.change();
        self.ledger.forget_uses(account);
        self.meters.clear(account);
        match account {
            None => {
                self.courier.clear();
                self.store.clear()?;
            }
            Some(account) => self.reset_account(account)?,
        }
        drop(change);
        for (number, wind) in (1..).zip(self.clock.winds()) {
            self.keep_wind(number, wind)?;
        }
        self.waiters.wake_all();
        self.timers_were_changed();
        Ok(())
    }

    fn reset_account(&self, account: AccountId) -> Result<()> {
        let prefixes = Partition::ALL.map(|partition| account_prefix(account, partition));
        let timers = self.timers_of(account)?;
        let mut txn = self.store.begin();
        let mut bodies = Vec::new();
        for prefix in &prefixes {
            bodies.extend(self.bodies_under(&txn, prefix)?);
        }
        for (name, table) in self.store.tables() {
            for prefix in prefixes.iter().filter(|_| name != WINDS) {
                txn.clear_prefix(table, prefix)?;
                txn.forget_history(table, prefix)?;
            }
        }
        for (due, id) in timers {
            txn.cancel_timer(due, &id);
        }
        bodies.into_iter().for_each(|id| txn.release_body(id));
        txn.commit(&[])?;
        Ok(())
    }

    /// The bodies that rows name whose keys begin with `prefix`.
    fn bodies_under(&self, rows: &dyn Read, prefix: &[u8]) -> Result<Vec<BlobId>> {
        let mut found = Vec::new();
        for info in self.directory.services().flat_map(|service| (service.tables)()).filter(|info| info.bodies) {
            for row in rows.prefix(self.store.table(info.name), prefix, Direction::Forward) {
                found.extend(service::bodies_of(&info, &row?.1)?);
            }
        }
        Ok(found)
    }

    /// Removes bodies that no row names, left by a crash. Not where there are rows of a service that this program does
    /// not have: what they name cannot be told.
    pub fn sweep_bodies(&self) -> Result<u64> {
        let known: Vec<_> = self.directory.services().flat_map(|service| (service.tables)()).collect();
        let ours = |name: &str| name.starts_with("machine.") || known.iter().any(|info| info.name == name);
        if self.store.tables().iter().any(|(name, _)| !ours(name)) {
            return Ok(0);
        }
        Ok(self.store.sweep_bodies(self.bodies_under(&self.store.snapshot(), &[])?)?)
    }

    /// The accounts that were created by name. Others exist as soon as somebody acts in them.
    pub fn accounts(&self) -> Result<Vec<AccountId>> {
        let table = self.store.table(ACCOUNTS);
        let snapshot = self.store.snapshot();
        let keys = snapshot.prefix(table, &[], Direction::Forward);
        keys.map(|row| {
            let (key, _) = row?;
            let number = key.first_chunk::<8>().map(|bytes| u64::from_be_bytes(*bytes));
            number.and_then(AccountId::from_number).ok_or_else(|| Error::internal("an account's row is damaged"))
        })
        .collect()
    }

    /// Creates an account, and tells whether it is new.
    pub fn create_account(&self, id: AccountId) -> Result<bool> {
        let table = self.store.table(ACCOUNTS);
        let mut txn = self.store.begin();
        let key = id.number().to_be_bytes();
        let new = txn.get(table, &key)?.is_none();
        if new {
            txn.put(table, &key, self.clock.now().0.to_be_bytes().to_vec());
            txn.commit(&[])?;
        }
        Ok(new)
    }

    /// Registers who is told when timers were set or cancelled: the listener's alarm clock.
    pub fn on_timers_changed(&self, call: impl Fn() + Send + 'static) {
        *self.timers_changed.lock() = Some(Box::new(call));
    }

    pub(crate) fn timers_were_changed(&self) {
        if let Some(call) = &*self.timers_changed.lock() {
            call();
        }
    }
}
