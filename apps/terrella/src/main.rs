//! `terrella`: a local AWS in one binary. Flags, sockets and wiring; the only reader of the environment and arguments.
#![expect(clippy::disallowed_methods, reason = "the binary is where the environment and files are read")]

mod address;
mod authority;
mod banner;
mod client;
mod diagrams;
mod doctor;
mod env;
mod estate;
mod flags;
mod functions;
mod initscripts;
mod localstack;
mod log;
mod policy;
mod regions;
mod snapshots;
mod start;
mod verbs;
mod why;

use clap::Parser;
use std::process::ExitCode;

/// A request makes some two hundred small allocations, and what its own worker allocated another often frees: glibc's
/// allocator took a fifth of the time for them, musl's would take most of it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // A launcher clones itself: it must have one thread, and nothing of this program's but what it needs.
    if functions::is_launcher() {
        return runner::sandbox_main();
    }
    verbs::run(flags::Flags::parse().verb)
}
