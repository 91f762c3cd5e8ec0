//! `terrella policy`: questions to the one policy engine, of what is in force, of what was recorded, and of what is proposed.

mod diff;
mod explain;
mod flags;
mod least;
mod organisation;
mod preflight;
mod principal;
mod recorded;
mod resource_policy;

pub use flags::PolicyVerb;

use crate::client::Failure;
use std::path::Path;
use std::process::ExitCode;

/// Runs one of the verbs.
pub fn run(verb: PolicyVerb) -> Result<ExitCode, Failure> {
    match verb {
        PolicyVerb::Explain(flags) => explain::run(&flags)?,
        PolicyVerb::Least(flags) => least::run(&flags)?,
        PolicyVerb::Preflight(flags) => return preflight::run(&flags),
        PolicyVerb::Diff(flags) => return diff::run(&flags),
    }
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|e| Failure(format!("{}: {e}", path.display())))
}

fn compiled(name: &str, text: &str) -> Result<::policy::Document, Failure> {
    let document = ::policy::Document::parse(text, ::policy::Limits::default());
    document.map_err(|e| Failure(format!("{name} is no policy: {}", e.detail())))
}
