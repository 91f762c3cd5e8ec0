//! Processes in sandboxes: functions with the Lambda Runtime API, without a container daemon.
//!
//! The engine knows no service and no store. Its caller says what a function is ([`FunctionSpec`]), hands it an
//! [`Invocation`], and gets an [`InvocationEnd`] with the payload or the error as Lambda words it, the log lines and the
//! figures of the `REPORT` line. These types are the contract's (`service::function`); [`Functions`] is the engine that the
//! door gives work to.
//!
//! How a sandbox is made:
//!
//! - A single-threaded **launcher** process (the own executable started with one argument, see [`sandbox_main`]) clones
//!   each sandbox; forking the many-threaded server itself would be neither safe nor cheap.
//! - The clone becomes the sandbox's **init**: it mounts the sandbox's view of the files, starts the runtime under landlock,
//!   seccomp and resource limits, stops and continues all its processes, watches their memory, and reaps them.
//! - The **driver** ([`Runner`]) talks to init over one socket, reads one pipe of output, and serves the Runtime API.
//!
//! Invariants: no process of a sandbox outlives its init, init never outlives the socket to the server, and the launcher
//! neither, so that `kill -9` of the server leaves nothing behind; a sandbox runs one invocation at a time; between
//! invocations all its processes are stopped; whatever a function sends is bounded before it is stored; no more sandboxes
//! start at once than the machine has processors, and who waits for a start takes a sandbox that becomes free before.
//!
//! What isolation the machine allows is found out by trying it once ([`Runner::capabilities`]).

mod api;
mod code;
mod course;
mod daemon;
mod engine;
mod environment;
mod failure;
mod lane;
mod log;
mod os_time;
mod place;
mod pool;
mod report;
mod runner;
mod runtime;
mod sandbox;
mod settings;

pub use engine::Functions;
pub use runner::Runner;
pub use sandbox::{Capabilities, Isolation, sandbox_main};
pub use service::function::{
    Archive, Code, Failure, FunctionError, FunctionId, FunctionSpec, Invocation, InvocationEnd, LogFormat, LogLine,
    Network, Refusal, Timing,
};
pub use settings::{Launcher, Settings};
