//! Functions, as far as running them goes: what the service that keeps them and the engine that runs them both know.
//!
//! The service says what a function is ([`FunctionSpec`]) and hands over an [`Invocation`] as [`FunctionRun`]; the engine answers
//! with an [`InvocationEnd`], which has the payload or the error as Lambda words it, the log's lines and the figures of the
//! `REPORT` line.

use crate::{Lane, Result, StoredBody, View, Work};
use bytes::Bytes;
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The name of the engine that runs functions.
pub const FUNCTIONS: &str = "functions";

/// One invocation, as work for the engine.
pub struct FunctionRun {
    /// What is run.
    pub spec: Arc<FunctionSpec>,
    /// What it is run with.
    pub invocation: Invocation,
    /// Whose concurrency it takes.
    pub lanes: Vec<Lane>,
}

impl Work for FunctionRun {
    type End = Result<InvocationEnd, Refusal>;
    const ENGINE: &'static str = FUNCTIONS;

    /// A request invokes one function: whatever became of the function meanwhile, this is the end of it.
    fn mark(&self) -> String {
        "invoke".to_owned()
    }

    fn lanes(&self) -> Vec<Lane> {
        self.lanes.clone()
    }
}

/// Ends what stands ready for a function, all versions: its code or configuration is about to change, or it goes.
pub struct Retirement {
    /// The function's ARN, without a qualifier.
    pub function_arn: String,
}

impl Work for Retirement {
    type End = ();
    const ENGINE: &'static str = FUNCTIONS;

    fn mark(&self) -> String {
        format!("retire {}", self.function_arn)
    }
}

/// Which function, and which state of it. Two specs of one id share sandboxes, so whatever changes a function's
/// code or configuration must change the revision.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunctionId {
    /// The function's ARN, without a qualifier.
    pub arn: String,
    /// `$LATEST` or a published version.
    pub version: String,
    /// The `RevisionId`, or anything else that changes with code and configuration.
    pub revision: String,
}

/// A deployment package that is read only when its unpacked form is not at hand.
#[derive(Clone)]
pub struct Archive {
    /// What its bytes hash to; the name under which it is kept unpacked. Letters, digits, `-` and `_`.
    pub digest: String,
    /// Reads the zip's bytes.
    pub load: Arc<dyn Fn() -> io::Result<Vec<u8>> + Send + Sync>,
}

impl Archive {
    /// An archive whose bytes are in memory.
    pub fn of_bytes(digest: impl Into<String>, bytes: impl Into<Arc<[u8]>>) -> Archive {
        let bytes: Arc<[u8]> = bytes.into();
        Archive { digest: digest.into(), load: Arc::new(move || Ok(bytes.to_vec())) }
    }
}

impl fmt::Debug for Archive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Archive").field("digest", &self.digest).finish_non_exhaustive()
    }
}

impl View {
    /// A stored body as an archive, held for as long as somebody may want to unpack it.
    pub fn archive(&self, stored: &StoredBody, digest: impl Into<String>) -> Result<Archive> {
        let body = self.body(std::slice::from_ref(stored), None)?;
        let load = move || {
            let mut bytes = Vec::new();
            for part in body.parts() {
                bytes.extend_from_slice(&part.pin.get(part.range.clone()).map_err(io::Error::other)?);
            }
            Ok(bytes)
        };
        Ok(Archive { digest: digest.into(), load: Arc::new(load) })
    }
}

/// Where a function's code is.
#[derive(Clone, Debug)]
pub enum Code {
    /// A folder that is used as it stands.
    Folder(PathBuf),
    /// A zip archive, unpacked once.
    Zip(Archive),
}

/// The network that a sandbox sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Network {
    /// The machine's own, loopback included.
    #[default]
    Host,
}

/// How the managed runtimes' clients write logs.
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// Plain lines.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// A function's code and configuration.
#[derive(Clone, Debug)]
pub struct FunctionSpec {
    /// Which function this is.
    pub id: FunctionId,
    /// Its name, as in `AWS_LAMBDA_FUNCTION_NAME`.
    pub name: String,
    /// Its region, as in `AWS_REGION`.
    pub region: String,
    /// The runtime's identifier, such as `provided.al2023`, `python3.13` or `nodejs22.x`.
    pub runtime: String,
    /// The handler, such as `app.handler`.
    pub handler: String,
    /// The code.
    pub code: Code,
    /// Layers in their order; later ones win.
    pub layers: Vec<Archive>,
    /// The function's own variables, and those by which the caller points it at endpoints.
    pub environment: BTreeMap<String, String>,
    /// Memory in MB: the limit of what its processes hold together.
    pub memory_mb: u32,
    /// The size of `/tmp` in MB.
    pub ephemeral_storage_mb: u32,
    /// How long an invocation may take, in real time.
    pub timeout: Duration,
    /// The log group, as in `AWS_LAMBDA_LOG_GROUP_NAME`.
    pub log_group: String,
    /// How the managed runtimes' clients write logs.
    pub log_format: LogFormat,
    /// The network.
    pub network: Network,
}

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
    /// it was started with; other credentials are another revision.
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
    /// The documents that the function sent to its trace daemon, as it sent them.
    pub trace_documents: Vec<String>,
}

/// Why an invocation could not be run at all: nothing of the function's doing at run time. The texts are for an operator
/// unless AWS has its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The payload exceeds 6 MB: AWS's `RequestTooLargeException`.
    PayloadTooLarge {
        /// Its size in bytes.
        bytes: usize,
    },
    /// The runtime is not one that can be run here.
    Runtime(String),
    /// The deployment package cannot be unpacked: AWS's `InvalidZipFileException`, or its size limit.
    Code(String),
    /// As many sandboxes as may exist are busy.
    Busy,
    /// The sandbox could not be made.
    Sandbox(String),
    /// The engine is stopping.
    Stopping,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
            Refusal::PayloadTooLarge { bytes } => {
                write!(
                    f,
                    "{bytes} byte payload is too large for the RequestResponse invocation type (limit 6291456 bytes)"
                )
            }
            Refusal::Runtime(text) | Refusal::Code(text) => f.write_str(text),
            Refusal::Busy => f.write_str("all sandboxes that this machine may hold are busy"),
            Refusal::Sandbox(text) => write!(f, "the sandbox could not be made: {text}"),
            Refusal::Stopping => f.write_str("the runner is stopping"),
        }
    }
}

impl std::error::Error for Refusal {}
