//! One invocation: its ids, its time limit, its log and its trace, and AWS as it sees it.

use crate::aws::{Aws, AwsError, Call, Reply};
use crate::clock;
use crate::failure::Failure;
use crate::log::Head;
use crate::runtime::Invocation;
use crate::settings::Settings;
use crate::trace::{Outcome, Trace};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::time::{Duration, Instant};

/// What is left for the answer itself.
const RESERVE: Duration = Duration::from_millis(250);

/// What a function works with while it answers one event.
pub struct Session<'a> {
    function: &'a str,
    settings: &'a Settings,
    aws: &'a Aws,
    request_id: &'a str,
    deadline: Instant,
    trace_header: Option<&'a str>,
    trace: RefCell<Option<Trace>>,
}

impl<'a> Session<'a> {
    /// The session of an invocation.
    pub fn new(function: &'a str, settings: &'a Settings, aws: &'a Aws, invocation: &'a Invocation) -> Session<'a> {
        Session {
            function,
            settings,
            aws,
            request_id: &invocation.request_id,
            deadline: invocation.deadline,
            trace_header: invocation.trace_header.as_deref(),
            trace: RefCell::new(invocation.trace_header.as_deref().and_then(Trace::of)),
        }
    }

    /// A setting that must be there.
    pub fn setting(&self, name: &str) -> Result<&'a str, Failure> {
        self.settings.text(name)
    }

    /// The environment.
    pub fn settings(&self) -> &'a Settings {
        self.settings
    }

    /// Lambda's id of the invocation.
    pub fn request_id(&self) -> &'a str {
        self.request_id
    }

    /// The trace header, for those who go on with the trace.
    pub fn trace_header(&self) -> Option<&'a str> {
        self.trace_header
    }

    /// How long a call may still take.
    pub fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now()).saturating_sub(RESERVE)
    }

    /// Asks AWS, and notes in the trace that it was asked.
    pub fn call(&self, call: &Call) -> Result<Reply, AwsError> {
        let start = clock::since_epoch();
        let answer = self.aws.call(call, self.left());
        let (status, id, is_throttled) = match &answer {
            Ok(reply) => (Some(reply.status), reply.request_id.as_deref(), false),
            Err(error) => (error.status, error.request_id.as_deref(), error.is_throttled()),
        };
        let mut aws = json!({"operation": call.operation, "region": self.aws.region()});
        let resource = call.resource.as_ref().map(|(name, value)| (*name, value.as_str()));
        for (name, value) in resource.into_iter().chain(id.map(|id| ("request_id", id))) {
            aws[name] = value.into();
        }
        self.note(start, &Outcome { name: call.service.name, aws, status, is_throttled });
        answer
    }

    /// Notes a call to something that is not AWS's API.
    pub fn note(&self, start: Duration, outcome: &Outcome<'_>) {
        if let Some(trace) = self.trace.borrow_mut().as_mut() {
            trace.add(start, outcome);
        }
    }

    /// Sends what was noted. A trace that is lost fails nothing.
    pub fn send_trace(&self) {
        let documents = self.trace.borrow_mut().as_mut().map(Trace::take).unwrap_or_default();
        if documents.is_empty() {
            return;
        }
        if let Err(error) = self.aws.call(&crate::aws::xray::put(&documents), self.left()) {
            self.warn("the trace was not taken", &Failure::Aws(error).described());
        }
    }

    /// A log line of what went as it should.
    pub fn info(&self, message: &str, fields: &Value) {
        self.line("INFO", message, fields);
    }

    /// A log line of what somebody may have to look at.
    pub fn warn(&self, message: &str, fields: &Value) {
        self.line("WARN", message, fields);
    }

    /// A log line of what failed.
    pub fn error(&self, message: &str, fields: &Value) {
        self.line("ERROR", message, fields);
    }

    fn line(&self, level: &str, message: &str, fields: &Value) {
        let trace = self.trace.borrow();
        let head = Head {
            function: self.function,
            request_id: self.request_id,
            trace_id: trace.as_ref().map(|trace| trace.id.as_str()),
        };
        head.line(level, message, fields);
    }
}
