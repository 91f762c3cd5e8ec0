//! What the runner is told by the binary that owns it.

use crate::Isolation;
use std::ffi::OsString;
use std::num::NonZero;
use std::path::PathBuf;
use std::time::Duration;

/// How the launcher process is started: a program whose `main` calls [`crate::sandbox_main`].
#[derive(Clone, Debug)]
pub struct Launcher {
    /// The program, usually `/proc/self/exe`.
    pub program: PathBuf,
    /// Its arguments, by which that program knows what it is to be.
    pub arguments: Vec<OsString>,
}

/// The runner's settings. [`Settings::new`] gives AWS's figures where AWS publishes them.
#[derive(Clone, Debug)]
pub struct Settings {
    /// A folder of the runner's own: unpacked code, runtime clients, mount points.
    pub folder: PathBuf,
    /// How to start the launcher.
    pub launcher: Launcher,
    /// Folders in which interpreters are looked for, as in `PATH`.
    pub search_path: Vec<PathBuf>,
    /// Whether an interpreter of another minor version may stand in for a runtime's.
    pub nearest_runtime: bool,
    /// The isolation to use; `None` takes the strongest that works here.
    pub isolation: Option<Isolation>,
    /// How many sandboxes may exist at once, idle ones counted.
    pub max_sandboxes: usize,
    /// How many sandboxes may be starting at once. Others wait for their turn; no time limit counts meanwhile.
    pub max_starting: usize,
    /// How long a start may keep others waiting. One that takes longer goes on, but the next begins.
    pub start_hold: Duration,
    /// How long an idle sandbox is kept. AWS keeps them for minutes and promises nothing.
    pub idle: Duration,
    /// How long initialisation may take before it is tried once more within the function's own timeout.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>
    pub init_limit: Duration,
    /// The most bytes of log that one invocation may leave; the rest is counted and dropped.
    pub max_log_bytes: usize,
}

impl Settings {
    /// Settings with AWS's limits.
    pub fn new(folder: PathBuf, launcher: Launcher) -> Settings {
        Settings {
            folder,
            launcher,
            search_path: ["/usr/local/bin", "/usr/bin", "/bin"].map(PathBuf::from).to_vec(),
            nearest_runtime: false,
            isolation: None,
            max_sandboxes: 1000,
            max_starting: std::thread::available_parallelism().map_or(1, NonZero::get),
            start_hold: Duration::from_secs(2),
            idle: Duration::from_secs(300),
            init_limit: Duration::from_secs(10),
            max_log_bytes: 4 << 20,
        }
    }
}
