//! One invocation: what goes in and what comes out.

use bytes::Bytes;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;

/// An event for a function.
#[derive(Clone, Debug, Default)]
pub struct Invocation {
    /// The event, usually JSON. At most 6 MB; the caller holds asynchronous ones to their own limit.
    pub payload: Bytes,
    /// The request's id, unique among all invocations.
    pub request_id: String,
    /// The ARN that was invoked, with its qualifier.
    pub invoked_function_arn: String,
    /// The client context as JSON text, as decoded from `X-Amz-Client-Context`.
    pub client_context: Option<String>,
    /// The caller's Cognito identity as JSON text.
    pub cognito_identity: Option<String>,
    /// The value of `X-Amzn-Trace-Id`.
    pub trace_header: Option<String>,
    /// Variables for the sandbox, if this invocation starts one: the execution role's credentials. A sandbox keeps what
    /// it was started with; [`crate::Runner::retire`] ends those whose credentials no longer hold.
    pub session: BTreeMap<String, String>,
    /// The log stream of the sandbox, if this invocation starts one.
    pub log_stream: String,
}

/// The value of `X-Amz-Function-Error`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionError {
    /// The function reported the error itself by an older runtime's means. Runtimes of today do not.
    Handled,
    /// Everything else: AWS answers this for errors that a runtime reports, too.
    Unhandled,
}

impl FunctionError {
    /// The header's text.
    pub fn as_str(self) -> &'static str {
        match self {
            FunctionError::Handled => "Handled",
            FunctionError::Unhandled => "Unhandled",
        }
    }
}

/// A function's error, as Lambda answers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The value of `X-Amz-Function-Error`.
    pub kind: FunctionError,
    /// Such as `Runtime.ExitError` or the class of an exception.
    pub error_type: String,
    /// The answer's body: JSON with `errorType`, `errorMessage` and what else the runtime gave.
    pub payload: Bytes,
}

impl Failure {
    pub(crate) fn new(error_type: &str, message: &str) -> Failure {
        let payload = json!({ "errorType": error_type, "errorMessage": message }).to_string();
        Failure { kind: FunctionError::Unhandled, error_type: error_type.to_owned(), payload: payload.into() }
    }
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// When it came, since the invocation was handed in.
    pub offset: Duration,
    /// The line, without its end.
    pub text: String,
}

/// The figures of an invocation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timing {
    /// How long the invocation took in the function.
    pub duration: Duration,
    /// What is billed: initialisation and duration, in whole milliseconds.
    pub billed_ms: u64,
    /// How long initialisation took, where this invocation started a sandbox.
    pub init: Option<Duration>,
    /// The most memory that the sandbox's processes held together, in bytes.
    pub max_memory_bytes: u64,
    /// Whether the memory limit ended it.
    pub out_of_memory: bool,
    /// Whether the timeout ended it.
    pub timed_out: bool,
}

/// How an invocation ended.
#[derive(Clone, Debug)]
pub struct InvocationEnd {
    /// The payload, or the function's error.
    pub result: Result<Bytes, Failure>,
    /// The log, from `START` to `REPORT`, with what initialisation wrote before.
    pub log: Vec<LogLine>,
    /// The figures of the `REPORT` line.
    pub timing: Timing,
    /// The sandbox's log stream.
    pub log_stream: String,
}
