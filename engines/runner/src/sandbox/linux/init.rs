//! The first process of a sandbox: makes it, starts the runtime in it, obeys the driver, reaps what dies.

use super::launcher::Start;
use super::processes::Processes;
use super::{confine, files, sys};
use crate::sandbox::plan::{FREEZE, KILL, RESUME};
use crate::sandbox::{Event, Isolation, Step};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sched::CloneFlags;
use nix::sys::prctl;
use nix::sys::signal::{SigSet, SigmaskHow, Signal, sigprocmask};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{Pid, dup2_stderr, dup2_stdin, dup2_stdout, execve, fchown, setpgid};
use std::ffi::CString;
use std::fmt::Display;
use std::fs::OpenOptions;
use std::io::{self, PipeWriter, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;

/// The calling process, where a system call takes a process.
const OURSELVES: Pid = Pid::from_raw(0);
/// How often memory is looked at while an invocation runs.
const WATCH_MS: u8 = 10;

struct Init {
    control: UnixStream,
    main: Pid,
    processes: Processes,
    limit_bytes: u64,
    peak_bytes: u64,
    watching: bool,
    killed_for_memory: bool,
}

/// The life of a sandbox, in its init.
pub(super) fn run(mut start: Start) -> ! {
    let code = match make(&mut start) {
        Ok(Some((init, signals))) => {
            drop(start);
            live(init, &signals)
        }
        Ok(None) => 0,
        Err((step, message)) => {
            tell(&mut start.control, &Event::Failed { step, message });
            1
        }
    };
    sys::leave(code)
}

type Failed = (Step, String);

fn failed<E: Display>(what: &'static str) -> impl Fn(E) -> Failed {
    move |error| (Step::Sandbox, format!("{what}: {error}"))
}

/// Makes the sandbox and starts the runtime; `None` where there is nothing to start.
fn make(start: &mut Start) -> Result<Option<(Init, SignalFd)>, Failed> {
    prctl::set_pdeathsig(Signal::SIGKILL).map_err(failed("PR_SET_PDEATHSIG"))?;
    sys::default_signals();
    setpgid(OURSELVES, OURSELVES).map_err(failed("setpgid"))?;
    let namespaces = start.plan.isolation == Isolation::Namespaces;
    if namespaces {
        if !start.privileged {
            confine::map_ids(start.uid, start.gid).map_err(|e| (Step::Sandbox, e))?;
        }
        files::enter(&start.plan.view, confine::owner(start)).map_err(|e| (Step::Sandbox, e))?;
        if start.privileged {
            // Programs reopen /dev/stdout, which asks for the pipe's owner.
            let owner = confine::PLAIN_ID;
            fchown(&start.output, Some(owner.into()), Some(owner.into())).map_err(failed("fchown"))?;
        }
    } else {
        prctl::set_child_subreaper(true).map_err(failed("PR_SET_CHILD_SUBREAPER"))?;
    }
    let null = OpenOptions::new().read(true).open("/dev/null").map_err(failed("/dev/null"))?;
    dup2_stdin(&null).map_err(failed("dup2"))?;
    let signals = SigSet::from(Signal::SIGCHLD);
    sigprocmask(SigmaskHow::SIG_BLOCK, Some(&signals), None).map_err(failed("sigprocmask"))?;
    let flags = SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK;
    let signal_fd = SignalFd::with_flags(&signals, flags).map_err(failed("signalfd"))?;
    let main = spawn(start)?;
    let control = start.control.try_clone().map_err(failed("dup"))?;
    let processes = Processes { own_namespace: namespaces };
    let (limit_bytes, peak_bytes) = (start.plan.memory_bytes, 0);
    let init = Init { control, main, processes, limit_bytes, peak_bytes, watching: true, killed_for_memory: false };
    Ok((!start.plan.command.is_empty()).then_some((init, signal_fd)))
}

/// Starts the runtime's process, and says so when it has become the runtime.
fn spawn(start: &mut Start) -> Result<Pid, Failed> {
    let (mut read, write) = io::pipe().map_err(failed("pipe"))?;
    match sys::clone(CloneFlags::empty()).map_err(failed("clone"))? {
        None => become_runtime(start, write),
        Some(main) => {
            drop(write);
            let mut text = String::new();
            // The pipe ends when the program starts, or when the process has told why it cannot.
            read.read_to_string(&mut text).map_err(failed("start the runtime"))?;
            let mut notes = Vec::new();
            for line in text.lines() {
                match line.split_once(' ') {
                    Some(("exec", why)) => return Err((Step::Exec, why.to_owned())),
                    Some(("fail", why)) => return Err((Step::Sandbox, why.to_owned())),
                    Some((_, note)) => notes.push(note.to_owned()),
                    None => {}
                }
            }
            tell(&mut start.control, &Event::Started { notes });
            Ok(main)
        }
    }
}

fn become_runtime(start: &Start, mut report: PipeWriter) -> ! {
    let text = match prepare(start) {
        Ok(notes) => {
            let notes: String = notes.iter().map(|note| format!("note {note}\n")).collect();
            // Init reads this; if it has gone, so has the sandbox.
            let _ = report.write_all(notes.as_bytes());
            if start.plan.command.is_empty() {
                sys::leave(0);
            }
            format!("exec {}", execute(start))
        }
        Err(text) => text,
    };
    let _ = writeln!(report, "{text}");
    sys::leave(127)
}

fn prepare(start: &Start) -> Result<Vec<String>, String> {
    let fail = |what: &str, error: &dyn Display| format!("fail {what}: {error}");
    // What it signals as its own group is neither init nor another sandbox.
    setpgid(OURSELVES, OURSELVES).map_err(|e| fail("setpgid", &e))?;
    sigprocmask(SigmaskHow::SIG_SETMASK, Some(&SigSet::empty()), None).map_err(|e| fail("sigprocmask", &e))?;
    let output: &OwnedFd = &start.output;
    dup2_stdout(output).and_then(|()| dup2_stderr(output)).map_err(|e| fail("dup2", &e))?;
    let notes = confine::confine(start).map_err(|e| fail("confine", &e))?;
    std::env::set_current_dir(&start.plan.folder).map_err(|e| fail("enter the folder", &e))?;
    Ok(notes)
}

/// Returns only with the reason why it could not be done.
fn execute(start: &Start) -> String {
    let strings = |all: &mut dyn Iterator<Item = String>| all.map(CString::new).collect::<Result<Vec<_>, _>>();
    let command = strings(&mut start.plan.command.iter().cloned());
    let variables = strings(&mut start.plan.variables.iter().map(|(name, value)| format!("{name}={value}")));
    let (Ok(command), Ok(variables)) = (command, variables) else { return "a NUL in the command or a variable".into() };
    let Some(program) = command.first() else { return "no program".into() };
    match execve(program, &command, &variables) {
        Err(errno) => errno.desc().to_owned(),
        Ok(never) => match never {},
    }
}

/// Waits for commands and deaths until the main process or the driver has gone. All else in a process namespace ends
/// with this process.
fn live(mut init: Init, signals: &SignalFd) -> i32 {
    loop {
        let mut ready =
            [PollFd::new(init.control.as_fd(), PollFlags::POLLIN), PollFd::new(signals.as_fd(), PollFlags::POLLIN)];
        let timeout = if init.watching { PollTimeout::from(WATCH_MS) } else { PollTimeout::NONE };
        match poll(&mut ready, timeout) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(_) => return 1,
        }
        let [commanded, died] = ready.map(|fd| fd.any().unwrap_or(true));
        if died {
            // The signal itself says nothing: deaths may share one.
            while let Ok(Some(_)) = signals.read_signal() {}
            if let Some(event) = init.reap() {
                init.processes.signal(Signal::SIGKILL);
                tell(&mut init.control, &event);
                return 0;
            }
        }
        if commanded && !init.obey() {
            init.processes.signal(Signal::SIGKILL);
            return 0;
        }
        if init.watching {
            init.watch();
        }
    }
}

