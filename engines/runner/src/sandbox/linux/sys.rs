//! The system calls that have no safe form. Each is called in a process of one thread.
#![expect(clippy::disallowed_methods, reason = "the kernel tells of capabilities by a file")]

use nix::cmsg_space;
use nix::errno::Errno;
use nix::sched::CloneFlags;
use nix::sys::signal::{SigHandler, Signal, signal};
use nix::sys::socket::{ControlMessageOwned, MsgFlags, UnixAddr, recvmsg};
use nix::unistd::Pid;
use std::ffi::CStr;
use std::io::IoSliceMut;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::process::exit;

/// A process by `clone`; `None` in the child, which goes on with a copy of everything, as after `fork`.
#[expect(unsafe_code, reason = "a fork; safe because the calling process has one thread")]
pub(super) fn clone(flags: CloneFlags) -> Result<Option<Pid>, Errno> {
    let flags = libc::c_long::from(flags.bits() | libc::SIGCHLD);
    // SAFETY: no stack is given, so the child runs on a copy of this one; the process has one thread, so no lock that
    // the child may need is held by another.
    let pid = Errno::result(unsafe { libc::syscall(libc::SYS_clone, flags, 0, 0, 0, 0) })?;
    Ok((pid != 0).then(|| Pid::from_raw(pid as libc::pid_t)))
}

/// Makes a mount and all below it read-only, and their set-user-id bits void.
#[expect(unsafe_code, reason = "mount_setattr has no wrapper")]
pub(super) fn read_only_recursively(path: &CStr) -> Result<(), Errno> {
    let attributes = libc::mount_attr {
        attr_set: libc::MOUNT_ATTR_RDONLY | libc::MOUNT_ATTR_NOSUID,
        attr_clr: 0,
        propagation: 0,
        userns_fd: 0,
    };
    let flags = libc::AT_RECURSIVE as libc::c_long;
    // SAFETY: the path ends in NUL, and the structure is passed with its own size.
    let done = unsafe {
        let size = size_of::<libc::mount_attr>();
        libc::syscall(libc::SYS_mount_setattr, libc::AT_FDCWD, path.as_ptr(), flags, &raw const attributes, size)
    };
    Errno::result(done).map(drop)
}

/// Gives up every capability for good: those that a program could gain by being executed.
#[expect(unsafe_code, reason = "PR_CAPBSET_DROP has no wrapper")]
pub(super) fn drop_bounding_set() {
    for capability in 0..64 {
        // SAFETY: takes numbers only. It fails beyond the last capability, or where there is nothing to give up.
        if unsafe { libc::prctl(libc::PR_CAPBSET_DROP, capability, 0, 0, 0) } != 0 {
            break;
        }
    }
}

/// Whether this process may mount: its effective capabilities hold `CAP_SYS_ADMIN` (21), `CAP_SETUID` (7) and `CAP_SETGID` (6).
pub(super) fn may_mount() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let effective = status.lines().find_map(|line| line.strip_prefix("CapEff:"));
    let bits = effective.and_then(|hex| u64::from_str_radix(hex.trim(), 16).ok()).unwrap_or_default();
    [21, 7, 6].iter().all(|bit| bits >> bit & 1 == 1)
}

/// Whether a user's number means somebody in this process's user namespace: a container may know few.
pub(super) fn knows_user(uid: u32) -> bool {
    let map = std::fs::read_to_string("/proc/self/uid_map").unwrap_or_default();
    let holds = |line: &str| {
        let mut numbers = line.split_whitespace().map(|n| n.parse::<u64>().unwrap_or_default());
        let (first, count) = (numbers.next().unwrap_or_default(), numbers.nth(1).unwrap_or_default());
        (first..first.saturating_add(count)).contains(&u64::from(uid))
    };
    map.lines().any(holds)
}

/// Marks all descriptors above the standard three to be closed by `exec`.
#[expect(unsafe_code, reason = "close_range has no wrapper")]
pub(super) fn close_on_exec_above_stdio() {
    // SAFETY: takes numbers only. Where the kernel lacks it, descriptors that Rust opened are marked already.
    unsafe { libc::syscall(libc::SYS_close_range, 3, libc::c_uint::MAX, libc::CLOSE_RANGE_CLOEXEC) };
}

/// Children vanish without being waited for.
#[expect(unsafe_code, reason = "signal dispositions are global to the process")]
pub(super) fn reap_children_automatically() {
    // SAFETY: no handler is installed. It cannot fail for this signal.
    let _ = unsafe { signal(Signal::SIGCHLD, SigHandler::SigIgn) };
}

/// Puts back what Rust and the launcher changed: programs inherit ignored signals.
#[expect(unsafe_code, reason = "signal dispositions are global to the process")]
pub(super) fn default_signals() {
    for each in [Signal::SIGCHLD, Signal::SIGPIPE] {
        // SAFETY: no handler is installed. It cannot fail for these signals.
        let _ = unsafe { signal(each, SigHandler::SigDfl) };
    }
}

/// Closes a descriptor whose owner lives in another process's copy of this memory.
pub(super) fn close(descriptor: &OwnedFd) {
    // Closing can only report that it was closed already.
    let _ = nix::unistd::close(descriptor.as_raw_fd());
}

/// Ends the process with no more ado than `exit` makes in a process without other threads.
pub(super) fn leave(code: i32) -> ! {
    exit(code)
}

/// A plan's length and its two descriptors: control and output. `None` at the socket's end.
#[expect(unsafe_code, reason = "descriptors arrive as numbers")]
pub(super) fn receive(socket: &OwnedFd, buffer: &mut [u8]) -> Result<Option<(usize, OwnedFd, OwnedFd)>, Errno> {
    let mut space = cmsg_space!([RawFd; 2]);
    let mut parts = [IoSliceMut::new(buffer)];
    let flags = MsgFlags::MSG_CMSG_CLOEXEC;
    let message = recvmsg::<UnixAddr>(socket.as_raw_fd(), &mut parts, Some(&mut space), flags)?;
    let mut owned = Vec::new();
    for part in message.cmsgs()? {
        if let ControlMessageOwned::ScmRights(descriptors) = part {
            // SAFETY: the kernel has just made these descriptors for this process, and nobody else knows them.
            owned.extend(descriptors.into_iter().map(|d| unsafe { OwnedFd::from_raw_fd(d) }));
        }
    }
    let output = owned.pop();
    match (owned.pop(), output) {
        (Some(control), Some(output)) => Ok(Some((message.bytes, control, output))),
        _ => Ok(None),
    }
}
