//! The handler, and the commit with its record.

use crate::cloud::Cloud;
use crate::flow::{Flow, Progress, Ready, Target};
use crate::waiters::Parked;
use service::{Cx, Effects, Error, LetterId, Outcome, Prepared, RequestId, Result, Run};
use shape::Struct;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

type Output = Box<dyn Struct>;

impl Flow {
    /// Runs the handler: a reader on the state of its decision, beside all others; a writer alone.
    pub(crate) fn run(self: Box<Self>, Ready { input, view }: Ready) -> Progress {
        match self.target {
            Some(target) => match target.handler.run {
                Run::Read(handler) => self.read(target, || handler(&view, input)),
                Run::Write(handler) => {
                    drop(view);
                    self.write(target, input, handler)
                }
                Run::Prepared { prepare, write } => match guarded(|| prepare(&view, &*input)) {
                    Ok(Prepared::Answer(output)) => self.read(target, || Ok(output)),
                    Ok(Prepared::Made(made)) => {
                        drop(view);
                        self.write(target, input, |cx, input| write(cx, input, made))
                    }
                    Err(error) => self.read(target, || Err(error)),
                },
            },
            None => self.refuse(Error::internal("a request came past the stage that finds its operation")),
        }
    }

    fn read(mut self: Box<Self>, target: Target, handler: impl FnOnce() -> Result<Output>) -> Progress {
        let answer = guarded(handler);
        self.record.stages.handle += self.clockwork.lap(self.cloud.clock.real());
        match answer {
            Ok(output) => self.answer(target, &*output),
            Err(error) if error.is_stale() && self.retries > 0 => {
                self.retries -= 1;
                self.again()
            }
            Err(error) => self.refuse(error),
        }
    }

    fn write(
        mut self: Box<Self>,
        target: Target,
        input: Box<dyn Struct>,
        handler: impl FnOnce(&mut Cx, Box<dyn Struct>) -> Result<Outcome<Output>>,
    ) -> Progress {
        let (store, now) = (self.cloud.store.clone(), self.cloud.clock.now());
        let mut cx = Cx::begin(&store, self.scope, now, Arc::clone(&self.info), self.entropy.clone());
        cx.remember(std::mem::take(&mut self.asked_before));
        // The lock is held from here on: if the state that decides has moved since the decision, it is taken again.
        if !self.cloud.identities.holds(self.epoch) {
            let epoch = self.cloud.identities.epoch();
            if let Err(refusal) = self.refresh(epoch, &cx).and_then(|()| self.judge(target, &*input, &cx)) {
                drop(cx);
                return self.refuse(refusal);
            }
        }
        let outcome = guarded(|| handler(&mut cx, input));
        self.record.stages.handle += self.clockwork.lap(self.cloud.clock.real());
        if let Some((question, before)) = cx.take_question() {
            drop(cx);
            return self.ask(question, before);
        }
        match outcome {
            Ok(Outcome::Done(output)) => self.commit(cx, target, &*output),
            Ok(Outcome::Wait { on, until }) => {
                let ticket = self.cloud.waiters.wait(on, self.place);
                drop(cx);
                Progress::Waiting(Parked { flow: self, ticket, until, since: now, employed: None })
            }
            Err(error) if error.keeps() && !cx.is_clean() => self.commit_and_refuse(cx, error),
            Err(error) => {
                // What was called within is undone with the rest, and stays on record.
                let effects = cx.give_up();
                self.cloud.record_rolled_back(&effects);
                self.refuse(error)
            }
        }
    }

    /// Keeps what a handler wrote that failed, and the records of the calls within.
    fn commit_and_refuse(self: Box<Self>, cx: Cx, error: Error) -> Progress {
        let cloud = Arc::clone(&self.cloud);
        let within = &cx.effects().records;
        let attachment = if within.is_empty() { Vec::new() } else { ledger::bundle(within.clone()) };
        let change = cx.effects().governing.then(|| cloud.identities.change());
        let committed = cx.commit(&attachment);
        drop(change);
        match committed {
            Ok((seq, effects)) => {
                if !attachment.is_empty() {
                    cloud.ledger.committed_bundle(seq.0, &attachment);
                }
                cloud.take_effect(&effects);
                self.refuse(error)
            }
            Err(error) => self.refuse(error),
        }
    }

