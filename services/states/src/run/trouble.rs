//! Faults: what is tried again, what is caught, and what fails.

use crate::language::fault::Fault;
use crate::language::flow;
use crate::language::retry;
use crate::run::{Run, json, state_of};
use crate::state::Thread;
use service::Result;

impl Run<'_> {
    /// A thread's state has failed.
    pub(super) fn trouble(&mut self, mut thread: Thread, fault: Fault) -> Result<()> {
        let definition = self.definition();
        let state = state_of(&definition, &thread)?;
        let fault = fault.at(&thread.state, thread.entered_event);
        if let Some(delay) = retry::retried(&state.retry, &mut thread.retries, &fault, &mut self.chance) {
            let due = self.cx.now().after(delay);
            thread.retry_count += 1;
            "retry".clone_into(&mut thread.phase);
            thread.due = Some(due);
            let timer = self.timer(thread.number);
            self.cx.set_timer(&timer, due)?;
            return self.put(&thread);
        }
        let Some(catcher) = state.catch.iter().find(|catcher| fault.is_among(&catcher.errors)) else {
            return self.thread_failed(thread, fault);
        };
        let output = flow::caught(catcher, &fault, &json(&thread.data)?);
        // Output that cannot go on is not caught once more.
        match output.and_then(|output| flow::bounded(&thread.state, &output).map(|_| output)) {
            Ok(output) => self.leave(thread, state, (output, Some(catcher.next.clone()))),
            Err(fault) => {
                let fault = fault.at(&thread.state, thread.entered_event);
                self.thread_failed(thread, fault)
            }
        }
    }

    fn thread_failed(&mut self, thread: Thread, fault: Fault) -> Result<()> {
        match thread.parent {
            Some(parent) => self.child_failed(parent, thread, fault),
            None => {
                self.drop_thread(thread.number)?;
                self.fail(thread.last_event, fault)
            }
        }
    }

    /// A thread's timer has fired.
    pub fn fire(&mut self, number: i64) -> Result<()> {
        let Some(mut thread) = self.find(number)? else { return Ok(()) };
        match thread.phase.as_str() {
            "wait" => self.awake(thread),
            "ready" => {
                let input = json(&thread.data)?;
                self.ready.push_back((thread, input));
                Ok(())
            }
            "retry" => {
                thread.due = None;
                let definition = self.definition();
                let state = state_of(&definition, &thread)?;
                let input = json(&thread.data)?;
                self.act(thread, state, input)
            }
            "task" => self.late(thread),
            _ => Ok(()),
        }
    }
}
