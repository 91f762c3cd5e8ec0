//! The launcher: one thread, one socket, one clone for each plan.
//!
//! It ends with its socket; what it cloned ends with it (`PR_SET_PDEATHSIG`) and with its own socket to the driver.

use super::confine::PLAIN_ID;
use super::{init, seccomp, sys};
use nix::errno::Errno;
use nix::sched::CloneFlags;
use nix::unistd::{getegid, geteuid, setsid};
use std::io::Write;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::process::ExitCode;
use std::sync::Arc;

use crate::sandbox::{Event, Isolation, Plan, Step};

/// The largest plan: Lambda's 4 KB of variables many times over.
const MAX_PLAN_BYTES: usize = 192 * 1024;

/// What every sandbox's init is given.
pub(super) struct Start {
    pub(super) plan: Plan,
    pub(super) control: UnixStream,
    pub(super) output: OwnedFd,
    pub(super) filters: Arc<seccomp::Filters>,
    /// Whether the launcher may mount and change user as it is.
    pub(super) privileged: bool,
    pub(super) uid: u32,
    pub(super) gid: u32,
}

/// Serves plans until the socket closes.
pub(in crate::sandbox) fn main() -> ExitCode {
    let Ok(socket) = std::io::stdin().as_fd().try_clone_to_owned() else { return ExitCode::FAILURE };
    // Leaving the server's session: its terminal's signals are not for functions. All sandboxes share this one, because the
    // kernel shares the processors out between sessions first: however many sandboxes work, half is the server's.
    // https://man7.org/linux/man-pages/man7/sched.7.html, "The autogroup feature"
    if setsid().is_err() {
        return ExitCode::FAILURE;
    }
    // Descriptors that leaked into the server must not leak into functions.
    sys::close_on_exec_above_stdio();
    sys::reap_children_automatically();
    let filters = Arc::new(seccomp::Filters::compile());
    let privileged = geteuid().is_root() && sys::may_mount() && sys::knows_user(PLAIN_ID);
    let mut buffer = vec![0; MAX_PLAN_BYTES];
    loop {
        match sys::receive(&socket, &mut buffer) {
            Ok(None) => return ExitCode::SUCCESS,
            Ok(Some((length, control, output))) => {
                let mut control = UnixStream::from(control);
                let plan = buffer.get(..length).ok_or(()).and_then(|b| serde_json::from_slice::<Plan>(b).map_err(drop));
                let Ok(plan) = plan else {
                    fail(&mut control, "the plan cannot be read");
                    continue;
                };
                let filters = Arc::clone(&filters);
                let (uid, gid) = (geteuid().as_raw(), getegid().as_raw());
                launch(Start { plan, control, output, filters, privileged, uid, gid }, &socket);
            }
            Err(Errno::EINTR) => {}
            Err(_) => return ExitCode::FAILURE,
        }
    }
}

fn launch(start: Start, socket: &OwnedFd) {
    let mut flags = CloneFlags::empty();
    if start.plan.isolation == Isolation::Namespaces {
        flags |= CloneFlags::CLONE_NEWNS | CloneFlags::CLONE_NEWPID | CloneFlags::CLONE_NEWIPC;
        if !start.privileged {
            flags |= CloneFlags::CLONE_NEWUSER;
        }
    }
    match sys::clone(flags) {
        Ok(Some(_)) => {}
        Ok(None) => {
            sys::close(socket);
            init::run(start)
        }
        Err(errno) => {
            let mut control = start.control;
            let what = if start.privileged { "a process with its own mounts" } else { "a user namespace" };
            fail(&mut control, &format!("the system refuses {what} ({errno})"));
        }
    }
}

fn fail(control: &mut UnixStream, message: &str) {
    let event = Event::Failed { step: Step::Sandbox, message: message.to_owned() };
    // The driver may have gone; there is nobody else to tell.
    let _ = serde_json::to_string(&event).map(|line| control.write_all(format!("{line}\n").as_bytes()));
}