    fn commit(mut self: Box<Self>, mut cx: Cx, target: Target, output: &dyn Struct) -> Progress {
        // A call that changed nothing needs no commit: its record goes where the readers' go.
        if cx.is_clean() {
            let effects = cx.give_up();
            effects.records.iter().for_each(|record| self.cloud.ledger.append_encoded(record));
            self.cloud.take_effect(&effects);
            return self.answer(target, output);
        }
        let delivered = match self.letter() {
            None => true,
            Some(id) => match Flow::deliver_within(&mut cx, id, output, self.id) {
                Ok(delivered) => delivered,
                Err(error) => return self.refuse(error),
            },
        };
        if !delivered {
            return self.refuse(Error::internal("what was to be delivered is gone"));
        }
        // What stays in memory alone needs no place in the log either, and is written when the lock is free again.
        self.record.data = target.entry.service.is_some_and(|service| self.is_data_event(service));
        let passing = self.record.is_passing();
        let within = &cx.effects().records;
        let alone = within.is_empty();
        if !(alone && passing) {
            self.tell(target, output);
        }
        let attachment = match (alone, passing) {
            (true, true) => Vec::new(),
            (true, false) => ledger::encode(&self.record),
            (false, true) => ledger::bundle(within.clone()),
            (false, false) => ledger::bundle(within.iter().cloned().chain([ledger::encode(&self.record)]).collect()),
        };
        let cloud = Arc::clone(&self.cloud);
        let change = cx.effects().governing.then(|| cloud.identities.change());
        let committed = cx.commit(&attachment);
        drop(change);
        match committed {
            Ok((seq, effects)) => {
                if let Some(upload) = &mut self.upload {
                    upload.committed(&effects);
                }
                match (alone, passing) {
                    (true, false) => self.cloud.ledger.committed(seq.0, &self.record, &attachment),
                    (true, true) => self.tell(target, output),
                    (false, _) => self.cloud.ledger.committed_bundle(seq.0, &attachment),
                }
                if passing {
                    self.cloud.ledger.append(&self.record);
                }
                self.cloud.take_effect(&effects);
                self.conclude(target, output)
            }
            Err(error) => self.refuse(error),
        }
    }
}

impl Flow {
    /// Completes the record of a success.
    fn tell(&mut self, target: Target, output: &dyn Struct) {
        self.show_output(target, output);
        self.complete_record(Flow::success(target, output), None);
    }

    /// A delivery arrives in the transaction that ends it, so that it arrives once. `false` if it was ended meanwhile.
    fn deliver_within(cx: &mut Cx, id: &LetterId, output: &dyn Struct, request: RequestId) -> Result<bool> {
        let Some(mut letter) = cx.letter(id)? else { return Ok(false) };
        if !letter.tell_all {
            cx.drop_letter(id)?;
            return Ok(true);
        }
        letter.arrive(output.peek(), request);
        cx.put_letter(id, &letter)?;
        Ok(true)
    }
}

impl Cloud {
    /// Records the calls within a request whose transaction is not committed: they were made all the same.
    pub(crate) fn record_rolled_back(&self, effects: &Effects) {
        let all = effects.records.iter().chain(&effects.passing_records);
        all.for_each(|record| self.ledger.append_encoded(record));
    }

    /// What a transaction does once it has committed: wakes, samples and timers.
    pub(crate) fn take_effect(&self, effects: &Effects) {
        effects.passing_records.iter().for_each(|record| self.ledger.append_encoded(record));
        for wake in &effects.wakes {
            self.waiters.wake(*wake);
        }
        effects.recalled.iter().for_each(|letter| self.courier.recall(letter));
        effects.letters.iter().for_each(|letter| self.courier.push(letter.clone()));
        if effects.timers || !effects.letters.is_empty() {
            self.timers_were_changed();
        }
        effects.meters.iter().for_each(|meter| self.meter(meter));
    }
}

/// A handler that panics fails its own request and no other.
pub(crate) fn guarded<T>(handler: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(handler)).unwrap_or_else(|panic| Err(Error::internal(panic_text(&*panic))))
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("a handler panicked: {}", text.unwrap_or("without a text"))
}
