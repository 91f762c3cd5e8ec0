mod asking;

use crate::body::Made;
use crate::letter::Letter;
use crate::timer::Stored;
use crate::view::{NO_DOOR, Source};
use crate::{
    As, Asked, Call, Change, Edge, Error, Key, KeyBuf, LetterId, Meter, Question, RequestInfo, Result, Row, Sample,
    Scope, Signal, Table, TableInfo, Tell, Timer, View, Wake,
};
use bytes::Bytes;
use clock::{Entropy, Timestamp};
use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

/// What a writing handler is given: a [`View`] of a transaction, and the means to change it.
pub struct Cx {
    pub(crate) view: View,
    entropy: Entropy,
    pub(crate) effects: Effects,
    /// What was asked in earlier runs of this request, with the answers.
    remembered: Vec<Asked>,
    /// How many of them this run has asked for.
    recalled: usize,
    /// What is to be asked before this request can run again.
    question: Option<Box<Question>>,
    pub(crate) made: Made,
}

/// What a transaction does besides changing rows, once it has committed.
#[derive(Debug, Default, Clone)]
pub struct Effects {
    /// Whom to wake.
    pub wakes: Vec<Wake>,
    /// What was measured.
    pub meters: Vec<Meter>,
    /// Whether rows changed that decide what callers may do.
    pub governing: bool,
    /// Whether timers were set or cancelled.
    pub timers: bool,
    /// What was handed over to be delivered.
    pub letters: Vec<LetterId>,
    /// What was handed over before and is not to be delivered any more.
    pub recalled: Vec<LetterId>,
    /// The records of the calls within, in the ledger's form, in the order of their ends.
    pub records: Vec<Vec<u8>>,
    /// Those of them that need not outlast the process.
    pub passing_records: Vec<Vec<u8>>,
    /// Bodies, by how many more rows name them than before.
    pub bodies: BTreeMap<store::BlobId, i64>,
}

/// Where each timer stands in the order of what falls due, by its id.
pub(crate) const TIMERS: TableInfo = TableInfo {
    name: "machine.timers",
    breadth: crate::Breadth::AccountWide,
    governing: false,
    bodies: false,
    row: || Box::new(Stored::default()),
};

/// What is to be delivered, by account and in the order of handing over.
const LETTERS: &str = "machine.letters";

impl Cx {
    /// Begins a transaction. For the door and for tests; handlers are given theirs.
    pub fn begin(store: &store::Store, scope: Scope, now: Timestamp, info: Arc<RequestInfo>, entropy: Entropy) -> Cx {
        let mut txn = store.begin();
        txn.set_second(now.secs());
        let source = Source::Txn(Box::new(txn));
        Cx {
            made: Made { blobs: store.blobs().clone(), ids: Vec::new() },
            view: View { store: store.clone(), source, scope, now, info },
            entropy,
            effects: Effects::default(),
            remembered: Vec::new(),
            recalled: 0,
            question: None,
        }
    }

    pub(crate) fn post(&mut self, by: As, call: Call, tell: Tell) -> Result<LetterId> {
        let (tag, tell_all) = match tell {
            Tell::Failures(tag) => (tag, false),
            Tell::Outcome(tag) => (tag, true),
        };
        let letter = Letter::of((&self.view.info, self.scope), by, call, (tag, tell_all));
        let id = LetterId::new(self.scope.account, self.now, self.entropy.u64());
        self.put_letter(&id, &letter)?;
        self.effects.letters.push(id.clone());
        Ok(id)
    }

    /// Takes back a delivery that is not over, once this transaction has committed: a peer that waits with it waits no
    /// more, and nobody is told.
    pub fn recall(&mut self, id: &LetterId) -> Result<()> {
        self.drop_letter(id)?;
        self.effects.letters.retain(|letter| letter != id);
        self.effects.recalled.push(id.clone());
        Ok(())
    }

    /// The delivery that goes by an id, while it is not over. For the door.
    pub fn letter(&self, id: &LetterId) -> Result<Option<Letter>> {
        let table = self.view.store.table(LETTERS);
        let bytes = match &self.view.source {
            Source::Txn(txn) => store::Read::get(&**txn, table, id.as_bytes())?,
            Source::Snapshot(_) | Source::Past(_) => return Err(Error::internal("a transaction without one")),
        };
        bytes.map(|bytes| Letter::unpack(&bytes)).transpose()
    }

    /// The delivery that goes by an id, as it was committed last. For the door.
    pub fn letter_of(store: &store::Store, id: &LetterId) -> Result<Option<Letter>> {
        let bytes = store::Read::get(&store.snapshot(), store.table(LETTERS), id.as_bytes())?;
        bytes.map(|bytes| Letter::unpack(&bytes)).transpose()
    }

