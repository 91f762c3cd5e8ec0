//! Executions on their way: each step is made in a transaction, and what remains to be done stands in rows.
//!
//! [`Run`] is an execution taken from its rows. `enter.rs` enters states, `task.rs` starts tasks and takes their ends, `fork.rs`
//! runs branches and iterations, `trouble.rs` tries again and catches, `ending.rs` ends the execution.

mod context;
mod ending;
mod enter;
mod fork;
mod task;
mod trouble;

pub use task::{End, told_fault};

use crate::address;
use crate::cache;
use crate::language::definition::{Definition, State};
use crate::language::fault::{Fault, RUNTIME};
use crate::language::scope::Chance;
use crate::peers::{self, StatusChange};
use crate::state::{EVENTS, EXECUTIONS, Event, Execution, REVISIONS, Revision, THREADS, Thread};
use crate::timers;
use serde_json::Value as Json;
use service::{Arn, Cx, Entropy, Error, Result, Timestamp};
use std::collections::VecDeque;
use std::rc::Rc;

/// "25,000 events": <https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html>
const MOST_EVENTS: i64 = 25_000;
/// How many states are entered in one transaction, so that no execution holds the writer for long.
const MOST_STEPS: usize = 200;
/// "1 year": <https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html>
const LONGEST_SECONDS: i64 = 31_536_000;

/// An execution, taken from its rows.
pub struct Run<'c> {
    cx: &'c mut Cx,
    /// The execution.
    pub execution: Execution,
    revision: Revision,
    definition: Rc<Definition>,
    chance: Dice,
    /// Threads about to enter a state, with its input.
    ready: VecDeque<(Thread, Json)>,
    steps: usize,
    /// Events of this transaction, for the log.
    told: Vec<Event>,
    /// Changes of status in this transaction, for EventBridge.
    changes: Vec<StatusChange>,
    /// Whether anybody would hear of them; `None` until it is asked.
    is_heard: Option<bool>,
}

/// What stops a step.
enum Stop {
    /// The state failed.
    Fault(Fault),
    /// We did.
    Error(Error),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Stop {
        Stop::Fault(fault)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Stop {
        Stop::Error(error)
    }
}

/// Chance, from the request's own stream.
struct Dice(Entropy);

impl Chance for Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0.below(bound)
    }
    fn uuid(&mut self) -> String {
        self.0.uuid()
    }
}

