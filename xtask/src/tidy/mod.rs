//! The rules that hold everywhere and that no compiler knows. Each file here is one kind of rule; its doc comment says why.

mod documents;
mod handlers;
mod layers;
mod manifests;
mod peers;
mod resources;
mod sizes;
mod words;

use crate::finding::outcome;
use crate::source::Source;
use crate::{Finding, Outcome, Repo};
use std::collections::BTreeSet;

/// The files that the rules are about, read once.
pub(crate) struct Tree<'a> {
    repo: &'a Repo,
    /// Paths of all text files of the tree.
    paths: Vec<String>,
    rust: Vec<Source>,
}

impl<'a> Tree<'a> {
    fn read(repo: &'a Repo) -> Outcome<Tree<'a>> {
        let paths = repo.files("", &is_foreign);
        let rust = paths.iter().filter(|p| p.ends_with(".rs")).map(|p| Ok(Source::new(p, repo.read(p)?)));
        let mut rust = rust.collect::<Outcome<Vec<Source>>>()?;
        let tests: BTreeSet<String> = rust.iter().flat_map(Source::test_modules).collect();
        for source in &mut rust {
            source.test_module = tests.contains(&source.path);
        }
        Ok(Tree { repo, paths, rust })
    }
}

/// Checks all rules and reports all breaches.
pub fn run(repo: &Repo) -> Outcome {
    let tree = Tree::read(repo)?;
    let mut findings = Vec::new();
    findings.extend(sizes::check(&tree));
    findings.extend(words::check(&tree));
    findings.extend(handlers::check(&tree));
    findings.extend(documents::check(&tree));
    findings.extend(peers::check(&tree));
    findings.extend(resources::check(&tree));
    findings.extend(manifests::check(&tree));
    findings.extend(layers::check(repo).unwrap_or_else(|failed| failed));
    outcome(findings)
}

/// Names the files that are over the soft limit; they break no rule.
pub fn warnings(repo: &Repo) -> Outcome<Vec<Finding>> {
    Ok(sizes::soft(&Tree::read(repo)?))
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