    /// Has a delivery sent once this transaction has committed. For the door.
    pub fn hand_over(&mut self, id: LetterId) {
        self.effects.letters.push(id);
    }

    /// Keeps a delivery. For the door.
    pub fn put_letter(&mut self, id: &LetterId, letter: &Letter) -> Result<()> {
        let table = self.view.store.table(LETTERS);
        self.txn()?.put(table, id.as_bytes(), letter.pack());
        Ok(())
    }

    /// Forgets a delivery. For the door.
    pub fn drop_letter(&mut self, id: &LetterId) -> Result<()> {
        let table = self.view.store.table(LETTERS);
        self.txn()?.delete(table, id.as_bytes());
        Ok(())
    }

    /// The deliveries that were on their way when the cloud stopped, the first handed over first. For the door.
    pub fn letters_of(store: &store::Store) -> Result<Vec<(LetterId, Letter)>> {
        let (table, snapshot) = (store.table(LETTERS), store.snapshot());
        let rows = store::Read::prefix(&snapshot, table, &[], store::Direction::Forward);
        let letters = rows.map(|row| {
            let (key, bytes) = row?;
            Ok((LetterId::from_bytes(&key), Letter::unpack(&bytes)?))
        });
        let mut letters: Vec<(LetterId, Letter)> = letters.collect::<Result<_>>()?;
        letters.sort_by_key(|(_, letter)| letter.since);
        Ok(letters)
    }

    /// Runs a call within this transaction as another request: in its scope, with its own facts. What it wrote is taken
    /// back if it fails; its records stay. For the door.
    pub fn nest<T>(
        &mut self,
        (scope, info): (Scope, Arc<RequestInfo>),
        work: impl FnOnce(&mut Cx) -> Result<T>,
    ) -> Result<T> {
        let savepoint = self.txn()?.savepoint();
        let outer = (self.view.scope, Arc::clone(&self.view.info));
        let before = self.effects.clone();
        (self.view.scope, self.view.info) = (scope, info);
        let done = work(self);
        (self.view.scope, self.view.info) = outer;
        if done.is_err() {
            self.txn()?.rollback_to(savepoint);
            let records = std::mem::take(&mut self.effects.records);
            let passing_records = std::mem::take(&mut self.effects.passing_records);
            self.effects = Effects { records, passing_records, ..before };
        }
        done
    }

    /// Adds the record of a call within. For the door.
    pub fn add_record(&mut self, record: Vec<u8>, passing: bool) {
        let records = if passing { &mut self.effects.passing_records } else { &mut self.effects.records };
        records.push(record);
    }

    /// Commits, with the ledger's record; what is dropped instead is rolled back.
    pub fn commit(self, attachment: &[u8]) -> Result<(store::CommitSeq, Effects)> {
        let Cx { view: View { source, .. }, effects, mut made, .. } = self;
        let Source::Txn(mut txn) = source else { return Err(Error::internal("a snapshot cannot be committed")) };
        for (id, count) in &effects.bodies {
            match count.signum() {
                1 => txn.name_body(*id),
                -1 => txn.release_body(*id),
                _ => {}
            }
        }
        let seq = txn.commit(attachment)?;
        made.ids.retain(|id| effects.bodies.get(id).is_none_or(|count| *count < 1));
        Ok((seq, effects))
    }

    /// Rolls back, and hands out what was to happen besides. For the door.
    pub fn give_up(self) -> Effects {
        self.effects
    }

    /// Whether nothing was written.
    pub fn is_clean(&self) -> bool {
        match &self.view.source {
            Source::Txn(txn) => txn.is_empty(),
            Source::Snapshot(_) | Source::Past(_) => true,
        }
    }

    /// What would happen besides, so far.
    pub fn effects(&self) -> &Effects {
        &self.effects
    }

    /// The request's own stream of chance; the same when the request runs again.
    pub fn entropy(&mut self) -> &mut Entropy {
        &mut self.entropy
    }

    /// Writes a row; the table's hook follows in the same transaction.
    pub fn put<K: Key + ?Sized, R: Row>(&mut self, table: &Table<K, R>, key: &K, row: &R) -> Result<()> {
        let buf = table.key(self.scope, key);
        let old = self.old(table, &buf)?;
        let id = self.view.store.table(table.info().name);
        self.txn()?.put(id, buf.as_bytes(), row.pack());
        self.changed(table, old.as_ref(), Some(row))
    }

