//! Why an invocation could not be run at all: nothing of the function's doing at run time.

use std::fmt;

/// The reasons, with texts for an operator unless AWS has its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The payload exceeds 6 MB: AWS's `RequestEntityTooLargeException`.
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
    /// The runner is stopping.
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
