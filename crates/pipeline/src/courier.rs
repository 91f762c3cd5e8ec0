//! Deliveries: each is sent as a request of its own once it was handed over, until it has arrived or its sender gives it up.
//!
//! A delivery is a row. While it is on its way it also stands in the courier's line, which is memory: after a restart the
//! rows make the line again. What only writes here arrives in the transaction that takes the row away, so it arrives once.

use crate::cloud::Cloud;
use crate::errand::Sender;
use crate::flow::Progress;
use crate::strike::Delayed;
use crate::waiters::Parked;
use clock::Timestamp;
use parking_lot::Mutex;
use service::{Caller, Cx, Delivery, Error, Letter, LetterId, Next, RequestId, RequestInfo, Result, Value, Via, View};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// By whose name the timers of deliveries stand among those of services.
pub(crate) const COURIER: &str = "machine.courier";

/// A sender that fails when it is told is told again after this long.
const TELL_AGAIN: Duration = Duration::from_secs(60);

/// The line of deliveries.
#[derive(Default)]
pub(crate) struct Courier {
    ready: Mutex<VecDeque<Turn>>,
    held: Mutex<Held>,
    /// All that are on their way, so that none goes out twice at a time.
    on_way: Mutex<BTreeSet<LetterId>>,
    /// Whether the rows of an earlier run were looked for.
    recovered: AtomicBool,
}

enum Turn {
    Send(LetterId),
    Resume(u64),
}

#[derive(Default)]
struct Held {
    next: u64,
    by_number: BTreeMap<u64, (Timestamp, Holding)>,
}

/// A delivery whose peer waits, or whom a fault holds up.
enum Holding {
    Parked(Parked),
    Delayed(Delayed),
}

impl Courier {
    pub(crate) fn push(&self, letter: LetterId) {
        if self.on_way.lock().insert(letter.clone()) {
            self.ready.lock().push_back(Turn::Send(letter));
        }
    }

    fn ended(&self, letter: &LetterId) {
        self.on_way.lock().remove(letter);
    }

    /// Gives up a delivery: the peer that waits with it does not wait any more.
    pub(crate) fn recall(&self, letter: &LetterId) {
        self.on_way.lock().remove(letter);
        let mut held = self.held.lock();
        let numbers = held.by_number.iter().filter(|(_, (_, holding))| holding.letter() == Some(letter));
        let numbers: Vec<u64> = numbers.map(|(number, _)| *number).collect();
        let given_up: Vec<_> = numbers.iter().filter_map(|number| held.by_number.remove(number)).collect();
        drop(held);
        // A place in line that is given up may wake the next, outside of the lock.
        drop(given_up);
    }

    /// Forgets all that is on its way.
    pub(crate) fn clear(&self) {
        self.ready.lock().clear();
        self.on_way.lock().clear();
        let held = std::mem::take(&mut self.held.lock().by_number);
        drop(held);
    }

    /// When something of the line is due, if anything is.
    pub(crate) fn due(&self, now: Timestamp) -> Option<Timestamp> {
        if !self.ready.lock().is_empty() {
            return Some(now);
        }
        self.held.lock().by_number.values().map(|(until, _)| *until).min()
    }

    fn elapsed(&self, now: Timestamp) -> Option<Holding> {
        let mut held = self.held.lock();
        let number = held.by_number.iter().find(|(_, (until, _))| *until <= now).map(|(number, _)| *number)?;
        held.by_number.remove(&number).map(|(_, holding)| holding)
    }
}

impl Cloud {
    /// Sends what is to be delivered now, and what that leads to, and tells how much it was.
    pub fn deliver(self: &Arc<Self>) -> Result<u64> {
        let mut sent = 0;
        while self.deliver_one()? {
            sent += 1;
        }
        Ok(sent)
    }

    /// Sends the next that is to be delivered now, and tells whether there was one.
    pub fn deliver_one(self: &Arc<Self>) -> Result<bool> {
        self.recover_letters()?;
        loop {
            let turn = self.courier.ready.lock().pop_front();
            match turn {
                Some(Turn::Send(id)) => self.send(&id)?,
                Some(Turn::Resume(number)) => {
                    let held = self.courier.held.lock().by_number.remove(&number);
                    match held {
                        Some((_, holding)) => self.hold(holding.resume()),
                        None => continue,
                    }
                }
                None => match self.courier.elapsed(self.clock.now()) {
                    Some(holding) => self.hold(holding.resume()),
                    None => return Ok(false),
                },
            }
            return Ok(true);
        }
    }

    /// Deliveries that wait for their peers are given up; their rows send them again at the next start.
    pub fn stop_deliveries(&self) {
        self.courier.clear();
    }

