use crate::lately;
use crate::resource::ResourceType;
use crate::{
    Caller, Check, Delegated, Door, Error, GrantingPolicies, Key, KeyBuf, LastUse, Limit, Measured, Membership, Meter,
    Page, RequestInfo, Result, Row, Sample, Scope, Signal, Table, TableInfo, Token,
};
use bytes::Bytes;
use clock::Timestamp;
use ids::{AccountId, Arn, Region};
use shape::Value;
use smallvec::SmallVec;
use std::borrow::Cow;
use std::fmt::Display;
use std::ops::Bound;
use std::sync::Arc;
use store::{Direction, Read};

/// A consistent sight of the state, for one request: a snapshot, or a transaction with what it has written so far.
pub struct View {
    pub(crate) store: store::Store,
    pub(crate) source: Source,
    pub(crate) scope: Scope,
    pub(crate) now: Timestamp,
    pub(crate) info: Arc<RequestInfo>,
}

/// What is answered where a view was made without a door.
pub(crate) const NO_DOOR: &str = "the door was asked where there is none";

pub(crate) enum Source {
    Snapshot(store::Snapshot),
    Txn(Box<store::Txn>),
    Past(store::Past),
}

impl View {
    /// A view of a snapshot taken now. For the door and for tests; handlers are given theirs.
    pub fn of(store: &store::Store, scope: Scope, now: Timestamp, info: Arc<RequestInfo>) -> View {
        View { store: store.clone(), source: Source::Snapshot(store.snapshot()), scope, now, info }
    }

    /// Virtual now, the same for the whole request.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Whose rows and where.
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// The account of the request.
    pub fn account(&self) -> AccountId {
        self.scope.account
    }

    /// The region of the request.
    pub fn region(&self) -> Region {
        self.scope.region
    }

    /// What is known of the request besides its input.
    pub fn request(&self) -> &RequestInfo {
        &self.info
    }

    /// Who makes the request.
    pub fn caller(&self) -> &Caller {
        &self.info.caller
    }

    /// Whether `caller` may do what `check` asks: for decisions that only a handler can put, as a trust policy's on a
    /// web identity. `Ok` if so; AWS's denial, ready to be answered, if not.
    pub fn may(&self, caller: &Caller, check: &Check) -> Result<()> {
        self.door()?.judge(self, caller, check)
    }

    /// The policies that would bind `caller`, as each authority tells them: for who explains decisions without taking one.
    pub fn bound_by(&self, caller: &Caller) -> Result<Vec<GrantingPolicies>> {
        self.door()?.bound_by(self, caller)
    }

    /// The output of another service's reading operation in this view's scope and on the very state that it sees, as
    /// AWS's services look things up in each other: no caller's right, no record. The input has the model's names.
    pub fn peer(&self, service: &str, operation: &str, input: Value) -> Result<Value> {
        self.door()?.look(self, service, operation, input)
    }

    /// [`View::peer`] in another account or region.
    pub fn peer_in(&self, scope: Scope, service: &str, operation: &str, input: Value) -> Result<Value> {
        self.door()?.look(&self.elsewhere(scope)?, service, operation, input)
    }

    /// Whether this cloud has an operation of another service: what data names as a target is refused at once where it could
    /// never be called.
    pub fn offers(&self, service: &str, operation: &str) -> bool {
        self.info.door.0.as_deref().is_some_and(|door| door.offers(service, operation))
    }

    /// A resource type by its name, such as `AWS::SQS::Queue`, and the prefix of the service that declares it; `None` where no
    /// service of this cloud does.
    pub fn resource_type(&self, name: &str) -> Option<(&'static str, &'static ResourceType)> {
        self.info.door.0.as_deref()?.resource_type(name)
    }

