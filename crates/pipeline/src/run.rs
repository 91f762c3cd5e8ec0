//! The handler, and the commit with its record.

use crate::cloud::Cloud;
use crate::flow::{Flow, Progress, Ready, Target};
use crate::waiters::Parked;
use ledger::{Sample, SeriesName};
use service::{Cx, Effects, Error, Outcome, Result, Run};
use shape::Struct;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

type Output = Box<dyn Struct>;

impl Flow {
    /// Runs the handler: a reader on the state of its decision, beside all others; a writer alone.
    pub(crate) fn run(self, Ready { input, view }: Ready) -> Progress {
        match self.target {
            Some(target) => match target.handler.run {
                Run::Read(handler) => self.read(target, || handler(&view, input)),
                Run::Write(handler) => {
                    drop(view);
                    self.write(target, handler, input)
                }
            },
            None => self.refuse(Error::internal("a request came past the stage that finds its operation")),
        }
    }

    fn read(mut self, target: Target, handler: impl FnOnce() -> Result<Output>) -> Progress {
        let answer = guarded(handler);
        self.record.stages.handle += self.clockwork.lap(self.cloud.clock.real());
        match answer {
            Ok(output) => self.answer(target, &*output),
            Err(error) => self.refuse(error),
        }
    }

    fn write(
        mut self,
        target: Target,
        handler: fn(&mut Cx, Box<dyn Struct>) -> Result<Outcome<Output>>,
        input: Box<dyn Struct>,
    ) -> Progress {
        let (store, now) = (self.cloud.store.clone(), self.cloud.clock.now());
        let mut cx = Cx::begin(&store, self.scope, now, Arc::clone(&self.info), self.entropy.clone());
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
        match outcome {
            Ok(Outcome::Done(output)) => self.commit(cx, target, &*output),
            Ok(Outcome::Wait { on, until }) => {
                let ticket = self.cloud.waiters.wait(on, self.place);
                drop(cx);
                Progress::Waiting(Parked { flow: Box::new(self), ticket, until })
            }
            Err(error) => {
                drop(cx);
                self.refuse(error)
            }
        }
    }

    fn commit(mut self, cx: Cx, target: Target, output: &dyn Struct) -> Progress {
        // A call that changed nothing needs no commit: its record goes where the readers' go.
        if cx.is_clean() {
            let effects = cx.effects().clone();
            drop(cx);
            self.cloud.take_effect(&effects, self.info.service);
            return self.answer(target, output);
        }
        self.complete_record(target.operation.http.code, None);
        let attachment = ledger::encode(&self.record);
        let cloud = Arc::clone(&self.cloud);
        let change = cx.effects().governing.then(|| cloud.identities.change());
        let committed = cx.commit(&attachment);
        drop(change);
        match committed {
            Ok((seq, effects)) => {
                self.cloud.ledger.committed(seq.0, &self.record, &attachment);
                self.cloud.take_effect(&effects, self.info.service);
                Progress::Done(self.reply(target, output))
            }
            Err(error) => self.refuse(error),
        }
    }
}

impl Cloud {
    /// What a transaction does once it has committed: wakes, samples and timers.
    pub(crate) fn take_effect(&self, effects: &Effects, service: &str) {
        for wake in &effects.wakes {
            self.waiters.wake(*wake);
        }
        if effects.timers {
            self.timers_were_changed();
        }
        let now = self.clock.now();
        for meter in &effects.meters {
            self.meters.meter(&Sample {
                series: SeriesName {
                    account: meter.scope.account,
                    region: meter.scope.region,
                    namespace: service,
                    metric: meter.metric,
                    dimension: (meter.dimension.0, &meter.dimension.1),
                    unit: meter.unit,
                },
                value: meter.value,
                at: now,
            });
        }
    }
}

/// A handler that panics fails its own request and no other.
fn guarded<T>(handler: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(handler)).unwrap_or_else(|panic| Err(Error::internal(panic_text(&*panic))))
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("a handler panicked: {}", text.unwrap_or("without a text"))
}