    /// How many deliveries wait for their peers.
    pub fn deliveries_waiting(&self) -> usize {
        self.courier.held.lock().by_number.len()
    }

    pub(crate) fn recover_letters(&self) -> Result<()> {
        if self.courier.recovered.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        for (id, letter) in Cx::letters_of(&self.store)? {
            // One with a date has its timer.
            if letter.retry_at.is_none() {
                self.courier.push(id);
            }
        }
        Ok(())
    }

    fn send(self: &Arc<Self>, id: &LetterId) -> Result<()> {
        let Some(letter) = Cx::letter_of(&self.store, id)? else {
            self.courier.ended(id);
            return Ok(());
        };
        if let Some(output) = &letter.arrived {
            self.letter_ended(id, letter.last(), Ok(Value::decode(output)?));
            return Ok(());
        }
        if letter.is_expected() {
            // It goes to nobody: what is expected has not come yet.
            self.courier.ended(id);
            return Ok(());
        }
        let sender = self.sender_of(id, &letter)?;
        let progress = self.dispatch(id, &sender, &letter.by()?, &letter.call()?);
        self.hold(progress);
        Ok(())
    }

    /// Keeps a delivery whose peer waits, or a request that goes on though nobody waits for it any more.
    pub(crate) fn hold(self: &Arc<Self>, progress: Progress) {
        let (until, holding) = match progress {
            Progress::Waiting(parked) => (parked.until(), Holding::Parked(parked)),
            Progress::Delayed(delayed) => (self.clock.now().after(delayed.wait()), Holding::Delayed(delayed)),
            Progress::Done(_) | Progress::Sending(..) | Progress::Receiving(_) | Progress::Broken(_) => return,
        };
        let mut held = self.courier.held.lock();
        held.next += 1;
        let number = held.next;
        let (_, holding) = held.by_number.entry(number).or_insert((until, holding));
        if let Holding::Parked(parked) = holding {
            let cloud = Arc::downgrade(self);
            parked.on_wake(move || {
                if let Some(cloud) = cloud.upgrade() {
                    cloud.courier.ready.lock().push_back(Turn::Resume(number));
                    cloud.timers_were_changed();
                }
            });
        }
    }

    /// The request that handed a delivery over, as far as it is still known.
    fn sender_of(self: &Arc<Self>, id: &LetterId, letter: &Letter) -> Result<Sender> {
        let scope = letter.home(id)?;
        let entry = self.directory.entry(&letter.sender);
        let service = entry.and_then(|e| e.service);
        let service =
            service.ok_or_else(|| Error::internal(format!("{} delivers, and is not built", letter.sender)))?;
        let principals = || self.directory.services().map(|s| s.facts.principal);
        let forwarded = letter.forwarded.iter().filter_map(|name| principals().find(|known| known == name));
        let caller = match &letter.caller {
            Some(caller) => caller.clone().restore()?,
            None => Caller::anonymous(),
        };
        let depth = u8::try_from(letter.depth).unwrap_or(u8::MAX);
        let via = Via {
            principal: service.facts.principal,
            source: String::new(),
            account: scope.account,
            forwarded: forwarded.collect(),
            parent: RequestId(0),
            depth,
            as_owner: false,
        };
        let info = RequestInfo {
            id: letter.parent(),
            service: service.facts.prefix,
            operation: "Delivery",
            caller: Arc::new(caller),
            arrived: self.clock.now(),
            via: Some(Arc::new(via)),
            trace: letter.trace.as_deref().map(Arc::from),
            base_url: letter.base_url.as_deref().map_or_else(|| Arc::clone(&self.backstage.base_url), Arc::from),
            door: service::DoorRef(Some(Arc::clone(self) as Arc<dyn service::Door>)),
            ..(*self.backstage).clone()
        };
        Ok(Sender { info: Arc::new(info), scope })
    }

    /// Tells the sender of a delivery how it ended, and does what he then wants. What fails here is tried again later.
    pub(crate) fn letter_ended(self: &Arc<Self>, id: &LetterId, request: RequestId, result: Result<Value>) {
        self.courier.ended(id);
        if self.tell(id, request, &result).is_err() {
            // The sender could not be told: his delivery stays, and he is told again.
            let _ = self.put_off(id);
        }
    }

