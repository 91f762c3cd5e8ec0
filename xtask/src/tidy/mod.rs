//! The rules that hold everywhere and that no compiler knows. Each file here is one kind of rule; its doc comment says why.

mod documents;
mod handlers;
mod layers;
mod manifests;
mod sizes;
mod words;

use crate::finding::outcome;
use crate::source::Source;
use crate::{Finding, Outcome, Repo};

/// The files that the rules are about, read once.
pub(crate) struct Tree<'a> {
    repo: &'a Repo,
    /// Paths of all text files of the tree.
    paths: Vec<String>,
    rust: Vec<Source>,
}

/// Checks all rules and reports all breaches.
pub fn run(repo: &Repo) -> Outcome {
    let paths = repo.files("", &is_foreign);
    let rust = paths.iter().filter(|p| p.ends_with(".rs")).map(|p| Ok(Source::new(p, repo.read(p)?)));
    let rust = rust.collect::<Outcome<Vec<Source>>>()?;
    let tree = Tree { repo, paths, rust };
    let mut findings = Vec::new();
    findings.extend(sizes::check(&tree));
    findings.extend(words::check(&tree));
    findings.extend(handlers::check(&tree));
    findings.extend(documents::check(&tree));
    findings.extend(manifests::check(&tree));
    findings.extend(layers::check(repo).unwrap_or_else(|failed| failed));
    outcome(findings)
}

/// Names the files that are over the soft limit; they break no rule.
pub fn warnings(repo: &Repo) -> Vec<Finding> {
    let paths = repo.files("", &|path| is_foreign(path));
    let rust = paths.iter().filter(|p| p.ends_with(".rs")).flat_map(|p| Some(Source::new(p, repo.read(p).ok()?)));
    sizes::soft(&rust.collect::<Vec<_>>())
}

/// What lies in the tree and is not ours: git's own, build output, installed packages, and `.gitignore`'s rest.
fn is_foreign(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    [".git", "target", "node_modules", ".venv", "__pycache__", ".terrella", ".pytest_cache"].contains(&name)
        || name.ends_with(".log")
}

/// Whether a file is written by `cargo xtask codegen`.
fn is_generated(path: &str) -> bool {
    path.ends_with("/src/api.rs") && path.starts_with("services/") || path == "crates/catalog/src/generated.rs"
}