    /// The API model of a service, by prefix, whether or not it is built: for calls whose input and output are JSON that data
    /// gives and takes.
    pub fn model(&self, service: &str) -> Option<&'static model::Model> {
        self.info.door.0.as_deref().and_then(|door| door.model(service))
    }

    /// The organisation that an account belongs to, with the guardrails that bind it there; `None` where it is in none.
    pub fn membership(&self, account: AccountId) -> Result<Option<Membership>> {
        self.door()?.membership(self, account)
    }

    /// Whether `code` is what the caller's MFA device `serial` shows now, and was not used yet.
    pub fn one_time_password(&self, serial: &str, code: &str) -> Result<bool> {
        self.door()?.one_time_password(self, serial, code)
    }

    /// The keys by which tokens of `issuer`, a URL, are verified: a JSON Web Key Set (RFC 7517). `None` where nobody gave any.
    pub fn issuer_keys(&self, issuer: &str) -> Result<Option<String>> {
        let Some(book) = self.door()?.issuers() else { return Ok(None) };
        let known = (book.list)(self)?.into_iter().find(|known| known.url == issuer && !known.outbound);
        Ok(known.map(|known| known.keys))
    }

    /// What a token is worth by which somebody delegates his rights for a while; `None` for what is no such token.
    pub fn delegated(&self, token: &str) -> Result<Option<Delegated>> {
        self.door()?.delegated(self, token)
    }

    /// When a long-term access key of this account was last used, whatever came of it; `None` where it never was. The request
    /// that asks is not among its uses yet.
    pub fn key_last_used(&self, access_key: &str) -> Result<Option<LastUse>> {
        self.door()?.key_last_used(self, access_key)
    }

    /// When a user or role of this account, by its ARN, last called each service that it ever called, in no order.
    pub fn services_last_used(&self, principal: &str) -> Result<Vec<LastUse>> {
        self.door()?.services_last_used(self, principal)
    }

    /// When anybody of this account, its root user and those who are gone included, last called each service, in no order.
    pub fn account_last_used(&self) -> Result<Vec<LastUse>> {
        self.door()?.account_last_used(self)
    }

    /// The virtual moment that somebody outside, whose clock was never wound, meant by `stamp`: what had been wound by then is
    /// added.
    pub fn meant(&self, stamp: Timestamp) -> Result<Timestamp> {
        Ok(self.door()?.meant(stamp))
    }

    /// The virtual moment that the sender of this request meant by a time in it. A client outside knows the machine's clock,
    /// so what has been wound since is added ([`View::meant`]); what lies in that clock's future can only be virtual
    /// already, and so is what a peer says.
    pub fn said(&self, stamp: Timestamp) -> Timestamp {
        match &self.info.door.0 {
            Some(door) if self.info.via.is_none() => door.said(stamp),
            _ => stamp,
        }
    }

    /// The same state seen from another account or region.
    pub fn elsewhere(&self, scope: Scope) -> Result<View> {
        let source = match &self.source {
            Source::Snapshot(snapshot) => snapshot.clone(),
            Source::Past(_) => return Err(Error::internal("the past is seen from its own scope alone")),
            Source::Txn(txn) if txn.is_empty() => txn.before().clone(),
            Source::Txn(txn) => txn.freeze(),
        };
        Ok(View {
            store: self.store.clone(),
            source: Source::Snapshot(source),
            scope,
            now: self.now,
            info: Arc::clone(&self.info),
        })
    }

    pub(crate) fn door(&self) -> Result<&dyn Door> {
        self.info.door.0.as_deref().ok_or_else(|| Error::internal(NO_DOOR))
    }

    /// The ARN of a resource of `service` in the request's account and region.
    pub fn arn(&self, service: &str, resource: impl Display) -> Arn {
        Arn::new(self.scope.partition(), service, self.scope.region, Some(self.scope.account), resource)
    }

    /// The row under `key`.
    pub fn get<K: Key + ?Sized, R: Row>(&self, table: &Table<K, R>, key: &K) -> Result<Option<R>> {
        self.get_in(self.scope, table, key)
    }

    /// The row under `key` in another account or region.
    pub fn get_in<K: Key + ?Sized, R: Row>(&self, scope: Scope, table: &Table<K, R>, key: &K) -> Result<Option<R>> {
        let bytes = self.raw_get(table.info(), &table.key(scope, key))?;
        let row = |bytes: Bytes| match table.info().governing {
            true => lately::unpacked(bytes).map(Arc::unwrap_or_clone),
            false => R::unpack(&bytes),
        };
        bytes.map(row).transpose()
    }

    /// The row under `key` in another account or region, shared with whoever else reads it: for tables that decide what
    /// callers may do, whose rows are asked for more than once by each request.
    pub fn shared_in<K: Key + ?Sized, R: Row>(
        &self,
        scope: Scope,
        table: &Table<K, R>,
        key: &K,
    ) -> Result<Option<Arc<R>>> {
        self.raw_get(table.info(), &table.key(scope, key))?.map(lately::unpacked).transpose()
    }

    /// Whether there is a row under `key`.
    pub fn has<K: Key + ?Sized, R: Row>(&self, table: &Table<K, R>, key: &K) -> Result<bool> {
        Ok(self.raw_get(table.info(), &table.key(self.scope, key))?.is_some())
    }

    /// The rows whose keys begin with `prefix`, in the order of their keys.
    pub fn rows<'v, K: Key + ?Sized, R: Row + 'v>(
        &'v self,
        table: &Table<K, R>,
        prefix: impl Key,
    ) -> Box<dyn Iterator<Item = Result<R>> + 'v> {
        self.rows_in(self.scope, table, prefix)
    }

    /// The rows of another account or region whose keys begin with `prefix`, in the order of their keys.
    pub fn rows_in<'v, K: Key + ?Sized, R: Row + 'v>(
        &'v self,
        scope: Scope,
        table: &Table<K, R>,
        prefix: impl Key,
    ) -> Box<dyn Iterator<Item = Result<R>> + 'v> {
        let prefix = table.key(scope, &prefix);
        let range = self.raw_range(table.info(), prefix.as_bytes(), Bound::Included(prefix.as_bytes()));
        Box::new(range.map(|entry| R::unpack(&entry?.1)))
    }

    /// The rows whose keys begin with `prefix`, from `from` (a key that begins with it) on.
    pub fn rows_from<'v, K: Key + ?Sized, R: Row + 'v>(
        &'v self,
        table: &Table<K, R>,
        prefix: impl Key,
        from: impl Key,
    ) -> Box<dyn Iterator<Item = Result<R>> + 'v> {
        let prefix = table.key(self.scope, &prefix);
        let from = table.key(self.scope, &from);
        let range = self.raw_range(table.info(), prefix.as_bytes(), Bound::Included(from.as_bytes()));
        Box::new(range.map(|entry| R::unpack(&entry?.1)))
    }

    /// The rows between two edges, in the order of their keys or against it.
    pub fn range<'v, K: Key + ?Sized, R: Row + 'v>(
        &'v self,
        table: &Table<K, R>,
        (from, to): (&Edge, &Edge),
        direction: Direction,
    ) -> Box<dyn Iterator<Item = Result<R>> + 'v> {
        Box::new(self.between(table.info(), (from, to), direction).map(|entry| R::unpack(&entry?.1)))
    }

    /// The keys of the rows between two edges, in their order.
    pub fn keys<'v, K: Key + ?Sized, R: Row + 'v>(
        &'v self,
        table: &Table<K, R>,
        (from, to): (&Edge, &Edge),
    ) -> Box<dyn Iterator<Item = Result<KeyBuf>> + 'v> {
        let scope = table.info().prefix(self.scope).as_bytes().len();
        let own = move |key: Bytes| {
            let mut own = KeyBuf::default();
            own.raw(key.get(scope..).unwrap_or_default());
            own
        };
        Box::new(self.between(table.info(), (from, to), Direction::Forward).map(move |entry| Ok(own(entry?.0))))
    }

    fn between<'v>(
        &'v self,
        table: TableInfo,
        (from, to): (&Edge, &Edge),
        direction: Direction,
    ) -> Box<dyn Iterator<Item = Result<(Bytes, Bytes)>> + 'v> {
        let scope = table.prefix(self.scope);
        let low = from.low(scope.as_bytes());
        let high = to.high(scope.as_bytes()).or_else(|| after_prefix(scope.as_bytes()));
        let bounds = (Bound::Included(low.as_slice()), high.as_deref().map_or(Bound::Unbounded, Bound::Excluded));
        let id = self.store.table(table.name);
        match &self.source {
            Source::Snapshot(snapshot) => {
                Box::new(snapshot.range(id, bounds.0, bounds.1, direction).map(|entry| Ok(entry?)))
            }
            Source::Txn(txn) => Box::new(txn.range(id, bounds.0, bounds.1, direction).map(|entry| Ok(entry?))),
            Source::Past(past) if direction == Direction::Forward => {
                match past.prefix(id, scope.as_bytes(), bounds.0) {
                    Ok(rows) => {
                        let within = move |entry: &Result<(Bytes, Bytes)>| match (entry, &high) {
                            (Ok((key, _)), Some(high)) => key[..] < high[..],
                            _ => true,
                        };
                        Box::new(rows.map(|entry| Ok(entry?)).take_while(within))
                    }
                    Err(error) => Box::new(std::iter::once(Err(error.into()))),
                }
            }
            Source::Past(_) => Box::new(std::iter::once(Err(Error::internal("the past is read forward alone")))),
        }
    }

    /// Takes `amount` from a declared limit's bucket, if it holds that much; see [`crate::Door::draw`].
    pub fn draw(&self, bucket: &str, limit: Limit, amount: f64) -> bool {
        match self.door() {
            Ok(door) => door.draw(self, bucket, limit, amount),
            Err(_) => true,
        }
    }

    /// How much of engines' work goes on in a lane now.
    pub fn busy(&self, lane: &str) -> usize {
        self.door().map_or(0, |door| door.busy(lane))
    }

    /// Counts towards a metric at once, whether or not the request succeeds: for readers, and for what a refusal counts.
    pub fn count(&self, metric: &'static str, dimension: (&'static str, &str), value: f64, unit: &'static str) {
        if let Ok(door) = self.door() {
            door.count(self.one_dimension(metric, dimension, value, unit));
        }
    }

    /// [`View::count`] towards a metric of any namespace and dimensions.
    pub fn count_sample(&self, sample: &Sample<'_>) {
        if let Ok(door) = self.door() {
            door.count(sample.meter(self.scope, self.info.service));
        }
    }

    pub(crate) fn one_dimension(
        &self,
        metric: &'static str,
        dimension: (&'static str, &str),
        value: f64,
        unit: &'static str,
    ) -> Meter {
        Meter {
            scope: self.scope,
            service: self.info.service,
            namespace: None,
            metric: Cow::Borrowed(metric),
            dimensions: SmallVec::from_iter([(Cow::Borrowed(dimension.0), dimension.1.to_owned())]),
            value,
            unit: Cow::Borrowed(unit),
            at: None,
        }
    }

    /// What a service's gauge shows now, by namespace and name; `None` where there is no such gauge, or nothing to show.
    pub fn gauge(&self, metric: (&str, &str), dimensions: &[(String, String)]) -> Result<Option<(f64, &'static str)>> {
        match self.door() {
            Ok(door) => door.gauge(self, metric, dimensions),
            Err(_) => Ok(None),
        }
    }

    /// What was measured in this scope and its keeper has not taken yet: what `wants` wants of it, by namespace and metric.
    pub fn measured(&self, wants: &dyn Fn(&str, &str) -> bool) -> Vec<Measured> {
        self.door().map(|door| door.measured(self, wants)).unwrap_or_default()
    }

    /// One page of the rows whose keys begin with `prefix` and that `keep` keeps, and the token of the next page.
    pub fn page<K: Key + ?Sized, R: Row>(
        &self,
        table: &Table<K, R>,
        prefix: impl Key,
        page: &Page,
        mut keep: impl FnMut(&R) -> bool,
    ) -> Result<(Vec<R>, Option<Token>)> {
        let scope = table.info().prefix(self.scope);
        let prefix = table.key(self.scope, &prefix);
        let mut last: Vec<u8> = Vec::new();
        let after = page.after.as_ref().map(|token| [scope.as_bytes(), token.as_bytes()].concat());
        let from = match &after {
            Some(after) if after.as_slice() >= prefix.as_bytes() => Bound::Excluded(after.as_slice()),
            _ => Bound::Included(prefix.as_bytes()),
        };
        let mut rows = Vec::new();
        for entry in self.raw_range(table.info(), prefix.as_bytes(), from) {
            let (key, bytes) = entry?;
            let row = R::unpack(&bytes)?;
            if !keep(&row) {
                continue;
            }
            if rows.len() == page.limit {
                return Ok((rows, Some(Token::of(last))));
            }
            last = key.get(scope.as_bytes().len()..).unwrap_or_default().to_vec();
            rows.push(row);
        }
        Ok((rows, None))
    }

    /// A signal that requests of this scope can wait for.
    pub fn signal(&self, name: &str, key: impl Key) -> Signal {
        let mut buf = KeyBuf::default();
        buf.text(name);
        buf.account(self.scope.account);
        buf.region(self.scope.region);
        key.write(&mut buf);
        // FNV-1a: two signals that met would only wake a waiter for nothing.
        Signal(
            buf.as_bytes().iter().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x100_0000_01b3)),
        )
    }

    pub(crate) fn raw_get(&self, table: TableInfo, key: &KeyBuf) -> Result<Option<Bytes>> {
        let id = self.store.table(table.name);
        Ok(match &self.source {
            Source::Snapshot(snapshot) => snapshot.get(id, key.as_bytes())?,
            Source::Txn(txn) => txn.get(id, key.as_bytes())?,
            Source::Past(past) => past.get(id, key.as_bytes())?,
        })
    }

    fn raw_range<'v>(&'v self, table: TableInfo, prefix: &[u8], from: Bound<&[u8]>) -> Entries<'v> {
        let id = self.store.table(table.name);
        let end = after_prefix(prefix);
        let end = end.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        match &self.source {
            Source::Snapshot(snapshot) => Entries::Present(snapshot.range(id, from, end, Direction::Forward)),
            Source::Txn(txn) => Entries::Present(txn.range(id, from, end, Direction::Forward)),
            Source::Past(past) => match past.prefix(id, prefix, from) {
                Ok(rows) => Entries::Past(Box::new(rows)),
                Err(error) => Entries::Failed(Some(error)),
            },
        }
    }
}

