//! The beginning and the end of an execution, and whom they are told.

use crate::integration;
use crate::language::fault::{Fault, TIMEOUT};
use crate::run::Run;
use crate::run::task::texts;
use crate::state::{WATCHERS, Watcher};
use crate::{meters, peers, timers, tracing};
use serde_json::{Value as Json, json};
use service::{Duration, Result};

/// For how long a finished execution is kept: "90 days".
/// <https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html>
const KEPT: Duration = Duration::from_secs(90 * 86_400);

impl Run<'_> {
    /// The execution has begun.
    pub(super) fn started(&mut self) -> Result<()> {
        let mut details = json!({
            "input": self.execution.input,
            "inputDetails": {"truncated": false},
            "roleArn": self.revision.role_arn,
        });
        let machine = &self.execution.machine;
        let alias = self.execution.alias.as_ref().map(|alias| crate::address::qualified_arn(self.cx, machine, alias));
        let version = self.execution.version.map(|number| crate::address::qualified_arn(self.cx, machine, number));
        let names = texts([("stateMachineAliasArn", &alias), ("stateMachineVersionArn", &version)]);
        if let (Some(map), Json::Object(names)) = (details.as_object_mut(), names) {
            map.extend(names);
        }
        // The first state is entered after no event at all.
        let mut none = 0;
        self.event(&mut none, "ExecutionStarted", details)?;
        meters::started(self.cx, self.machine_arn().as_ref());
        self.tell()
    }

    /// The execution has come to its end.
    pub(super) fn succeed(&mut self, last: i64, output: String) -> Result<()> {
        let details = json!({"output": output, "outputDetails": {"truncated": false}});
        self.execution.output = Some(output);
        self.over(last, ("ExecutionSucceeded", "SUCCEEDED"), details)
    }

    /// The execution fails.
    pub(super) fn fail(&mut self, last: i64, fault: Fault) -> Result<()> {
        self.clear()?;
        let details = texts([("error", &fault.error), ("cause", &fault.cause)]);
        (self.execution.error, self.execution.cause) = (fault.error, fault.cause);
        self.over(last, ("ExecutionFailed", "FAILED"), details)
    }

    /// Somebody stops the execution.
    pub fn abort(&mut self, error: Option<String>, cause: Option<String>) -> Result<()> {
        self.clear()?;
        let details = texts([("error", &error), ("cause", &cause)]);
        (self.execution.error, self.execution.cause) = (error, cause);
        self.over(self.execution.last_event, ("ExecutionAborted", "ABORTED"), details)
    }

    /// The execution has taken too long.
    pub fn time_out(&mut self) -> Result<()> {
        self.clear()?;
        self.execution.error = Some(TIMEOUT.to_owned());
        self.over(self.execution.last_event, ("ExecutionTimedOut", "TIMED_OUT"), json!({"error": TIMEOUT}))
    }

    /// Gives up all that is still running.
    fn clear(&mut self) -> Result<()> {
        self.ready.clear();
        match self.find(0)? {
            Some(thread) => self.give_up(thread, None),
            None => Ok(()),
        }
    }

    fn over(&mut self, mut last: i64, (event, status): (&str, &str), details: Json) -> Result<()> {
        self.event(&mut last, event, details)?;
        let now = self.cx.now();
        status.clone_into(&mut self.execution.status);
        self.execution.stopped_at = Some(now);
        if std::mem::take(&mut self.execution.expires) {
            self.cx.cancel_timer(&timers::expiry(&self.execution))?;
        }
        self.cx.set_timer(&timers::forgetting(&self.execution), now.after(KEPT))?;
        let spent = now.since(self.execution.started_at);
        meters::ended(self.cx, self.machine_arn().as_ref(), (status, spent));
        self.wake_watcher()?;
        let machine = self.machine_arn();
        tracing::finish(self.cx, &self.execution, &self.revision, &machine)?;
        self.tell()
    }

    /// A state that waits for this execution goes on by its own timer: it is an execution of its own.
    fn wake_watcher(&mut self) -> Result<()> {
        let key = (self.execution.machine.clone(), self.execution.name.clone());
        let Some(watcher) = self.cx.get(&WATCHERS, &key)? else { return Ok(()) };
        self.cx.delete(&WATCHERS, &key)?;
        let Watcher { machine, execution, thread, attempt: _ } = watcher;
        let now = self.cx.now();
        self.cx.set_timer(&timers::thread_of((&machine, &execution), thread), now)
    }

    /// EventBridge is told of the new status when all that can be done now is done.
    /// <https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html>
    fn tell(&mut self) -> Result<()> {
        let is_heard = match self.is_heard {
            Some(known) => known,
            None => *self.is_heard.insert(peers::is_heard(self.cx)),
        };
        if is_heard {
            let (arn, machine) = (self.arn(), self.machine_arn());
            let detail = integration::status_change(&self.execution, (&arn, machine.as_ref()));
            self.changes.push(peers::status_change(&arn, detail));
        }
        Ok(())
    }
}
