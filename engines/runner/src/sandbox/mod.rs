//! Sandboxes as the driver sees them: a plan goes in, a link comes out.

#[cfg(target_os = "linux")]
mod linux;
mod plain;
mod plan;

pub(crate) use plan::{Event, Plan, Step, View};

use crate::{Launcher, Refusal};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::os::fd::OwnedFd;
use std::process::ExitCode;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf, pipe};

/// How well a sandbox keeps a function in, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Isolation {
    /// Own mount, process and IPC namespaces (and user namespace, where allowed), landlock, seccomp, limits.
    Namespaces,
    /// Landlock, seccomp and limits; the machine's own paths and process ids.
    Confined,
    /// A process like any other.
    Process,
}

impl fmt::Display for Isolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Isolation::Namespaces => "namespaces",
            Isolation::Confined => "landlock and seccomp alone",
            Isolation::Process => "plain processes",
        })
    }
}

/// What this machine allows, found by trying it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// The isolation that sandboxes get.
    pub isolation: Isolation,
    /// What is weaker than it could be, and why: for the first log line and for `doctor`.
    pub notes: Vec<String>,
    /// The interpreters that were found.
    pub interpreters: Vec<String>,
}

/// The launcher process's `main`: serves the socket on its standard input until that closes. To be called before the
/// process has a second thread.
pub fn sandbox_main() -> ExitCode {
    #[cfg(target_os = "linux")]
    return linux::launcher_main();
    #[cfg(not(target_os = "linux"))]
    ExitCode::FAILURE
}

/// A running sandbox's lines. Dropping it ends the sandbox: init lives no longer than its socket.
pub(crate) struct Link {
    pub(crate) commands: Commands,
    pub(crate) events: Events,
    /// What all its processes write.
    pub(crate) output: pipe::Receiver,
}

/// The line to init.
pub(crate) struct Commands(OwnedWriteHalf);

/// The line from init.
pub(crate) struct Events {
    lines: BufReader<OwnedReadHalf>,
    line: String,
}

impl Link {
    fn new(control: std::os::unix::net::UnixStream, output: OwnedFd) -> std::io::Result<Link> {
        control.set_nonblocking(true)?;
        let (read, write) = tokio::net::UnixStream::from_std(control)?.into_split();
        let output = pipe::Receiver::from_owned_fd(output)?;
        let events = Events { lines: BufReader::new(read), line: String::new() };
        Ok(Link { commands: Commands(write), events, output })
    }
}

impl Commands {
    /// Continues all processes and watches their memory.
    pub(crate) async fn resume(&mut self) -> std::io::Result<()> {
        self.0.write_all(&[plan::RESUME]).await
    }

    /// Stops all processes; [`Event::Frozen`] follows.
    pub(crate) async fn freeze(&mut self) -> std::io::Result<()> {
        self.0.write_all(&[plan::FREEZE]).await
    }

    /// Kills all processes; [`Event::Exited`] follows.
    pub(crate) async fn kill(&mut self) -> std::io::Result<()> {
        self.0.write_all(&[plan::KILL]).await
    }
}

impl Events {
    /// The next event; `None` when init has gone. May be dropped and called again.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        // A line that was read in part stays in `line`, so nothing is lost when this is dropped half-way.
        let read = self.lines.read_line(&mut self.line).await.ok()?;
        let event = serde_json::from_str(&self.line).ok();
        self.line.clear();
        if read == 0 { None } else { event }
    }
}

/// A signal as Lambda names it in `Runtime exited with error: signal: killed`.
fn signal_name(number: i32) -> String {
    let names = [
        (1, "hangup"),
        (2, "interrupt"),
        (3, "quit"),
        (4, "illegal instruction"),
        (6, "aborted"),
        (8, "floating point exception"),
        (9, "killed"),
        (11, "segmentation fault"),
        (13, "broken pipe"),
        (14, "alarm clock"),
        (15, "terminated"),
    ];
    let known = names.iter().find(|(n, _)| *n == number).map(|(_, name)| (*name).to_owned());
    known.unwrap_or_else(|| format!("signal {number}"))
}

/// Makes sandboxes.
pub(crate) struct Sandboxes {
    #[cfg(target_os = "linux")]
    launcher: linux::Client,
    wanted: Option<Isolation>,
    found: Mutex<Option<(Isolation, Vec<String>)>>,
}

impl Sandboxes {
    pub(crate) fn new(launcher: Launcher, wanted: Option<Isolation>) -> Sandboxes {
        #[cfg(not(target_os = "linux"))]
        drop(launcher);
        Sandboxes {
            #[cfg(target_os = "linux")]
            launcher: linux::Client::new(launcher),
            wanted,
            found: Mutex::new(None),
        }
    }

    /// Starts what the plan says; the first event tells whether it came up.
    pub(crate) fn start(&self, plan: &Plan) -> Result<Link, Refusal> {
        let failed = |error: std::io::Error| Refusal::Sandbox(error.to_string());
        match plan.isolation {
            Isolation::Process => plain::start(plan).map_err(failed),
            #[cfg(target_os = "linux")]
            _ => self.launcher.start(plan).map_err(failed),
            #[cfg(not(target_os = "linux"))]
            _ => Err(Refusal::Sandbox("this platform has plain processes only".into())),
        }
    }

    /// The strongest isolation that works here, with what is to be said about it. `probe` makes a plan that starts
    /// nothing but the sandbox itself.
    pub(crate) async fn isolation(
        &self,
        probe: impl Fn(Isolation) -> Plan,
    ) -> Result<(Isolation, Vec<String>), Refusal> {
        if let Some(found) = self.found.lock().clone() {
            return Ok(found);
        }
        let mut notes = Vec::new();
        let linux = cfg!(target_os = "linux");
        let rungs = [Isolation::Namespaces, Isolation::Confined, Isolation::Process];
        for rung in rungs.into_iter().filter(|r| linux || *r == Isolation::Process) {
            if self.wanted.is_some_and(|wanted| wanted != rung) {
                continue;
            }
            match self.attempt(&probe(rung)).await {
                Ok(told) => {
                    notes.extend(told);
                    if rung == Isolation::Process {
                        notes.push(
                            "functions run as plain processes: they can read and write what this user can".into(),
                        );
                    }
                    *self.found.lock() = Some((rung, notes.clone()));
                    return Ok((rung, notes));
                }
                Err(why) => notes.push(format!("{rung} cannot be had here: {why}")),
            }
        }
        Err(Refusal::Sandbox(notes.join("; ")))
    }

    async fn attempt(&self, plan: &Plan) -> Result<Vec<String>, String> {
        if plan.isolation == Isolation::Process {
            return Ok(Vec::new());
        }
        let mut link = self.start(plan).map_err(|refusal| refusal.to_string())?;
        match link.events.next().await {
            Some(Event::Started { notes }) => Ok(notes),
            Some(Event::Failed { message, .. }) => Err(message),
            _ => Err("the launcher gave no answer".into()),
        }
    }
}
