//! Entering states and leaving them.

use crate::language::choice::{Rule, moment};
use crate::language::definition::{Kind, State, Text, Wait};
use crate::language::fault::{Fault, NO_CHOICE};
use crate::language::flow;
use crate::language::scope::Scope;
use crate::run::{Run, Stop, after_seconds, json, state_of};
use crate::state::Thread;
use serde_json::{Value as Json, json};
use service::{Result, Timestamp};

/// What a state came to at once.
pub(super) enum Done {
    /// It waits for something.
    Waits(Thread),
    /// It goes on with this: to the next state, or the one that is named.
    GoesOn(Thread, Json, Option<String>),
}

impl Run<'_> {
    /// Enters a thread's state.
    pub(super) fn enter(&mut self, mut thread: Thread, input: Json) -> Result<()> {
        let definition = self.definition();
        let state = state_of(&definition, &thread)?;
        thread.entered_at = self.cx.now();
        thread.data = input.to_string();
        thread.retries.clear();
        thread.retry_count = 0;
        let kind = format!("{}StateEntered", state.kind.name());
        let details = json!({"name": thread.state, "input": thread.data, "inputDetails": {"truncated": false}});
        thread.entered_event = self.event(&mut thread.last_event, &kind, details)?;
        self.act(thread, state, input)
    }

    /// Does what a state that was entered does; again, if it is tried again.
    pub(super) fn act(&mut self, thread: Thread, state: &State, input: Json) -> Result<()> {
        let failing = thread.clone();
        match self.done(thread, state, input) {
            Ok(Done::Waits(thread)) => self.put(&thread),
            Ok(Done::GoesOn(thread, output, next)) => {
                let next = next.or_else(|| state.next.clone());
                self.leave(thread, state, (output, next))
            }
            Err(Stop::Fault(fault)) => self.trouble(failing, fault),
            Err(Stop::Error(error)) => Err(error),
        }
    }

    fn done(&mut self, thread: Thread, state: &State, input: Json) -> Result<Done, Stop> {
        match &state.kind {
            Kind::Task(task) => self.start(thread, state, task).map(Done::Waits),
            Kind::Parallel(branches) => self.branch(thread, state, branches),
            Kind::Map(map) => self.iterate(thread, state, map),
            kind => {
                let context = self.context(&thread)?;
                let mut scope = Scope { input: &input, context: &context, chance: &mut self.chance };
                match kind {
                    Kind::Pass(result) => {
                        let given = flow::given(state, &mut scope)?;
                        let result = result.clone().unwrap_or(given);
                        let output = flow::passed_on(state, result, &mut scope)?;
                        Ok(Done::GoesOn(thread, output, None))
                    }
                    Kind::Choice(rules, default) => {
                        let seen = flow::seen(state, &scope)?;
                        let mut scope = Scope { input: &seen, context: &context, chance: &mut self.chance };
                        let next = chosen(rules, &scope)?.or_else(|| default.clone());
                        let next = next.ok_or_else(|| {
                            Fault::of_state(
                                NO_CHOICE,
                                "Failed to transition out of the state. The state does not point to a next state.",
                            )
                        })?;
                        scope.input = &seen;
                        Ok(Done::GoesOn(thread, flow::put_out(state, &scope)?, Some(next)))
                    }
                    Kind::Wait(wait) => {
                        let seen = flow::seen(state, &scope)?;
                        let mut scope = Scope { input: &seen, context: &context, chance: &mut self.chance };
                        let due = due(wait, &mut scope, thread.entered_at)?;
                        self.wait(thread, due).map_err(Stop::Error).map(Done::Waits)
                    }
                    Kind::Fail { error, cause } => {
                        Err(Stop::Fault(failure(error.as_ref(), cause.as_ref(), &mut scope)?))
                    }
                    _ => {
                        let seen = flow::seen(state, &scope)?;
                        let scope = Scope { input: &seen, context: &context, chance: &mut self.chance };
                        Ok(Done::GoesOn(thread, flow::put_out(state, &scope)?, None))
                    }
                }
            }
        }
    }

    fn wait(&mut self, mut thread: Thread, due: Timestamp) -> Result<Thread> {
        "wait".clone_into(&mut thread.phase);
        thread.due = Some(due);
        let timer = self.timer(thread.number);
        self.cx.set_timer(&timer, due.max(self.cx.now()))?;
        Ok(thread)
    }

    /// A wait is over.
    pub(super) fn awake(&mut self, mut thread: Thread) -> Result<()> {
        let definition = self.definition();
        let state = state_of(&definition, &thread)?;
        thread.due = None;
        let input = json(&thread.data)?;
        let context = self.context(&thread)?;
        let scope = Scope { input: &input, context: &context, chance: &mut self.chance };
        let output = flow::seen(state, &scope).and_then(|seen| {
            let scope = Scope { input: &seen, context: &context, chance: &mut self.chance };
            flow::put_out(state, &scope)
        });
        match output {
            Ok(output) => self.leave(thread, state, (output, state.next.clone())),
            Err(fault) => self.trouble(thread, fault),
        }
    }

    /// Leaves a state with its output, and goes to the next one.
    pub(super) fn leave(
        &mut self,
        mut thread: Thread,
        state: &State,
        (output, next): (Json, Option<String>),
    ) -> Result<()> {
        let text = match flow::bounded(&thread.state, &output) {
            Ok(text) => text,
            Err(fault) => return self.trouble(thread, fault),
        };
        let kind = format!("{}StateExited", state.kind.name());
        let details = json!({"name": thread.state, "output": text, "outputDetails": {"truncated": false}});
        self.event(&mut thread.last_event, &kind, details)?;
        match next {
            Some(next) => {
                thread.state = next;
                self.ready.push_back((thread, output));
                Ok(())
            }
            None => self.thread_done(thread, text),
        }
    }

    fn thread_done(&mut self, mut thread: Thread, output: String) -> Result<()> {
        let Some(parent) = thread.parent else {
            self.drop_thread(thread.number)?;
            return self.succeed(thread.last_event, output);
        };
        "done".clone_into(&mut thread.phase);
        thread.data = output;
        self.put(&thread)?;
        self.child_done(parent, thread)
    }
}

fn chosen(rules: &[(Rule, String)], scope: &Scope<'_>) -> Result<Option<String>, Fault> {
    for (rule, next) in rules {
        if rule.holds(scope)? {
            return Ok(Some(next.clone()));
        }
    }
    Ok(None)
}

fn due(wait: &Wait, scope: &mut Scope<'_>, now: Timestamp) -> Result<Timestamp, Fault> {
    match wait {
        Wait::Seconds(seconds) => {
            let seconds = seconds.value(scope, "SecondsPath", (0.0, 99_999_999.0))?;
            Ok(after_seconds(now, seconds))
        }
        Wait::Until(text) => {
            let text = Json::String(text.value(scope, "TimestampPath")?);
            moment(&text).ok_or_else(|| {
                Fault::runtime(format!(
                    "The TimestampPath parameter does not reference a valid ISO-8601 timestamp: {text}"
                ))
            })
        }
    }
}

fn failure(error: Option<&Text>, cause: Option<&Text>, scope: &mut Scope<'_>) -> Result<Fault, Fault> {
    let error = error.map(|error| error.value(scope, "ErrorPath")).transpose()?;
    let cause = cause.map(|cause| cause.value(scope, "CausePath")).transpose()?;
    Ok(Fault { error, cause, names_state: false })
}
