//! The protocol cases of botocore and Smithy, turned round for a server, and as they stand for our own clients.
//!
//! What does not pass is named with its reason in `protocols.exceptions.toml`; a named case that passes fails the test.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod botocore;
mod errors;
mod exceptions;
mod form;
mod hostile;
mod malformed;
mod messages;
mod services;
mod smithy;
mod trees;
mod values;

use exceptions::Exceptions;

/// One case, checked in one direction.
pub struct Outcome {
    /// The section of the exceptions' file.
    pub section: String,
    /// The case's id.
    pub id: String,
    /// What went wrong.
    pub result: Result<(), String>,
}

/// A file below `tests/protocols/vectors`.
#[expect(clippy::disallowed_methods, reason = "the vectors are files")]
pub fn vectors(path: &str) -> String {
    let path = format!("{}/../../tests/protocols/vectors/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn judge(outcomes: Vec<Outcome>, least: usize) {
    assert!(outcomes.len() >= least, "only {} checks were found", outcomes.len());
    let exceptions = Exceptions::read();
    let mut wrong = Vec::new();
    let (mut passed, mut excepted) = (0, 0);
    for Outcome { section, id, result } in &outcomes {
        match (result, exceptions.reason(section, id)) {
            (Ok(()), None) => passed += 1,
            (Err(_), Some(_)) => excepted += 1,
            (Ok(()), Some(_)) => wrong.push(format!("[{section}] {id} passes: take it off the exceptions")),
            (Err(e), None) => wrong.push(format!("[{section}] {id}: {e}")),
        }
    }
    let sections: Vec<&str> = outcomes.iter().map(|o| &*o.section).collect();
    for (section, id) in exceptions.entries(&sections) {
        if !outcomes.iter().any(|o| o.section == section && o.id == id) {
            wrong.push(format!("[{section}] {id} is an exception but no case"));
        }
    }
    println!("{passed} checks passed, {excepted} are named exceptions, of {}", outcomes.len());
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn botocore_requests() {
    judge(botocore::requests(), 700);
}

#[test]
fn botocore_replies() {
    judge(botocore::replies(), 600);
}

#[test]
fn smithy_requests() {
    judge(smithy::requests(), 700);
}

#[test]
fn smithy_replies() {
    judge(smithy::replies(), 500);
}

#[test]
fn smithy_errors() {
    judge(errors::replies(), 15);
}

#[test]
fn smithy_malformed_requests() {
    judge(malformed::requests(), 400);
}
