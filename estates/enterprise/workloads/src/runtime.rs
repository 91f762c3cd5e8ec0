//! The Lambda Runtime API: <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use crate::clock;
use crate::failure::Failure;
use crate::settings::Settings;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use ureq::http::HeaderMap;

/// What functions may be given and give back, and a little over it.
const MAX_EVENT_BYTES: u64 = 7 * 1024 * 1024;

/// One event and what Lambda says of it.
pub struct Invocation {
    /// Lambda's id of it.
    pub request_id: String,
    /// When Lambda gives up.
    pub deadline: Instant,
    /// `Root=1-…;Parent=…;Sampled=1`
    pub trace_header: Option<String>,
    /// The event; `null` where it is no JSON.
    pub event: Value,
}

/// Where events come from.
pub struct Runtime {
    agent: ureq::Agent,
    base: String,
}

impl Runtime {
    /// The one that the environment names.
    pub fn new(settings: &Settings) -> Result<Runtime, Failure> {
        let base = format!("http://{}/2018-06-01/runtime", settings.text("AWS_LAMBDA_RUNTIME_API")?);
        // The next event may be hours away: there is no time limit.
        let config = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).max_redirects(0).build();
        Ok(Runtime { agent: config.new_agent(), base })
    }

    /// Waits for the next event.
    pub fn next(&self) -> Result<Invocation, Failure> {
        let reply = self.agent.get(format!("{}/invocation/next", self.base)).call().map_err(transport)?;
        let (head, mut body) = reply.into_parts();
        let header = |name: &str| text(&head.headers, name);
        let request_id = header("lambda-runtime-aws-request-id")
            .ok_or_else(|| Failure::Transport("the Runtime API gave an event without an id".to_owned()))?;
        let deadline_ms: u64 = header("lambda-runtime-deadline-ms").and_then(|ms| ms.parse().ok()).unwrap_or(0);
        let left = Duration::from_millis(deadline_ms).saturating_sub(clock::since_epoch());
        let trace_header = header("lambda-runtime-trace-id");
        let bytes = body.with_config().limit(MAX_EVENT_BYTES).read_to_vec().map_err(transport)?;
        let event = serde_json::from_slice(&bytes).unwrap_or_default();
        Ok(Invocation { request_id, deadline: Instant::now() + left, trace_header, event })
    }

    /// Answers an event.
    pub fn answer(&self, request_id: &str, answer: &Value) -> Result<(), Failure> {
        self.post(&format!("invocation/{request_id}/response"), None, answer)
    }

    /// Tells that an event failed.
    pub fn fail(&self, request_id: &str, failure: &Failure) -> Result<(), Failure> {
        self.post(&format!("invocation/{request_id}/error"), Some(failure.kind()), &document(failure))
    }

    /// Tells that there will be no function.
    pub fn cannot_start(&self, failure: &Failure) -> Result<(), Failure> {
        self.post("init/error", Some(failure.kind()), &document(failure))
    }

    fn post(&self, path: &str, error: Option<&str>, body: &Value) -> Result<(), Failure> {
        let mut request = self.agent.post(format!("{}/{path}", self.base)).header("content-type", "application/json");
        if let Some(error) = error {
            request = request.header("lambda-runtime-function-error-type", error);
        }
        let mut reply = request.send(body.to_string()).map_err(transport)?;
        // A connection is used again only after its reply was read. An answer that is too large is refused; the next may not be.
        reply.body_mut().read_to_vec().map(drop).map_err(transport)
    }
}

fn document(failure: &Failure) -> Value {
    json!({"errorType": failure.kind(), "errorMessage": failure.to_string(), "stackTrace": []})
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

fn transport(error: ureq::Error) -> Failure {
    Failure::Transport(format!("the Runtime API: {error}"))
}
