//! The processes of a sandbox, as its init sees them.
#![expect(clippy::disallowed_methods, reason = "the kernel tells of processes by files")]

use nix::poll::{PollTimeout, poll};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs;

/// How often killing and stopping look again for processes born meanwhile; bounded, because a process that cannot die
/// at once (in a system call of the kernel's) must not hang init.
const ROUNDS: usize = 1000;

/// How a sandbox's processes are found and told.
#[derive(Clone, Copy)]
pub(super) struct Processes {
    /// Whether this process is the first of a process namespace, so that "all" means the sandbox.
    pub(super) own_namespace: bool,
}

impl Processes {
    /// Sends a signal to all of them, those that appear meanwhile included.
    pub(super) fn signal(self, signal: Signal) {
        if self.own_namespace {
            // The kernel does it in one step; there may be nobody left.
            let _ = kill(Pid::from_raw(-1), signal);
            return;
        }
        let mut told: Vec<i32> = Vec::new();
        for _ in 0..ROUNDS {
            let all = self.list();
            let new: Vec<i32> = all.into_iter().filter(|pid| !told.contains(pid)).collect();
            if new.is_empty() {
                return;
            }
            for pid in &new {
                let _ = kill(Pid::from_raw(*pid), signal);
            }
            told.extend(new);
        }
    }

    /// Stops all of them, and returns when each thread stands still: a signal that was sent is not obeyed yet.
    pub(super) fn stop(self) {
        self.signal(Signal::SIGSTOP);
        for _ in 0..ROUNDS {
            if self.list().into_iter().all(stands_still) {
                return;
            }
            // The kernel tells of a stop only for init's own children; one of those that are left needs the processor.
            let _ = poll(&mut [], PollTimeout::from(1_u8));
        }
    }

    /// What they hold of memory together: resident pages that are not shared, in bytes.
    pub(super) fn memory_bytes(self) -> u64 {
        self.list().into_iter().map(unshared_bytes).sum()
    }

    fn list(self) -> Vec<i32> {
        if self.own_namespace {
            let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
            let numbers = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
            return numbers.filter(|pid| *pid != 1).collect();
        }
        let mut all = children(std::process::id() as i32);
        let mut at = 0;
        while let Some(pid) = all.get(at).copied() {
            all.extend(children(pid));
            at += 1;
        }
        all
    }
}

/// The children of a process. Orphans are init's own, for it is a subreaper.
fn children(pid: i32) -> Vec<i32> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let lists = threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().filter_map(|n| n.parse().ok()).collect::<Vec<_>>()).collect()
}

/// Whether every thread of a process has stopped or ended.
fn stands_still(pid: i32) -> bool {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let stats = threads.filter_map(|thread| fs::read_to_string(thread.path().join("stat")).ok());
    // The name before the state is in parentheses and may hold any character.
    stats.into_iter().all(|stat| stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with(['T', 't', 'Z', 'X'])))
}

fn unshared_bytes(pid: i32) -> u64 {
    const PAGE_BYTES: u64 = 4096;
    let text = fs::read_to_string(format!("/proc/{pid}/statm")).unwrap_or_default();
    let mut pages = text.split(' ').skip(1).map(|n| n.parse::<u64>().unwrap_or_default());
    let (resident, shared) = (pages.next().unwrap_or_default(), pages.next().unwrap_or_default());
    resident.saturating_sub(shared) * page_bytes().unwrap_or(PAGE_BYTES)
}

fn page_bytes() -> Option<u64> {
    let size = nix::unistd::sysconf(nix::unistd::SysconfVar::PAGE_SIZE).ok().flatten()?;
    u64::try_from(size).ok()
}
