//! What a function can reach.

use crate::bed::Bed;
use runner::{FunctionSpec, Isolation};
use std::fs;
use std::sync::Arc;

fn check(bed: &Bed, spec: &Arc<FunctionSpec>, cases: &[(String, bool)]) {
    for (verb, may) in cases {
        let answer = bed.ask(spec, verb);
        assert_eq!(answer.starts_with("Ok("), *may, "{verb}: {answer}");
    }
}

#[test]
fn namespaces_hide_the_machine() {
    if !Bed::works(Isolation::Namespaces) {
        return;
    }
    let bed = Bed::with(|settings| settings.isolation = Some(Isolation::Namespaces));
    let mut spec = bed.fixture();
    spec.ephemeral_storage_mb = 4;
    let spec = Arc::new(spec);
    let secret = bed.folder.path().join("secret");
    fs::write(&secret, "s").unwrap();
    let secret = secret.display();
    check(
        &bed,
        &spec,
        &[
            (format!("read {secret}"), false),
            ("list /root".into(), false),
            ("list /home".into(), false),
            ("read /etc/shadow".into(), false),
            ("read /etc/passwd".into(), true),
            ("write /var/task/x".into(), false),
            ("write /usr/x".into(), false),
            ("write /x".into(), false),
            ("write /etc/passwd".into(), false),
            ("write /dev/x".into(), false),
            ("write /tmp/x".into(), true),
            ("read /tmp/x".into(), true),
            ("fill /tmp/y".into(), false),
            ("write /dev/null".into(), true),
            ("write /dev/stdout".into(), true),
        ],
    );
    // Its own processes only: itself and its init.
    let pids = bed.ask(&spec, "list /proc");
    assert_eq!(pids.split('"').filter(|name| name.parse::<u32>().is_ok()).count(), 2, "{pids}");
    // Another sandbox has another /tmp.
    let other = Arc::new(bed.fixture());
    check(&bed, &other, &[("read /tmp/x".into(), false)]);
    let status = bed.ask(&other, "read /proc/self/status");
    for line in ["CapEff:\\t0000000000000000", "CapBnd:\\t0000000000000000", "NoNewPrivs:\\t1", "Seccomp:\\t2"] {
        assert!(status.contains(line), "{line} in {status}");
    }
    assert!(!status.contains("Uid:\\t0\\t"), "not root: {status}");
}

#[test]
fn seccomp_refuses_what_changes_the_machine() {
    for isolation in Bed::isolations().into_iter().filter(|i| *i != Isolation::Process) {
        let bed = Bed::with(|settings| settings.isolation = Some(isolation));
        let spec = Arc::new(bed.fixture());
        for command in ["mount -t tmpfs x /tmp", "unshare -Ur true", "chroot / true"] {
            let answer = bed.ask(&spec, &format!("system {command}"));
            assert_ne!(answer, "Ok(Some(0))", "{isolation}: {command}");
        }
        assert_eq!(bed.ask(&spec, "system true"), "Ok(Some(0))");
    }
}

#[test]
fn landlock_keeps_files_without_namespaces() {
    if !Bed::works(Isolation::Confined) {
        return;
    }
    let bed = Bed::with(|settings| settings.isolation = Some(Isolation::Confined));
    let spec = Arc::new(bed.fixture());
    let secret = bed.folder.path().join("secret");
    fs::write(&secret, "s").unwrap();
    let tmp = bed.ask(&spec, "env TMPDIR").trim_matches('"').to_owned();
    check(
        &bed,
        &spec,
        &[
            (format!("read {}", secret.display()), false),
            ("write /tmp/runner-escape".into(), false),
            (format!("write {}/x", bed.folder.path().join("fixture").display()), false),
            (format!("write {tmp}/x"), true),
            (format!("read {tmp}/x"), true),
        ],
    );
}

/// The states of the processes that were started with a variable of this value.
fn states(value: &str) -> Vec<char> {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let marked = processes.filter(|process| {
        let variables = fs::read(process.path().join("environ")).unwrap_or_default();
        variables.split(|byte| *byte == 0).any(|variable| variable == format!("MARK={value}").as_bytes())
    });
    let state = |stat: String| stat.rsplit(") ").next().and_then(|rest| rest.chars().next());
    marked.filter_map(|process| state(fs::read_to_string(process.path().join("stat")).ok()?)).collect()
}

#[test]
fn processes_are_stopped_between_invocations() {
    for isolation in Bed::isolations().into_iter().filter(|i| *i != Isolation::Process) {
        let bed = Bed::with(|settings| settings.isolation = Some(isolation));
        let mut spec = bed.fixture();
        let mark = bed.folder.path().display().to_string();
        spec.environment.insert("MARK".into(), mark.clone());
        let spec = Arc::new(spec);
        bed.ask(&spec, "echo x");
        assert_eq!(states(&mark), ['T'], "{isolation}");
        assert_eq!(bed.ask(&spec, "served"), "2");
        // What the function left running is busy: it has not stopped yet when the signal has only been sent.
        let busy = "(while :; do :; done) >/dev/null 2>&1 &";
        bed.ask(&spec, &format!("system {busy} {busy} {busy}"));
        for _ in 0..20 {
            assert_eq!(states(&mark), ['T'; 4], "{isolation}");
            bed.ask(&spec, "echo x");
        }
    }
}

#[test]
fn capabilities_are_said() {
    let bed = Bed::new();
    let capabilities = bed.runtime.block_on(bed.runner.capabilities()).unwrap();
    if capabilities.isolation != Isolation::Namespaces {
        assert!(!capabilities.notes.is_empty(), "a lower rung says why");
    }
    eprintln!("{capabilities:?}");
    let plain = Bed::with(|settings| settings.isolation = Some(Isolation::Process));
    let notes = plain.runtime.block_on(plain.runner.capabilities()).unwrap().notes;
    assert!(notes.iter().any(|note| note.contains("plain processes")), "{notes:?}");
}