    /// Deletes a row and tells whether it was there; the table's hook follows in the same transaction.
    pub fn delete<K: Key + ?Sized, R: Row>(&mut self, table: &Table<K, R>, key: &K) -> Result<bool> {
        let buf = table.key(self.scope, key);
        let old = self.old(table, &buf)?;
        let there = match &old {
            Some(_) => true,
            None => self.view.raw_get(table.info(), &buf)?.is_some(),
        };
        if there {
            let id = self.view.store.table(table.info().name);
            self.txn()?.delete(id, buf.as_bytes());
            self.changed(table, old.as_ref(), None)?;
        }
        Ok(there)
    }

    /// Deletes all rows whose keys begin with `prefix`; the table's hook follows for each.
    pub fn delete_all<K: Key + ?Sized, R: Row>(&mut self, table: &Table<K, R>, prefix: impl Key) -> Result<()> {
        let mut edge = KeyBuf::default();
        prefix.write(&mut edge);
        let edges = (&Edge::Before(edge.clone()), &Edge::Behind(edge));
        let keys: Vec<KeyBuf> = self.keys(table, edges).collect::<Result<_>>()?;
        for key in keys {
            let buf = table.key(self.scope, &key);
            let old = self.old(table, &buf)?;
            let id = self.view.store.table(table.info().name);
            self.txn()?.delete(id, buf.as_bytes());
            self.changed(table, old.as_ref(), None)?;
        }
        Ok(())
    }

    /// Works in another account or region and comes back.
    pub fn in_scope<T>(&mut self, scope: Scope, work: impl FnOnce(&mut Cx) -> Result<T>) -> Result<T> {
        let own = std::mem::replace(&mut self.view.scope, scope);
        let done = work(self);
        self.view.scope = own;
        done
    }

    /// Whether `code` is what the caller's MFA device `serial` shows now. If so it is used up once this transaction has
    /// committed.
    pub fn spend_one_time_password(&mut self, serial: &str, code: &str) -> Result<bool> {
        let info = Arc::clone(&self.view.info);
        let door = info.door.0.as_deref().ok_or_else(|| Error::internal(NO_DOOR))?;
        door.spend_one_time_password(self, serial, code)
    }

    /// Gives the keys by which tokens of `issuer`, a URL, are verified from now on: a JSON Web Key Set (RFC 7517).
    ///
    /// # Errors
    /// `ValidationError` if it is none.
    pub fn set_issuer_keys(&mut self, issuer: &str, keys: &str) -> Result<()> {
        let book = self.view.door()?.issuers();
        let book = book.ok_or_else(|| Error::internal("no service keeps the keys of issuers"))?;
        (book.set)(self, issuer, keys)
    }

    /// Forgets the keys of an issuer, and tells whether there were any.
    pub fn remove_issuer_keys(&mut self, issuer: &str) -> Result<bool> {
        let book = self.view.door()?.issuers();
        let book = book.ok_or_else(|| Error::internal("no service keeps the keys of issuers"))?;
        (book.remove)(self, issuer)
    }

    /// Wakes up to `count` requests that wait for `signal`, once this transaction has committed.
    pub fn wake(&mut self, signal: Signal, count: usize) {
        match self.effects.wakes.iter_mut().find(|w| w.signal == signal) {
            Some(wake) => wake.count = wake.count.saturating_add(count),
            None => self.effects.wakes.push(Wake { signal, count }),
        }
    }

