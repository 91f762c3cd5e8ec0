//! Tasks: how they are started, and what comes of them.
//! <https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html>

use crate::address::Address;
use crate::integration;
use crate::language::definition::{Kind, State, Task};
use crate::language::fault::{Fault, HEARTBEAT, TASK_FAILED, TIMEOUT};
use crate::language::flow;
use crate::language::scope::Scope;
use crate::peers;
use crate::resource::{Pattern, Resource, Target};
use crate::run::{Run, Stop, after_seconds, json, state_of};
use crate::state::{ACTIVITIES, EXECUTIONS, OFFERS, Offer, Thread, WATCHERS, Watcher};
use crate::token::TaskToken;
use crate::tracing;
use serde_json::{Map, Value as Json, json};
use service::{Result, Value};

/// How long a task may take, in seconds.
const LONGEST: (f64, f64) = (1.0, 99_999_999.0);

/// How a task ended.
pub enum End {
    /// With this output.
    Output(Json),
    /// With a fault.
    Fault(Fault),
}

/// The kinds of events that tell of a task.
#[derive(Clone, Copy)]
enum Note {
    Scheduled,
    Started,
    Submitted,
    SubmitFailed,
    Succeeded,
    Failed,
    TimedOut,
}

impl Run<'_> {
    /// Starts a task.
    pub(super) fn start(&mut self, mut thread: Thread, state: &State, task: &Task) -> Result<Thread, Stop> {
        thread.attempt = (self.chance.0.u64() >> 1) as i64;
        let token = self.token(&thread);
        let mut context = self.context(&thread)?;
        if task.resource.pattern == Pattern::Token {
            context["Task"] = json!({"Token": token.encode()});
        }
        let input = json(&thread.data)?;
        let mut scope = Scope { input: &input, context: &context, chance: &mut self.chance };
        let given = flow::given(state, &mut scope)?;
        let seconds = |number: &Option<_>, field| match number {
            Some(number) => crate::language::definition::Number::value(number, &scope, field, LONGEST).map(Some),
            None => Ok(None),
        };
        let timeout = seconds(&task.timeout, "TimeoutSecondsPath")?;
        let heartbeat = seconds(&task.heartbeat, "HeartbeatSecondsPath")?;
        let text = flow::bounded(&thread.state, &given)?;
        let call = match task.resource.target {
            Target::Activity => None,
            _ => {
                let (execution, machine) = (self.arn(), self.machine_arn());
                Some(integration::call(self.cx, &task.resource, &given, [&execution, machine.as_ref()])?)
            }
        };
        let limits = (timeout.map(|s| s as i64), heartbeat.map(|s| s as i64));
        self.note_scheduled(&mut thread, &task.resource, (&text, limits))?;
        let scheduled = thread.last_event;
        self.keep_time(&mut thread, timeout, heartbeat)?;
        "task".clone_into(&mut thread.phase);
        match call {
            Some(call) => {
                self.note(&mut thread, &task.resource, (Note::Started, Json::Null))?;
                let by = (self.revision.role_arn.as_str(), self.chance.0.text(SESSION, 32));
                let source = self.machine_arn();
                let trace = tracing::of_task(&self.execution, &self.revision, scheduled);
                let sent = peers::Sent { call: &call, tag: token.write(), trace };
                peers::task(self.cx, (by.0, &by.1, &source), sent)?;
            }
            None => self.offer(&mut thread, &task.resource, (text, &token))?,
        }
        Ok(thread)
    }

    fn token(&self, thread: &Thread) -> TaskToken {
        TaskToken {
            machine: self.execution.machine.clone(),
            execution: self.execution.name.clone(),
            thread: thread.number,
            attempt: thread.attempt,
        }
    }

    /// Lets workers of an activity find a task.
    fn offer(&mut self, thread: &mut Thread, resource: &Resource, (input, token): (String, &TaskToken)) -> Result<()> {
        let name = Address::read(self.cx, &resource.arn)?.name;
        if !self.cx.has(&ACTIVITIES, &name)? {
            let fault = Fault::new(TASK_FAILED, format!("Activity Does Not Exist: '{}'", resource.arn));
            let details = json!({"error": fault.error, "cause": fault.cause});
            self.event(&mut thread.last_event, "ActivityScheduleFailed", details)?;
            // It fails by the timer, so that one that is tried again at once does not nest.
            thread.deadline = Some(self.cx.now());
            let timer = self.timer(thread.number);
            return self.cx.set_timer(&timer, self.cx.now());
        }
        let (token, at) = (token.encode(), self.cx.now());
        let offer = Offer { token: token.clone(), at, input };
        self.cx.put(&OFFERS, &(name.clone(), at, token), &offer)?;
        let signal = self.cx.signal("activity", name.as_str());
        self.cx.wake(signal, 1);
        Ok(())
    }

    /// Sets the timer of a task by its limits.
    fn keep_time(&mut self, thread: &mut Thread, timeout: Option<f64>, heartbeat: Option<f64>) -> Result<()> {
        let now = self.cx.now();
        thread.deadline = timeout.map(|seconds| after_seconds(now, seconds));
        thread.heartbeat_seconds = heartbeat.map(|seconds| seconds as i64);
        thread.silent_at = heartbeat.map(|seconds| after_seconds(now, seconds));
        self.watch(thread)
    }

    fn watch(&mut self, thread: &Thread) -> Result<()> {
        let due = [thread.deadline, thread.silent_at].into_iter().flatten().min();
        let timer = self.timer(thread.number);
        match due {
            Some(due) => self.cx.set_timer(&timer, due),
            None => Ok(()),
        }
    }

    /// A thread that waits in this attempt of its task, with the task.
    pub fn waiting(&self, thread: i64, attempt: i64) -> Result<Option<(Thread, Task)>> {
        let Some(thread) = self.find(thread)? else { return Ok(None) };
        if thread.phase != "task" || thread.attempt != attempt {
            return Ok(None);
        }
        match &state_of(&self.definition, &thread)?.kind {
            Kind::Task(task) => Ok(Some((thread, (**task).clone()))),
            _ => Ok(None),
        }
    }

    /// What was called has answered.
    pub fn answered(
        &mut self,
        (mut thread, task): (Thread, Task),
        answer: &Result<Value>,
        request: &str,
    ) -> Result<()> {
        let resource = &task.resource;
        let result = match answer {
            Ok(output) => integration::result(self.cx, resource, output, request),
            Err(error) => Err(integration::fault(self.cx, resource, (error, request))),
        };
        match (result, resource.pattern) {
            (Ok(output), Pattern::Request) => self.settle((thread, task), End::Output(output)),
            (Err(fault), Pattern::Request) => self.settle((thread, task), End::Fault(fault)),
            (Ok(output), pattern) => {
                let details = json!({"output": output.to_string(), "outputDetails": {"truncated": false}});
                self.note(&mut thread, resource, (Note::Submitted, details))?;
                if pattern == Pattern::Token {
                    return self.put(&thread);
                }
                let child = output["ExecutionArn"].as_str().unwrap_or_default().to_owned();
                self.attend((thread, task), child)
            }
            (Err(fault), _) => {
                let details = json!({"error": fault.error, "cause": fault.cause});
                self.note(&mut thread, resource, (Note::SubmitFailed, details))?;
                self.forget(&mut thread)?;
                self.trouble(thread, fault)
            }
        }
    }

    /// Waits for the end of an execution that a task started.
    fn attend(&mut self, (mut thread, task): (Thread, Task), child: String) -> Result<()> {
        let address = Address::of(&child).filter(|address| address.scope == self.cx.scope());
        let Some((machine, name)) = address.and_then(|address| Some((address.name, address.rest?))) else {
            let text = "An execution of another account or region cannot be waited for";
            return self.settle((thread, task), End::Fault(Fault::new(TASK_FAILED, text)));
        };
        let over = self.cx.get(&EXECUTIONS, &(machine.clone(), name.clone()))?;
        thread.child = Some(child);
        match over.filter(|execution| execution.status != "RUNNING") {
            Some(execution) => self.child_over((thread, task), &execution),
            None => {
                let watcher = Watcher {
                    machine: self.execution.machine.clone(),
                    execution: self.execution.name.clone(),
                    thread: thread.number,
                    attempt: thread.attempt,
                };
                self.cx.put(&WATCHERS, &(machine, name), &watcher)?;
                self.put(&thread)
            }
        }
    }

    /// The execution that a task started is over.
    fn child_over(&mut self, (thread, task): (Thread, Task), child: &crate::state::Execution) -> Result<()> {
        let parsed = task.resource.pattern == Pattern::Sync2;
        let arn = thread.child.clone().unwrap_or_default();
        let machine = crate::address::machine_arn(self.cx, &child.machine).to_string();
        let described = integration::described(child, (&arn, &machine), parsed);
        let end = match child.status.as_str() {
            "SUCCEEDED" => End::Output(described),
            _ => End::Fault(Fault::new(TASK_FAILED, described.to_string())),
        };
        self.settle((thread, task), end)
    }

    /// A task has ended.
    pub fn settle(&mut self, (mut thread, task): (Thread, Task), end: End) -> Result<()> {
        self.forget(&mut thread)?;
        match end {
            End::Output(output) => match flow::bounded(&thread.state, &output) {
                Ok(text) => {
                    let details = json!({"output": text, "outputDetails": {"truncated": false}});
                    self.note(&mut thread, &task.resource, (Note::Succeeded, details))?;
                    self.task_done(thread, output)
                }
                Err(fault) => self.task_failed(thread, &task, fault),
            },
            End::Fault(fault) => self.task_failed(thread, &task, fault),
        }
    }

    fn task_failed(&mut self, mut thread: Thread, task: &Task, fault: Fault) -> Result<()> {
        let timed_out = fault.name() == TIMEOUT || fault.name() == HEARTBEAT;
        let note = if timed_out { Note::TimedOut } else { Note::Failed };
        let details = texts([("error", &fault.error), ("cause", &fault.cause)]);
        self.note(&mut thread, &task.resource, (note, details))?;
        self.trouble(thread, fault)
    }

    fn task_done(&mut self, thread: Thread, result: Json) -> Result<()> {
        let definition = self.definition();
        let state = state_of(&definition, &thread)?;
        let (input, context) = (json(&thread.data)?, self.context(&thread)?);
        let mut scope = Scope { input: &input, context: &context, chance: &mut self.chance };
        match flow::passed_on(state, result, &mut scope) {
            Ok(output) => self.leave(thread, state, (output, state.next.clone())),
            Err(fault) => self.trouble(thread, fault),
        }
    }

    /// A task's timer has fired.
    pub(super) fn late(&mut self, thread: Thread) -> Result<()> {
        let now = self.cx.now();
        if let Some(child) = &thread.child {
            let address = Address::of(child).and_then(|address| Some((address.name, address.rest?)));
            let over = address.map(|key| self.cx.get(&EXECUTIONS, &key)).transpose()?.flatten();
            if let Some(execution) = over.filter(|execution| execution.status != "RUNNING")
                && let Some(waiting) = self.waiting(thread.number, thread.attempt)?
            {
                return self.child_over(waiting, &execution);
            }
        }
        let timed_out = thread.deadline.is_some_and(|deadline| deadline <= now);
        let silent = thread.silent_at.is_some_and(|silent| silent <= now);
        let Some((thread, task)) = self.waiting(thread.number, thread.attempt)? else { return Ok(()) };
        if !timed_out && !silent {
            return self.watch(&thread);
        }
        let name = if timed_out { TIMEOUT } else { HEARTBEAT };
        self.stop_child(&thread)?;
        let fault = Fault { error: Some(name.to_owned()), cause: None, names_state: false };
        self.settle((thread, task), End::Fault(fault))
    }

    /// The task has given a sign of life.
    pub fn beat(&mut self, mut thread: Thread) -> Result<()> {
        if let Some(seconds) = thread.heartbeat_seconds {
            thread.silent_at = Some(after_seconds(self.cx.now(), seconds as f64));
            self.watch(&thread)?;
        }
        self.put(&thread)
    }

    /// A worker has taken the task.
    pub fn taken(&mut self, mut thread: Thread, worker: Option<&str>) -> Result<()> {
        let details = worker.map_or_else(|| json!({}), |worker| json!({"workerName": worker}));
        self.event(&mut thread.last_event, "ActivityStarted", details)?;
        self.beat(thread)
    }

    /// An attempt is over: its timer and what else waits for it go.
    fn forget(&mut self, thread: &mut Thread) -> Result<()> {
        let timer = self.timer(thread.number);
        self.cx.cancel_timer(&timer)?;
        let key = thread.child.take().and_then(|child| Address::of(&child));
        if let Some((machine, Some(name))) = key.map(|address| (address.name, address.rest)) {
            self.cx.delete(&WATCHERS, &(machine, name))?;
        }
        thread.attempt = 0;
        (thread.deadline, thread.silent_at, thread.heartbeat_seconds) = (None, None, None);
        Ok(())
    }

    /// A task that is given up has the execution stopped that it started.
    pub(super) fn stop_child(&mut self, thread: &Thread) -> Result<()> {
        let Some(child) = &thread.child else { return Ok(()) };
        let (session, source) = (self.chance.0.text(SESSION, 32), self.machine_arn());
        peers::stop(self.cx, (&self.revision.role_arn, &session, &source), child)
    }

    fn note_scheduled(
        &mut self,
        thread: &mut Thread,
        resource: &Resource,
        (input, (timeout, heartbeat)): (&str, (Option<i64>, Option<i64>)),
    ) -> Result<()> {
        let mut details = match resource.target {
            Target::Function | Target::Activity => {
                json!({"resource": resource.arn, "input": input, "inputDetails": {"truncated": false}})
            }
            _ => json!({"region": self.cx.region().as_str(), "parameters": input}),
        };
        if let Some(map) = details.as_object_mut() {
            map.extend(timeout.map(|seconds| ("timeoutInSeconds".to_owned(), json!(seconds))));
            let beats = heartbeat.filter(|_| resource.target != Target::Function);
            map.extend(beats.map(|seconds| ("heartbeatInSeconds".to_owned(), json!(seconds))));
        }
        self.note(thread, resource, (Note::Scheduled, details))
    }

    /// Notes an event of a task, in the family that its resource has.
    fn note(&mut self, thread: &mut Thread, resource: &Resource, (note, details): (Note, Json)) -> Result<()> {
        let what = match note {
            Note::Scheduled => "Scheduled",
            Note::Started => "Started",
            Note::Submitted => "Submitted",
            Note::SubmitFailed => "SubmitFailed",
            Note::Succeeded => "Succeeded",
            Note::Failed => "Failed",
            Note::TimedOut => "TimedOut",
        };
        crate::meters::task(self.cx, resource, what);
        let details = match &resource.target {
            Target::Function | Target::Activity => details,
            _ => {
                let (kind, name) = resource.shown();
                let mut map =
                    Map::from_iter([("resourceType".to_owned(), json!(kind)), ("resource".to_owned(), json!(name))]);
                map.extend(details.as_object().cloned().unwrap_or_default());
                Json::Object(map)
            }
        };
        let family = match resource.target {
            Target::Function => "LambdaFunction",
            Target::Activity => "Activity",
            _ => "Task",
        };
        self.event(&mut thread.last_event, &format!("{family}{what}"), details).map(drop)
    }
}

/// What the names of sessions are made of.
const SESSION: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// Those of these texts that there are.
pub(super) fn texts<const N: usize>(texts: [(&str, &Option<String>); N]) -> Json {
    let there = texts.into_iter().filter_map(|(name, text)| Some((name.to_owned(), json!(text.as_ref()?))));
    Json::Object(there.collect())
}

/// A fault that a worker tells.
pub fn told_fault(error: Option<String>, cause: Option<String>) -> Fault {
    Fault { error, cause, names_state: false }
}
