//! Functions that do what they should not.

use crate::bed::{Bed, text};
use runner::Isolation;
use std::io::Read;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::sync::Arc;

#[test]
fn what_functions_are_made_of_is_their_owners_alone() {
    let bed = Bed::new();
    let mode = bed.folder.path().join("runner").metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn a_memory_hog_is_killed() {
    for isolation in Bed::isolations().into_iter().filter(|i| *i != Isolation::Process) {
        let bed = Bed::with(|settings| settings.isolation = Some(isolation));
        let spec = Arc::new(bed.fixture());
        let (error_type, payload, end) = bed.error(&spec, "\"hog\"");
        assert_eq!(error_type, "Runtime.ExitError", "{isolation}");
        assert!(payload.contains("Runtime exited with error: signal: killed"), "{payload}");
        assert!(end.timing.out_of_memory && text(&end).contains("Max Memory Used: 128 MB"), "{}", text(&end));
    }
}

#[test]
fn a_fork_bomb_is_bounded() {
    if !Bed::works(Isolation::Namespaces) {
        return;
    }
    let bed = Bed::new();
    let mut spec = bed.fixture();
    spec.memory_mb = 10_240;
    let spec = Arc::new(spec);
    let born: usize = bed.ask(&spec, "multiply").parse().unwrap();
    assert!((100..=1024).contains(&born), "{born}");
}

#[test]
fn a_flood_of_output_is_bounded() {
    let bed = Bed::with(|settings| settings.max_log_bytes = 100 << 10);
    let spec = Arc::new(bed.fixture());
    let end = bed.run(&spec, "\"flood 10240\"");
    end.result.clone().unwrap();
    let log = text(&end);
    assert!(log.len() < 102 << 10 && log.contains("bytes of log were dropped"), "{}", log.len());
    assert!(log.trim_end().lines().last().unwrap().starts_with("REPORT"), "the platform's lines are kept");
}

#[test]
fn answers_are_bounded() {
    let bed = Bed::new();
    let spec = Arc::new(bed.fixture());
    let (error_type, payload, _) = bed.error(&spec, "\"big 6291557\"");
    assert_eq!(error_type, "Function.ResponseSizeTooLarge");
    assert!(
        payload.contains("Response payload size exceeded maximum allowed payload size (6291556 bytes)."),
        "{payload}"
    );
    assert_eq!(bed.ask(&spec, "big 6291556").len(), 6_291_556);
}

#[test]
fn the_runtime_api_keeps_its_order() {
    let bed = Bed::new();
    let spec = Arc::new(bed.fixture());
    for (verb, answer, said) in [
        ("twice", "1", "second: 403"),
        ("other", "\"mine\"", "other: 400"),
        ("reconnect", "\"again\"", ""),
        ("truncate", "\"whole\"", ""),
        ("garble", "\"spoken\"", ""),
        ("extend", "null", "extension: 501"),
    ] {
        let end = bed.run(&spec, &format!("{verb:?}"));
        let log = text(&end);
        assert_eq!(end.result.as_deref(), Ok(answer.as_bytes()), "{verb}: {log}");
        assert!(log.contains(said), "{verb}: {log}");
    }
    let (error_type, _, end) = bed.error(&spec, "\"stream\"");
    assert_eq!(error_type, "Runtime.StreamingNotImplemented");
    assert!(text(&end).contains("stream: 501"));
    let (error_type, _, end) = bed.error(&spec, "\"abandon\"");
    assert_eq!(error_type, "Runtime.ExitError");
    assert!(text(&end).contains("next: 403"), "{}", text(&end));
}

#[test]
fn whatever_a_function_started_ends_with_its_sandbox() {
    for isolation in Bed::isolations().into_iter().filter(|i| *i != Isolation::Process) {
        let bed = Bed::with(|settings| settings.isolation = Some(isolation));
        let spec = Arc::new(bed.fixture());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        assert_eq!(bed.ask(&spec, &format!("keep {}", listener.local_addr().unwrap())), "true");
        let (mut held, _) = listener.accept().unwrap();
        bed.runner.retire(&spec.id.arn);
        // Ends when the last process that holds the other side has gone.
        assert_eq!(held.read(&mut [0; 1]).unwrap(), 0, "{isolation}");
    }
}

/// Not a test of its own: the server that the next one kills.
#[test]
fn server_to_be_killed() {
    let Ok(address) = std::env::var("RUNNER_HOLD") else { return };
    let bed = Bed::new();
    let spec = Arc::new(bed.fixture());
    bed.run(&spec, &format!("\"hold {address}\""));
}

#[test]
fn nothing_outlives_a_killed_server() {
    if !Bed::works(Isolation::Confined) {
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut server = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "hostile::server_to_be_killed"])
        .env("RUNNER_HOLD", listener.local_addr().unwrap().to_string())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let (mut held, _) = listener.accept().unwrap();
    let mut up = [0; 2];
    held.read_exact(&mut up).unwrap();
    server.kill().unwrap();
    server.wait().unwrap();
    assert_eq!(held.read(&mut [0; 1]).unwrap(), 0);
}