    /// Counts towards a metric, once this transaction has committed.
    pub fn meter(&mut self, metric: &'static str, dimension: (&'static str, &str), value: f64, unit: &'static str) {
        let meter = self.one_dimension(metric, dimension, value, unit);
        self.effects.meters.push(meter);
    }

    /// Counts towards a metric of any namespace and dimensions, once this transaction has committed.
    pub fn sample(&mut self, sample: &Sample<'_>) {
        let meter = sample.meter(self.scope, self.info.service);
        self.effects.meters.push(meter);
    }

    /// Sets this service's timer `name` of the scope to `due`; an earlier setting of the same name is replaced.
    pub fn set_timer(&mut self, name: &str, due: Timestamp) -> Result<()> {
        self.set_timer_of(self.info.service, name, due)
    }

    /// Sets the timer of a service. For the door, which has timers of its own.
    pub fn set_timer_of(&mut self, service: &str, name: &str, due: Timestamp) -> Result<()> {
        self.cancel_timer_of(service, name)?;
        let scope = self.scope;
        let id = timer_id(service, scope, name);
        let stored = Stored {
            service: service.to_owned(),
            account: scope.account.number() as i64,
            region: scope.region.as_str().to_owned(),
            name: name.to_owned(),
        };
        let table = self.view.store.table(TIMERS.name);
        let txn = self.txn()?;
        txn.put(table, id.as_bytes(), due.0.to_be_bytes().to_vec());
        txn.set_timer(due.0, id.as_bytes(), &shape::pack(&stored));
        self.effects.timers = true;
        Ok(())
    }

    /// Cancels this service's timer `name` of the scope; one that is not set is none to cancel.
    pub fn cancel_timer(&mut self, name: &str) -> Result<()> {
        self.cancel_timer_of(self.info.service, name)
    }

    fn cancel_timer_of(&mut self, service: &str, name: &str) -> Result<()> {
        let id = timer_id(service, self.scope, name);
        let Some(Timestamp(due)) = self.due(&id)? else { return Ok(()) };
        let table = self.view.store.table(TIMERS.name);
        let txn = self.txn()?;
        txn.delete(table, id.as_bytes());
        txn.cancel_timer(due, id.as_bytes());
        self.effects.timers = true;
        Ok(())
    }

    /// Takes a timer that fell due out of the order, and tells whether it still stood there: another may have fired it
    /// meanwhile, or moved it. For the door, which then lets its service fire it.
    pub fn take_timer(&mut self, timer: &Timer) -> Result<bool> {
        let id = timer_id(&timer.service, timer.scope, &timer.name);
        if self.view.raw_get(TIMERS, &id)?.as_deref() != Some(&timer.due.0.to_be_bytes()[..]) {
            return Ok(false);
        }
        let table = self.view.store.table(TIMERS.name);
        let txn = self.txn()?;
        txn.delete(table, id.as_bytes());
        txn.cancel_timer(timer.due.0, id.as_bytes());
        Ok(true)
    }

    pub(crate) fn txn(&mut self) -> Result<&mut store::Txn> {
        match &mut self.view.source {
            Source::Txn(txn) => Ok(txn),
            Source::Snapshot(_) | Source::Past(_) => Err(Error::internal("a snapshot cannot be written to")),
        }
    }

    fn old<K: Key + ?Sized, R: Row>(&self, table: &Table<K, R>, key: &crate::KeyBuf) -> Result<Option<R>> {
        if table.hook().is_none() && !table.info().bodies {
            return Ok(None);
        }
        self.view.raw_get(table.info(), key)?.map(|bytes| R::unpack(&bytes)).transpose()
    }

    fn changed<K: Key + ?Sized, R: Row>(
        &mut self,
        table: &Table<K, R>,
        old: Option<&R>,
        new: Option<&R>,
    ) -> Result<()> {
        self.effects.governing |= table.info().governing;
        if table.info().bodies {
            self.count_bodies(old.map(|row| row as &dyn shape::Struct), new.map(|row| row as &dyn shape::Struct))?;
        }
        match table.hook() {
            Some(hook) => hook(self, Change { old, new }),
            None => Ok(()),
        }
    }
}

impl View {
    /// When this service's timer `name` of a scope falls due; `None` where none is set.
    pub fn timer_due(&self, scope: Scope, name: &str) -> Result<Option<Timestamp>> {
        self.due(&timer_id(self.info.service, scope, name))
    }

    fn due(&self, id: &KeyBuf) -> Result<Option<Timestamp>> {
        let damaged = |_| Error::internal("a timer's row is damaged");
        let due = |bytes: Bytes| bytes.as_ref().try_into().map(i64::from_be_bytes).map(Timestamp).map_err(damaged);
        self.raw_get(TIMERS, id)?.map(due).transpose()
    }
}

impl Timer {
    /// Reads a due timer back from the store's form.
    pub fn from_stored(due: Timestamp, payload: &[u8]) -> Result<Timer> {
        let mut stored = Stored::default();
        shape::unpack(payload, &mut stored)?;
        let damaged = || Error::internal("a timer's row is damaged");
        let account = u64::try_from(stored.account).ok().and_then(ids::AccountId::from_number).ok_or_else(damaged)?;
        let region = ids::Region::kept(&stored.region).ok_or_else(damaged)?;
        Ok(Timer { service: stored.service, scope: Scope { account, region }, name: stored.name, due })
    }
}

fn timer_id(service: &str, scope: Scope, name: &str) -> crate::KeyBuf {
    let mut id = crate::KeyBuf::default();
    id.account(scope.account);
    id.region(scope.region);
    id.text(service);
    id.text(name);
    id
}

impl Deref for Cx {
    type Target = View;
    fn deref(&self) -> &View {
        &self.view
    }
}
