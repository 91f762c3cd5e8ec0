//! The launcher on its own, for tests and for trying a sandbox by hand.

use std::process::ExitCode;

fn main() -> ExitCode {
    runner::sandbox_main()
}
