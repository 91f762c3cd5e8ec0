//! When access keys and principals were last used.
//!
//! The ledger remembers what is new; at most once a second, and at the end, that is folded into rows here. A row is read
//! when somebody asks for it, so the start reads none. A kill costs the uses of the last second at most, and of those
//! only the ones whose records ride in no commit: the ledger takes the others from the store's log again. The ledger's
//! own segments could not tell instead: they hold no data events, and the oldest are dropped.

use crate::cloud::Cloud;
use ids::AccountId;
use ledger::{KeyUse, ServiceUse};
use service::{Cx, Door, DoorRef, Error, LastUse, Region, RequestInfo, Result, Scope, Timer, View};
use shape::Struct;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Direction, Read};

/// Access keys, then principals with their services. The account leads the key, as in every table.
const USES: &str = "machine.uses";
const KEYS: u8 = b'k';
const PRINCIPALS: u8 = b'p';

impl Cloud {
    /// Keeps the uses that are new, and lets services set the timers that follow from calls. To be called within a second of
    /// [`Cloud::on_used`], and before the store is closed.
    pub fn keep_uses(self: &Arc<Self>) -> Result<()> {
        let (keys, services) = self.ledger.take_uses();
        if keys.is_empty() && services.is_empty() {
            return Ok(());
        }
        let kept = self.write_uses(&keys, &services);
        if kept.is_err() {
            self.ledger.untake_uses(keys, services);
            return kept;
        }
        let homes: BTreeSet<(i64, Region)> =
            services.iter().filter_map(|one| Some((one.account, Region::kept(&one.region)?.globally()))).collect();
        let homes = homes.into_iter().filter_map(|(number, region)| {
            Some(Scope::new(AccountId::from_number(u64::try_from(number).ok()?)?, region))
        });
        homes.into_iter().try_for_each(|home| self.tell_of_activity(home))
    }

    fn tell_of_activity(self: &Arc<Self>, scope: Scope) -> Result<()> {
        for service in self.directory.services() {
            let Some(timers) = service.on_activity else { continue };
            let door = DoorRef(Some(Arc::clone(self) as Arc<dyn Door>));
            let info = RequestInfo { service: service.facts.prefix, door, ..(*self.backstage).clone() };
            let wanted = timers(&View::of(&self.store, scope, self.clock.now(), Arc::new(info)))?;
            if wanted.is_empty() {
                continue;
            }
            let set = |cx: &mut Cx, timer: &Timer| cx.in_scope(timer.scope, |cx| cx.set_timer(&timer.name, timer.due));
            self.keep_in(scope, service, |cx| wanted.iter().try_for_each(|timer| set(cx, timer)))?;
        }
        Ok(())
    }

    /// Calls `call` whenever there is a new use after none. It must return at once.
    pub fn on_used(&self, call: impl Fn() + Send + 'static) {
        self.ledger.on_used(call);
    }

    fn write_uses(&self, keys: &[KeyUse], services: &[ServiceUse]) -> Result<()> {
        let table = self.store.table(USES);
        let mut txn = self.store.begin();
        for one in keys {
            txn.put(table, &row_key(one.account, KEYS, [one.access_key.as_str()]), shape::pack(one));
        }
        for one in services {
            let key = row_key(one.account, PRINCIPALS, [one.principal.as_str(), one.service.as_str()]);
            txn.put(table, &key, shape::pack(one));
        }
        txn.commit(&[])?;
        Ok(())
    }

    /// The last use of an access key.
    pub(crate) fn key_use(&self, account: AccountId, access_key: &str) -> Result<Option<LastUse>> {
        let fresh = self.ledger.last_used(access_key).filter(|one| is_of(one.account, account));
        let found = match fresh {
            Some(fresh) => Some(fresh),
            None => {
                let key = row_key(account.number() as i64, KEYS, [access_key]);
                let row = self.store.snapshot().get(self.store.table(USES), &key)?;
                row.map(|bytes| unpacked::<KeyUse>(&bytes)).transpose()?
            }
        };
        Ok(found.map(|one| self.shown(one.time, &one.service, one.region)))
    }

    /// The last use of each service by a principal.
    pub(crate) fn service_uses(&self, account: AccountId, principal: &str) -> Result<Vec<LastUse>> {
        let mut found: BTreeMap<String, ServiceUse> = BTreeMap::new();
        let prefix = row_key(account.number() as i64, PRINCIPALS, [principal, ""]);
        let snapshot = self.store.snapshot();
        for row in snapshot.prefix(self.store.table(USES), &prefix, Direction::Forward) {
            let one = unpacked::<ServiceUse>(&row?.1)?;
            found.insert(one.service.clone(), one);
        }
        let fresh = self.ledger.services_used(principal);
        found.extend(fresh.into_iter().filter(|one| is_of(one.account, account)).map(|one| (one.service.clone(), one)));
        Ok(found.into_values().map(|one| self.shown(one.time, &one.service, one.region)).collect())
    }

    /// The last use of each service by whoever of an account.
    pub(crate) fn account_uses(&self, account: AccountId) -> Result<Vec<LastUse>> {
        let prefix = row_key(account.number() as i64, PRINCIPALS, std::iter::empty());
        let snapshot = self.store.snapshot();
        let mut all = self.ledger.services_used_in(account);
        for row in snapshot.prefix(self.store.table(USES), &prefix, Direction::Forward) {
            all.push(unpacked(&row?.1)?);
        }
        let mut last: BTreeMap<String, ServiceUse> = BTreeMap::new();
        for one in all {
            if last.get(&one.service).is_none_or(|known| known.time < one.time) {
                last.insert(one.service.clone(), one);
            }
        }
        Ok(last.into_values().map(|one| self.shown(one.time, &one.service, one.region)).collect())
    }

    fn shown(&self, at: clock::Timestamp, service: &str, region: String) -> LastUse {
        let known = self.directory.entry(service).and_then(|entry| entry.service);
        let service = known.map_or(service, |service| service.facts.iam_prefix).to_owned();
        let regional = Region::kept(&region).is_some_and(|region| !region.is_global());
        LastUse { at, service, region: Some(region).filter(|_| regional) }
    }
}

fn is_of(number: i64, account: AccountId) -> bool {
    u64::try_from(number) == Ok(account.number())
}

/// Texts end with a byte that none of them has.
fn row_key<'t>(account: i64, kind: u8, texts: impl IntoIterator<Item = &'t str>) -> Vec<u8> {
    let mut key = account.to_be_bytes().to_vec();
    key.push(kind);
    for (i, text) in texts.into_iter().enumerate() {
        key.extend((i > 0).then_some(0xff));
        key.extend_from_slice(text.as_bytes());
    }
    key
}

fn unpacked<R: Struct + Default>(bytes: &[u8]) -> Result<R> {
    let mut row = R::default();
    shape::unpack(bytes, &mut row).map_err(|e| Error::internal(format!("the last uses: {e}")))?;
    Ok(row)
}
