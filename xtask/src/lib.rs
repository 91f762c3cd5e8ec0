//! The chores of the workspace: what is generated, what is counted, and the rules that hold everywhere.
//!
//! A chore gives back all that it found wrong, each with its place and what to do; nothing stops at the first.
//! Those that write compare first, so an unchanged file keeps its time and cargo builds nothing anew.

pub mod codegen;
pub mod coverage;
mod destructure;
mod finding;
pub mod licences;
pub mod new_service;
mod repo;
mod source;
pub mod tidy;
pub mod timings;

pub use finding::{Finding, Outcome, count};
pub use repo::{Mode, Repo};

const HELP: &str = "\
cargo xtask <chore>

  codegen [--check] [service..]     write services/*/src/api.rs and the catalogue
  new-service <name>                make a folder for a service, by its model's name or endpoint prefix
  coverage [--check] [--json]       count what is built and write the end of each service's README
  tidy                              check the rules that no compiler knows
  licences                          check the licence of everything that is linked
  timings [--json] [package..]      build from nothing and print the slowest crates
";

/// Runs the chore that the arguments name.
pub fn run(args: &[String]) -> Outcome {
    let repo = Repo::here();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let (chore, rest) = words.split_first().map_or(("help", &[][..]), |(chore, rest)| (*chore, rest));
    let (flags, names): (Vec<&str>, Vec<&str>) = rest.iter().partition(|word| word.starts_with('-'));
    let known: &[&str] = match chore {
        "codegen" => &["--check"],
        "coverage" => &["--check", "--json"],
        "timings" => &["--json"],
        _ => &[],
    };
    if let Some(flag) = flags.iter().find(|flag| !known.contains(*flag)) {
        return Finding::new("cargo xtask", format!("{flag} is no flag of {chore}"), "see `cargo xtask help`").alone();
    }
    let mode = if flags.contains(&"--check") { Mode::Check } else { Mode::Write };
    let as_json = flags.contains(&"--json");
    match chore {
        "codegen" => codegen::run(&repo, &names, mode),
        "new-service" => new_service::run(&repo, &names),
        "coverage" => coverage::run(&repo, mode, as_json),
        "tidy" => {
            for warning in tidy::warnings(&repo)? {
                eprintln!("{warning}");
            }
            tidy::run(&repo)
        }
        "licences" => licences::run(&repo),
        "timings" => timings::run(&repo, &names, as_json),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => Finding::new("cargo xtask", format!("{other} is no chore"), "see `cargo xtask help`").alone(),
    }
}
