//! What a runtime's process gives up before it becomes the runtime.
#![expect(clippy::disallowed_methods, reason = "the kernel takes id maps as files")]

use super::launcher::Start;
use super::sys;
use crate::sandbox::{Isolation, Plan};
use landlock::{
    ABI, Access, AccessFs, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreatedAttr,
    RulesetStatus, Scope,
};
use nix::sched::{CloneFlags, unshare};
use nix::sys::prctl;
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::Signal;
use nix::unistd::{Gid, Uid, setgroups, setresgid, setresuid};
use std::fs;

/// Who functions run as on the machine where the server is root: a number that systemd's list leaves unused.
/// <https://systemd.io/UIDS-GIDS/>
pub(super) const PLAIN_ID: u32 = 60_993;
/// Who they are inside: Lambda's own numbers.
const INSIDE: (u32, u32) = (993, 990);

/// Whose files a sandbox's are, as seen by its init.
pub(super) fn owner(start: &Start) -> (u32, u32) {
    if start.privileged { (PLAIN_ID, PLAIN_ID) } else { INSIDE }
}

/// Makes the ids of a new user namespace known: one inside for one outside.
pub(super) fn map_ids(uid: u32, gid: u32) -> Result<(), String> {
    let write = |file: &str, text: String| {
        fs::write(format!("/proc/self/{file}"), text).map_err(|error| format!("write {file}: {error}"))
    };
    write("setgroups", "deny".into())?;
    write("uid_map", format!("{} {uid} 1", INSIDE.0))?;
    write("gid_map", format!("{} {gid} 1", INSIDE.1))
}

/// Confines this process. Gives what could not be had; fails on what must be had.
pub(super) fn confine(start: &Start) -> Result<Vec<String>, String> {
    let mut notes = Vec::new();
    let plan = &start.plan;
    prctl::set_pdeathsig(Signal::SIGKILL).map_err(|e| format!("PR_SET_PDEATHSIG: {e}"))?;
    if plan.isolation == Isolation::Namespaces && start.privileged {
        become_plain()?;
        // A user namespace of its own counts its processes apart from other sandboxes'.
        match unshare(CloneFlags::CLONE_NEWUSER) {
            Ok(()) => map_ids(PLAIN_ID, PLAIN_ID)?,
            Err(errno) => notes.push(format!("no user namespaces ({errno}): sandboxes share one count of processes")),
        }
    }
    limits(plan)?;
    sys::drop_bounding_set();
    prctl::set_no_new_privs().map_err(|e| format!("PR_SET_NO_NEW_PRIVS: {e}"))?;
    match landlock(plan) {
        Ok(RulesetStatus::FullyEnforced) => {}
        Ok(RulesetStatus::PartiallyEnforced) => notes.push("this kernel's landlock is older: it holds in part".into()),
        Ok(RulesetStatus::NotEnforced) if plan.isolation == Isolation::Confined => return Err("no landlock".into()),
        Ok(RulesetStatus::NotEnforced) => notes.push("this kernel has no landlock".into()),
        Err(error) => return Err(format!("landlock: {error}")),
    }
    if let Err(error) = start.filters.apply() {
        notes.push(format!("no seccomp: {error}"));
    }
    Ok(notes)
}

fn become_plain() -> Result<(), String> {
    let (uid, gid) = (Uid::from_raw(PLAIN_ID), Gid::from_raw(PLAIN_ID));
    setgroups(&[]).map_err(|e| format!("setgroups: {e}"))?;
    setresgid(gid, gid, gid).map_err(|e| format!("setresgid: {e}"))?;
    setresuid(uid, uid, uid).map_err(|e| format!("setresuid: {e}"))?;
    // A change of user makes /proc/self root's, and the id maps there are still to be written.
    prctl::set_dumpable(true).map_err(|e| format!("PR_SET_DUMPABLE: {e}"))
}

fn limits(plan: &Plan) -> Result<(), String> {
    // Never RLIMIT_AS: Node and Go reserve far more addresses than they use.
    let mut limits = vec![
        (Resource::RLIMIT_NPROC, plan.max_processes),
        (Resource::RLIMIT_NOFILE, plan.max_open_files),
        (Resource::RLIMIT_CORE, 0),
    ];
    if plan.isolation == Isolation::Confined {
        // There the folder for files is the disk's; a single file at least does not outgrow it.
        limits.push((Resource::RLIMIT_FSIZE, plan.view.tmp_bytes));
        // The count of processes is the user's, who has others than this sandbox's.
        limits.retain(|(resource, _)| *resource != Resource::RLIMIT_NPROC);
    }
    limits.into_iter().try_for_each(|(r, n)| setrlimit(r, n, n).map_err(|e| format!("{r:?}: {e}")))
}

fn landlock(plan: &Plan) -> Result<RulesetStatus, Box<dyn std::error::Error>> {
    let abi = ABI::V6;
    let ruleset =
        Ruleset::default().set_compatibility(CompatLevel::BestEffort).handle_access(AccessFs::from_all(abi))?;
    let mut rules = ruleset.scope(Scope::from_all(abi))?.create()?;
    let read = AccessFs::from_read(abi);
    let namespaces = plan.isolation == Isolation::Namespaces;
    let system = ["/bin", "/lib", "/lib32", "/lib64", "/sbin", "/usr", "/etc", "/proc", "/dev"];
    let mut readable: Vec<std::path::PathBuf> = system.iter().map(Into::into).collect();
    if namespaces {
        readable = vec!["/".into()];
    } else {
        readable.extend(plan.view.folders.iter().map(|(from, _)| from.clone()));
    }
    for path in readable {
        // What is not there needs no rule.
        if let Ok(opened) = PathFd::new(&path) {
            rules = rules.add_rule(PathBeneath::new(opened, read))?;
        }
    }
    let tmp = PathFd::new(&plan.view.tmp)?;
    rules = rules.add_rule(PathBeneath::new(tmp, AccessFs::from_all(abi)))?;
    let device = AccessFs::from_file(abi) & !AccessFs::Execute;
    for path in ["/dev/null", "/dev/zero", "/dev/full"] {
        rules = rules.add_rule(PathBeneath::new(PathFd::new(path)?, device))?;
    }
    Ok(rules.restrict_self()?.ruleset)
}
