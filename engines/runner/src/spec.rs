//! What a function is, as far as running it goes.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

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
