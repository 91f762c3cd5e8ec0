//! What a sandbox is to be, and what is said between the driver and its init.

use super::Isolation;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Commands to init, one byte each.
pub(super) const RESUME: u8 = b'r';
pub(super) const FREEZE: u8 = b'f';
pub(super) const KILL: u8 = b'k';

/// Everything that a sandbox is made from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(crate) isolation: Isolation,
    /// The program and its arguments; empty to start nothing and only try the sandbox.
    pub(crate) command: Vec<String>,
    pub(crate) variables: Vec<(String, String)>,
    /// The working folder, as the sandbox sees it.
    pub(crate) folder: PathBuf,
    pub(crate) view: View,
    /// What all processes may hold together.
    pub(crate) memory_bytes: u64,
    /// Processes and threads.
    pub(crate) max_processes: u64,
    pub(crate) max_open_files: u64,
}

/// The files that a sandbox sees. Paths are the machine's own; with namespaces each appears under its second name.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct View {
    /// An empty folder on which the sandbox's root is mounted.
    pub(crate) root: PathBuf,
    /// Read-only: where it is, and where it appears.
    pub(crate) folders: Vec<(PathBuf, PathBuf)>,
    /// A writable folder of its own; with namespaces it is made in memory, without it must exist.
    pub(crate) tmp: PathBuf,
    pub(crate) tmp_bytes: u64,
}

/// Where the start of a sandbox went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Step {
    /// In making the sandbox: the machine's affair.
    Sandbox,
    /// In starting the program: the function's affair.
    Exec,
}

/// What init tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Event {
    /// The program runs.
    Started { notes: Vec<String> },
    /// It could not be started.
    Failed { step: Step, message: String },
    /// The program has ended, and all other processes with it.
    Exited { code: Option<i32>, signal: Option<String> },
    /// All processes are stopped.
    Frozen { peak_bytes: u64 },
    /// The limit was exceeded and all processes are being killed.
    OutOfMemory { peak_bytes: u64 },
}
