//! `terrella`: a local AWS in one binary. Flags, sockets and wiring; the only reader of the environment and arguments.
#![expect(clippy::disallowed_methods, reason = "the binary is where the environment and files are read")]

mod banner;
mod client;
mod doctor;
mod flags;
mod initscripts;
mod localstack;
mod log;
mod start;
mod verbs;
mod why;

use clap::Parser;
use pipeline::{Directory, Entry};
use std::process::ExitCode;
use std::sync::LazyLock;

fn main() -> ExitCode {
    verbs::run(flags::Flags::parse().verb)
}

/// All services, built or only modelled.
fn directory() -> &'static Directory {
    static DIRECTORY: LazyLock<Directory> = LazyLock::new(|| {
        let entries = catalog::modelled().iter().map(|m| Entry::new(m.routes, m.model(), m.implemented()));
        Directory::new(entries.collect())
    });
    &DIRECTORY
}