    fn tell(self: &Arc<Self>, id: &LetterId, request: RequestId, result: &Result<Value>) -> Result<()> {
        let Some(mut first) = Cx::letter_of(&self.store, id)? else { return Ok(()) };
        let sender = self.sender_of(id, &first)?;
        count_attempt(&mut first);
        let silent = result.is_ok() && !first.tell_all;
        let delivery = delivery(&first, request)?;
        let service = self.directory.entry(&first.sender).and_then(|e| e.service);
        let service = service.ok_or_else(|| Error::internal("a sender is not built"))?;
        let prepared = match service.on_prepared_delivery.filter(|_| !silent) {
            Some(of) => {
                let info = Arc::clone(&sender.info);
                let view = View::of(&self.store, sender.scope, self.clock.now(), info);
                Some((of.told, guarded(|| (of.prepare)(&view, &delivery, result))?))
            }
            None => None,
        };
        let mut cx = self.backstage_cx(&sender);
        // Taken anew under the writer's lock: a reset may have been quicker.
        let Some(mut letter) = cx.letter(id)? else { return Ok(()) };
        count_attempt(&mut letter);
        let next = match prepared {
            _ if silent => Next::Done,
            Some((told, made)) => guarded(|| told(&mut cx, &delivery, result, made))?,
            None => guarded(|| (service.on_delivery)(&mut cx, &delivery, result))?,
        };
        match next {
            Next::Done => cx.drop_letter(id)?,
            Next::RetryAt(due) => {
                letter.arrived = None;
                self.set_retry(&mut cx, (id, letter), due)?;
            }
        }
        self.finish(cx)
    }

    fn put_off(self: &Arc<Self>, id: &LetterId) -> Result<()> {
        let Some(letter) = Cx::letter_of(&self.store, id)? else { return Ok(()) };
        let scope = letter.home(id)?;
        let sender = Sender { info: Arc::clone(&self.backstage), scope };
        let mut cx = self.backstage_cx(&sender);
        let due = self.clock.now().after(TELL_AGAIN);
        self.set_retry(&mut cx, (id, letter), due)?;
        self.finish(cx)
    }

    fn set_retry(&self, cx: &mut Cx, (id, mut letter): (&LetterId, Letter), due: Timestamp) -> Result<()> {
        letter.retry_at = Some(due);
        cx.put_letter(id, &letter)?;
        cx.set_timer_of(COURIER, &name_of(id), due)
    }

    /// The moment has come to try a delivery again.
    pub(crate) fn retry_letter(self: &Arc<Self>, cx: &mut Cx, name: &str) -> Result<()> {
        let Some(id) = id_of(name) else { return Ok(()) };
        if let Some(mut letter) = cx.letter(&id)? {
            letter.retry_at = None;
            cx.put_letter(&id, &letter)?;
            cx.hand_over(id);
        }
        Ok(())
    }

    fn backstage_cx(&self, sender: &Sender) -> Cx {
        let (scope, info) = (sender.scope, Arc::clone(&sender.info));
        Cx::begin(&self.store, scope, self.clock.now(), info, self.entropy.stream())
    }

    /// Commits what happens besides requests.
    pub(crate) fn finish(&self, cx: Cx) -> Result<()> {
        let records = cx.effects().records.clone();
        let attachment = if records.is_empty() { Vec::new() } else { ledger::bundle(records) };
        let change = cx.effects().governing.then(|| self.identities.change());
        let (seq, effects) = cx.commit(&attachment)?;
        drop(change);
        if !attachment.is_empty() {
            self.ledger.committed_bundle(seq.0, &attachment);
        }
        self.take_effect(&effects);
        Ok(())
    }
}

impl Holding {
    fn letter(&self) -> Option<&LetterId> {
        match self {
            Holding::Parked(parked) => parked.flow.letter(),
            Holding::Delayed(delayed) => delayed.flow.letter(),
        }
    }

    fn resume(self) -> Progress {
        match self {
            Holding::Parked(parked) => parked.resume(),
            Holding::Delayed(delayed) => delayed.resume(),
        }
    }
}

/// What has arrived was counted when it did.
fn count_attempt(letter: &mut Letter) {
    if letter.arrived.is_none() {
        letter.attempts += 1;
    }
}

/// What a sender makes of a delivery, whatever becomes of the sender.
fn guarded<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(Error::internal("a sender panicked when it was told of a delivery")))
}

fn delivery(letter: &Letter, request: RequestId) -> Result<Delivery> {
    Ok(Delivery {
        tag: letter.tag.clone(),
        call: letter.call()?,
        by: letter.by()?,
        attempts: u32::try_from(letter.attempts).unwrap_or(u32::MAX),
        since: letter.since,
        request,
    })
}

fn name_of(id: &LetterId) -> String {
    id.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn id_of(name: &str) -> Option<LetterId> {
    let digits = name.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    digits.collect::<Option<Vec<u8>>>().map(|bytes| LetterId::from_bytes(&bytes))
}