impl<'c> Run<'c> {
    /// Begins an execution; its row is written by [`Run::go`].
    pub fn begin(cx: &'c mut Cx, execution: Execution, revision: Revision) -> Result<Run<'c>> {
        let mut run = Run::with(cx, execution, revision)?;
        let input: Json = serde_json::from_str(&run.execution.input).map_err(Error::internal)?;
        run.started()?;
        let thread = Thread { state: run.definition.top.start_at.clone(), ..run.thread(None, 0, Vec::new()) };
        run.ready.push_back((thread, input));
        Ok(run)
    }

    /// Takes up an execution that is running; `None` where it is over or gone.
    pub fn resume(cx: &'c mut Cx, machine: &str, name: &str) -> Result<Option<Run<'c>>> {
        let Some(execution) = cx.get(&EXECUTIONS, &(machine.to_owned(), name.to_owned()))? else { return Ok(None) };
        if execution.status != "RUNNING" {
            return Ok(None);
        }
        let revision = address::revision(cx, machine, &execution.revision)?;
        let revision = revision.ok_or_else(|| Error::internal("an execution's revision is gone"))?;
        Run::with(cx, execution, revision).map(Some)
    }

    fn with(cx: &'c mut Cx, execution: Execution, revision: Revision) -> Result<Run<'c>> {
        let definition = cache::definition(&revision.definition)?;
        let chance = Dice(cx.entropy().fork());
        let (ready, told, changes) = (VecDeque::new(), Vec::new(), Vec::new());
        Ok(Run { cx, execution, revision, definition, chance, ready, steps: 0, told, changes, is_heard: None })
    }

    /// Goes on as far as it can, and writes what remains.
    pub fn go(mut self) -> Result<Execution> {
        while let Some((mut thread, input)) = self.ready.pop_front() {
            if self.is_over() {
                break;
            }
            if self.execution.last_event >= MOST_EVENTS - 1 {
                let text = format!("The execution reached the maximum number of history events ({MOST_EVENTS}).");
                self.fail(thread.last_event, Fault::new(RUNTIME, text))?;
                break;
            }
            if self.steps >= MOST_STEPS {
                "ready".clone_into(&mut thread.phase);
                thread.data = input.to_string();
                let now = self.cx.now();
                self.cx.set_timer(&self.timer(thread.number), now)?;
                self.put(&thread)?;
                continue;
            }
            self.steps += 1;
            self.enter(thread, input)?;
        }
        self.save()
    }

    fn save(mut self) -> Result<Execution> {
        if !self.is_over() {
            self.keep_revision()?;
            self.expire()?;
        }
        let changes = std::mem::take(&mut self.changes);
        if !changes.is_empty() {
            let machine = self.machine_arn();
            peers::status_changed(self.cx, &machine, changes);
        }
        let told = std::mem::take(&mut self.told);
        crate::logs::tell(self.cx, (&mut self.execution, &self.revision), &told)?;
        let key = (self.execution.machine.clone(), self.execution.name.clone());
        self.cx.put(&EXECUTIONS, &key, &self.execution)?;
        Ok(self.execution)
    }

    /// What an execution follows is kept when its machine changes.
    fn keep_revision(&mut self) -> Result<()> {
        let key = (self.execution.machine.clone(), self.execution.revision.clone());
        if !self.cx.has(&REVISIONS, &key)? {
            let revision = Revision { kept: true, ..self.revision.clone() };
            self.cx.put(&REVISIONS, &key, &revision)?;
        }
        Ok(())
    }

    /// An execution that goes on is ended by the clock at the latest.
    fn expire(&mut self) -> Result<()> {
        if self.execution.expires {
            return Ok(());
        }
        self.execution.expires = true;
        let seconds = self.definition.timeout_seconds.unwrap_or(LONGEST_SECONDS).min(LONGEST_SECONDS);
        let due = after_seconds(self.execution.started_at, seconds as f64);
        self.cx.set_timer(&timers::expiry(&self.execution), due)
    }

    fn is_over(&self) -> bool {
        self.execution.status != "RUNNING"
    }

    fn arn(&self) -> String {
        address::execution_arn(self.cx, &self.execution.machine, &self.execution.name)
    }

    fn machine_arn(&self) -> Arn {
        address::machine_arn(self.cx, &self.execution.machine)
    }

    /// A new thread.
    fn thread(&mut self, parent: Option<&Thread>, index: i64, place: Vec<String>) -> Thread {
        let number = self.execution.threads;
        self.execution.threads += 1;
        Thread { number, parent: parent.map(|parent| parent.number), index, place, ..Thread::default() }
    }

    fn key(&self, number: i64) -> (String, String, u64) {
        let number = u64::try_from(number).unwrap_or(u64::MAX);
        (self.execution.machine.clone(), self.execution.name.clone(), number)
    }

    fn timer(&self, number: i64) -> String {
        timers::thread(&self.execution, number)
    }

    fn find(&self, number: i64) -> Result<Option<Thread>> {
        self.cx.get(&THREADS, &self.key(number))
    }

    fn put(&mut self, thread: &Thread) -> Result<()> {
        let key = self.key(thread.number);
        self.cx.put(&THREADS, &key, thread)
    }

    fn drop_thread(&mut self, number: i64) -> Result<()> {
        let (key, timer) = (self.key(number), self.timer(number));
        self.cx.cancel_timer(&timer)?;
        self.cx.delete(&THREADS, &key).map(drop)
    }

    /// The threads whose branch or iteration of `parent` they are.
    fn children(&self, parent: i64) -> Result<Vec<Thread>> {
        let prefix = (self.execution.machine.as_str(), self.execution.name.as_str());
        let threads = self.cx.rows(&THREADS, prefix);
        threads.filter(|thread| thread.as_ref().map_or(true, |thread| thread.parent == Some(parent))).collect()
    }

    /// The definition of a thread's state, which must be held while the run changes.
    fn definition(&self) -> Rc<Definition> {
        Rc::clone(&self.definition)
    }

    /// Notes an event of a thread whose last one was `last`, and makes it the last.
    fn event(&mut self, last: &mut i64, kind: &str, details: Json) -> Result<i64> {
        self.execution.last_event += 1;
        let event = Event {
            id: self.execution.last_event,
            previous: *last,
            kind: kind.to_owned(),
            at: self.cx.now(),
            details: if details.is_null() { String::new() } else { details.to_string() },
        };
        *last = event.id;
        self.cx.put(&EVENTS, &self.key(event.id), &event)?;
        if self.revision.log_level != "OFF" && !self.revision.log_level.is_empty() {
            self.told.push(event);
        }
        Ok(*last)
    }
}

/// A thread's state in its definition.
fn state_of<'d>(definition: &'d Definition, thread: &Thread) -> Result<&'d State> {
    let state = definition.block(&thread.place).and_then(|block| block.states.get(&thread.state));
    state.ok_or_else(|| Error::internal("a thread is in a state that its definition has not"))
}

fn json(text: &str) -> Result<Json> {
    serde_json::from_str(text).map_err(Error::internal)
}

/// A moment so many seconds later.
fn after_seconds(at: Timestamp, seconds: f64) -> Timestamp {
    at.after(service::Duration::from_secs_f64(seconds.clamp(0.0, 1e9)))
}
