//! `cargo xtask`: the chores of the workspace.
#![expect(clippy::disallowed_methods, reason = "a command reads its arguments")]

use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match xtask::run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(findings) => {
            for finding in &findings {
                eprintln!("{finding}");
            }
            eprintln!("{} to put right", xtask::count(findings.len(), "thing"));
            ExitCode::FAILURE
        }
    }
}
