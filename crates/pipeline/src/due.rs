//! What falls due: each timer fires once, in a transaction of its own, in the order of time.

use crate::cloud::Cloud;
use crate::courier::COURIER;
use clock::Timestamp;
use ids::AccountId;
use service::{Cx, Door, DoorRef, Error, RequestInfo, Result, Timer, View};
use std::sync::Arc;
use store::Timers;

/// How many timers are looked up at once.
const BATCH: usize = 256;

impl Cloud {
    /// When the next timer falls due or a delivery is to be looked after, in virtual time.
    pub fn next_due(&self) -> Result<Option<Timestamp>> {
        self.recover_letters()?;
        let timer = self.store.snapshot().next_due()?.map(Timestamp);
        Ok([timer, self.courier.due(self.clock.now())].into_iter().flatten().min())
    }

    /// How many timers are set to fire until a moment.
    pub fn count_due(&self, until: Timestamp) -> Result<usize> {
        Ok(self.store.snapshot().due(until.0, usize::MAX)?.len())
    }

    /// Fires all that is due now, what becomes due by that too, and tells how many.
    pub fn fire_due(self: &Arc<Self>) -> Result<u64> {
        let mut fired = self.deliver()?;
        loop {
            let now = self.clock.now();
            let due = self.store.snapshot().due(now.0, BATCH)?;
            if due.is_empty() {
                return Ok(fired);
            }
            for entry in due {
                self.fire(&Timer::from_stored(Timestamp(entry.due), &entry.payload)?)?;
                fired += 1;
            }
            fired += self.deliver()?;
        }
    }

    fn fire(self: &Arc<Self>, timer: &Timer) -> Result<()> {
        let entry = self.directory.entry(&timer.service);
        let service = entry.and_then(|e| e.service);
        let info = RequestInfo {
            service: service.map_or("", |s| s.facts.prefix),
            operation: "Timer",
            arrived: self.clock.now(),
            door: DoorRef(Some(Arc::clone(self) as Arc<dyn Door>)),
            ..(*self.backstage).clone()
        };
        let info = Arc::new(info);
        let prepared = match service.and_then(|s| s.on_prepared_timer) {
            Some(of) => {
                let view = View::of(&self.store, timer.scope, self.clock.now(), Arc::clone(&info));
                Some((of.fire, (of.prepare)(&view, timer)?))
            }
            None => None,
        };
        let entropy = self.entropy.stream();
        let mut cx = Cx::begin(&self.store, timer.scope, self.clock.now(), info, entropy);
        if !cx.take_timer(timer)? {
            return Ok(());
        }
        if timer.service == COURIER {
            self.retry_letter(&mut cx, &timer.name)?;
            return self.finish(cx);
        }
        // A timer of a service that this binary does not have is dropped: nobody could act on it.
        match (prepared, service) {
            (Some((fire, made)), _) => fire(&mut cx, timer, made)?,
            (None, Some(service)) => (service.on_timer)(&mut cx, timer)?,
            (None, None) => {}
        }
        self.finish(cx)
    }

    /// The timers of one account, for its reset.
    pub(crate) fn timers_of(&self, account: AccountId) -> Result<Vec<(i64, Vec<u8>)>> {
        let all = self.store.snapshot().due(i64::MAX, usize::MAX)?;
        let mut own = Vec::new();
        for entry in all {
            let timer = Timer::from_stored(Timestamp(entry.due), &entry.payload).map_err(Error::internal)?;
            if timer.scope.account == account {
                own.push((entry.due, entry.id.to_vec()));
            }
        }
        Ok(own)
    }
}