impl Init {
    /// Reaps the dead; gives the event if the main process was among them.
    fn reap(&mut self) -> Option<Event> {
        loop {
            let status = waitpid(None, Some(WaitPidFlag::WNOHANG)).ok()?;
            match status {
                WaitStatus::StillAlive => return None,
                WaitStatus::Exited(pid, code) if pid == self.main => {
                    return Some(Event::Exited { code: Some(code), signal: None });
                }
                WaitStatus::Signaled(pid, signal, _) if pid == self.main => {
                    return Some(Event::Exited {
                        code: None,
                        signal: Some(crate::sandbox::signal_name(signal as i32)),
                    });
                }
                _ => {}
            }
        }
    }

    /// Obeys one command; `false` when the driver has gone.
    fn obey(&mut self) -> bool {
        let mut byte = [0];
        match (self.control.read(&mut byte), byte) {
            (Ok(1), [RESUME]) => {
                self.processes.signal(Signal::SIGCONT);
                self.watching = true;
                self.peak_bytes = 0;
            }
            (Ok(1), [FREEZE]) => {
                self.processes.stop();
                self.watch();
                self.watching = false;
                tell(&mut self.control, &Event::Frozen { peak_bytes: self.peak_bytes });
            }
            (Ok(1), [KILL]) => self.processes.signal(Signal::SIGKILL),
            (Err(error), _) if error.kind() == io::ErrorKind::Interrupted => {}
            _ => return false,
        }
        true
    }

    fn watch(&mut self) {
        self.peak_bytes = self.peak_bytes.max(self.processes.memory_bytes());
        if self.peak_bytes > self.limit_bytes && !self.killed_for_memory {
            self.killed_for_memory = true;
            self.processes.signal(Signal::SIGKILL);
            tell(&mut self.control, &Event::OutOfMemory { peak_bytes: self.peak_bytes });
        }
    }
}

fn tell(control: &mut UnixStream, event: &Event) {
    // A driver that has gone is noticed by the next read.
    let _ = serde_json::to_string(event).map(|line| control.write_all(format!("{line}\n").as_bytes()));
}
