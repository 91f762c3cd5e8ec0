//! The chores of the workspace: what is generated, what is counted, and the rules that hold everywhere.
//!
//! A chore gives back all that it found wrong, each with its place and what to do; nothing stops at the first.
//! Those that write compare first, so an unchanged file keeps its time and cargo builds nothing anew.

pub mod codegen;
mod finding;
mod repo;
mod source;

pub use finding::{Finding, Outcome, count};
pub use repo::{Mode, Repo};

const HELP: &str = "\
cargo xtask <chore>

  codegen [--check] [service..]   write services/*/src/api.rs and the catalogue
";

/// Runs the chore that the arguments name.
pub fn run(args: &[String]) -> Outcome {
    let repo = Repo::here();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let Some((chore, rest)) = words.split_first() else {
        print!("{HELP}");
        return Ok(());
    };
    let (flags, names): (Vec<&str>, Vec<&str>) = rest.iter().partition(|word| word.starts_with('-'));
    if let Some(flag) = flags.iter().find(|flag| !["--check", "--json"].contains(*flag)) {
        return Err(vec![Finding::new(
            "cargo xtask",
            format!("{flag} is no flag of any chore"),
            "see cargo xtask help",
        )]);
    }
    let mode = if flags.contains(&"--check") { Mode::Check } else { Mode::Write };
    match *chore {
        "codegen" => codegen::run(&repo, &names, mode),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(vec![Finding::new("cargo xtask", format!("{other} is no chore"), "see cargo xtask help")]),
    }
}
