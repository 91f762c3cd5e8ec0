//! The lowest rung: a process like any other, in a process group of its own. The only one off Linux.

use super::plan::{FREEZE, KILL, RESUME};
use super::{Event, Link, Plan, Step};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, Stdio};
use std::thread;

/// Starts the program. Two threads stand in for init: one waits for its end, one for commands.
pub(super) fn start(plan: &Plan) -> io::Result<Link> {
    let (ours, theirs) = UnixStream::pair()?;
    let (output, write) = io::pipe()?;
    let mut events = theirs.try_clone()?;
    match spawn(plan, write) {
        Ok(child) => {
            tell(&mut events, &Event::Started { notes: Vec::new() });
            let group = Pid::from_raw(child.id() as i32);
            let commands = theirs.try_clone()?;
            thread::Builder::new().name("runner-obey".into()).spawn(move || obey(commands, group))?;
            thread::Builder::new().name("runner-wait".into()).spawn(move || wait(child, events))?;
        }
        Err(error) => tell(&mut events, &Event::Failed { step: Step::Exec, message: error.to_string() }),
    }
    Link::new(ours, OwnedFd::from(output))
}

fn spawn(plan: &Plan, output: io::PipeWriter) -> io::Result<Child> {
    let (program, arguments) = plan.command.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    #[expect(clippy::disallowed_methods, reason = "running processes is what this crate is for")]
    let mut command = Command::new(program);
    command.args(arguments).env_clear().envs(plan.variables.iter().map(|(k, v)| (k, v))).current_dir(&plan.folder);
    command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output).process_group(0);
    command.spawn()
}

fn tell(events: &mut UnixStream, event: &Event) {
    // A driver that has gone needs no telling.
    let _ = serde_json::to_string(event).map(|line| events.write_all(format!("{line}\n").as_bytes()));
}

/// Obeys until the socket closes, and then leaves nothing of the group.
fn obey(mut commands: UnixStream, group: Pid) {
    let mut byte = [0];
    loop {
        let read = commands.read(&mut byte);
        let signal = match (read, byte[0]) {
            (Ok(1), RESUME) => Signal::SIGCONT,
            (Ok(1), FREEZE) => Signal::SIGSTOP,
            (Ok(1), KILL) => Signal::SIGKILL,
            _ => break,
        };
        // The group may be gone already.
        let _ = killpg(group, signal);
        if signal == Signal::SIGSTOP {
            tell(&mut commands, &Event::Frozen { peak_bytes: 0 });
        }
    }
    let _ = killpg(group, Signal::SIGKILL);
}

fn wait(mut child: Child, mut events: UnixStream) {
    let status = child.wait();
    let group = Pid::from_raw(child.id() as i32);
    let _ = killpg(group, Signal::SIGKILL);
    let code = status.as_ref().ok().and_then(std::process::ExitStatus::code);
    let signal = status.ok().and_then(|s| s.signal()).map(super::signal_name);
    tell(&mut events, &Event::Exited { code, signal });
    // Wakes the other thread, which would otherwise wait for commands until the driver lets go.
    let _ = events.shutdown(std::net::Shutdown::Both);
}