/// Keys and values of rows that are read as they are asked for.
#[expect(clippy::large_enum_variant, reason = "a box would cost every range an allocation")]
enum Entries<'v> {
    Present(store::Rows<'v>),
    Past(Box<store::PastRows<'v>>),
    Failed(Option<store::Error>),
}

impl Iterator for Entries<'_> {
    type Item = Result<(Bytes, Bytes)>;

    fn next(&mut self) -> Option<Self::Item> {
        let entry = match self {
            Entries::Present(rows) => rows.next(),
            Entries::Past(rows) => rows.next(),
            Entries::Failed(error) => error.take().map(Err),
        };
        entry.map(|entry| Ok(entry?))
    }
}

/// One end of a range of keys.
#[derive(Debug, Clone, PartialEq)]
pub enum Edge {
    /// Before the first key that begins so, or where it would be.
    Before(KeyBuf),
    /// Behind the last key that begins so, or where it would be.
    Behind(KeyBuf),
}

impl Edge {
    fn low(&self, scope: &[u8]) -> Vec<u8> {
        match self {
            Edge::Before(key) => [scope, key.as_bytes()].concat(),
            Edge::Behind(key) => {
                let key = [scope, key.as_bytes()].concat();
                // Behind all of them is a key that none reaches: longer than the longest, of the greatest bytes.
                after_prefix(&key).unwrap_or_else(|| vec![0xff; store::MAX_KEY_BYTES])
            }
        }
    }

    fn high(&self, scope: &[u8]) -> Option<Vec<u8>> {
        match self {
            Edge::Before(key) => Some([scope, key.as_bytes()].concat()),
            Edge::Behind(key) => after_prefix(&[scope, key.as_bytes()].concat()),
        }
    }
}

/// The least key behind all that begin with `prefix`; `None` when there is none.
fn after_prefix(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|b| *b != 0xff)?;
    let mut end = prefix.get(..=last)?.to_vec();
    if let Some(b) = end.last_mut() {
        *b += 1;
    }
    Some(end)
}
