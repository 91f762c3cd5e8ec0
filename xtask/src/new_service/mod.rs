//! A folder for a new service that a newcomer can fill: it compiles at once, with no operation yet. The door refuses
//! all of them by name until a function of their name stands in `ops/`.

mod guess;

use crate::codegen::{self, snake};
use crate::{Finding, Mode, Outcome, Repo, coverage};
use guess::Guess;

/// Files of the template with their places in the folder.
const FILES: &[(&str, &str)] = &[
    ("Cargo.toml", include_str!("template/Cargo.toml.in")),
    ("service.toml", include_str!("template/service.toml.in")),
    ("README.md", include_str!("template/README.md.in")),
    ("src/lib.rs", include_str!("template/lib.rs.in")),
    ("src/state.rs", include_str!("template/state.rs.in")),
    ("src/access.rs", include_str!("template/access.rs.in")),
    ("src/errors.rs", include_str!("template/errors.rs.in")),
    ("src/timers.rs", include_str!("template/timers.rs.in")),
    ("src/ops/mod.rs", include_str!("template/ops.rs.in")),
    ("tests/.keep", ""),
];

/// Makes `services/<prefix>/` for the API that `name` means: a model's file name or an endpoint prefix.
pub fn run(repo: &Repo, names: &[&str]) -> Outcome {
    let [name] = names else {
        let fix = "cargo xtask new-service <name>, such as `backup`; models/botocore/ lists what is known";
        return Finding::new("cargo xtask new-service", "one name is needed", fix).alone();
    };
    let guess = Guess::of(repo, name)?;
    let folder = format!("services/{}", guess.prefix);
    if repo.has(&folder) {
        return Finding::new(&folder, "is there already", "work in it: CONTRIBUTING.md, \"Add an operation\"").alone();
    }
    for (path, template) in FILES {
        repo.generated(&format!("{folder}/{path}"), &fill(template, &guess), Mode::Write, "")?;
    }
    codegen::run(repo, &[&guess.prefix], Mode::Write)?;
    coverage::update(repo, &guess.prefix)?;
    println!("{folder} is there, with no operation yet. Next:");
    println!("  1. check the guesses in {folder}/service.toml against AWS's pages");
    println!("  2. write a handler in {folder}/src/ops/, its function in src/access.rs, its rows in src/state.rs");
    println!("  3. cargo xtask codegen {0} && cargo test -p {0}", guess.prefix);
    Ok(())
}

fn fill(template: &str, guess: &Guess) -> String {
    let Guess { prefix, model, title, iam_prefix, arn_service, event_source, .. } = guess;
    let Guess { global, access_denied, validation_code, first, .. } = guess;
    let pairs = [
        ("{prefix}", prefix.as_str()),
        ("{model}", model),
        ("{title}", title),
        ("{iam_prefix}", iam_prefix),
        ("{arn_service}", arn_service),
        ("{event_source}", event_source),
        ("{global}", if *global { "true" } else { "false" }),
        ("{access_denied}", access_denied),
        ("{validation_code}", validation_code),
        ("{operation}", first),
        ("{function}", &snake(first)),
    ];
    pairs.iter().fold(template.to_owned(), |text, (key, value)| text.replace(key, value))
}
