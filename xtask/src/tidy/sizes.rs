//! Files and functions that fit a reader's head: a file that grows beyond has two nouns in it, a function two jobs.
//! Tests may be long where they are tables.

use super::{Tree, is_generated};
use crate::Finding;
use crate::source::{Source, split_commas};

const SOFT_LINES: usize = 500;
const HARD_LINES: usize = 800;
const FUNCTION_LINES: usize = 70;
const PARAMETERS: usize = 5;

pub(super) fn check(tree: &Tree<'_>) -> Vec<Finding> {
    let own = tree.rust.iter().filter(|source| !is_generated(&source.path));
    own.flat_map(|source| file(source).into_iter().chain(functions(source))).collect()
}

/// The files over the soft limit and within the hard one.
pub(super) fn soft(tree: &Tree<'_>) -> Vec<Finding> {
    let own = tree.rust.iter().filter(|s| !is_generated(&s.path));
    let long = own.filter(|s| (SOFT_LINES + 1..=HARD_LINES).contains(&s.line_count()));
    long.map(|s| {
        let what = format!("{} lines; {SOFT_LINES} is the aim", s.line_count());
        Finding::new(&s.path, what, "split it by noun before it grows")
    })
    .collect()
}

fn file(source: &Source) -> Option<Finding> {
    let lines = source.line_count();
    let what = format!("{lines} lines; at most {HARD_LINES}");
    (lines > HARD_LINES).then(|| Finding::new(&source.path, what, "split it by noun"))
}

fn functions(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for function in source.functions().iter().filter(|f| !source.is_test(f.at)) {
        let lines = source.line(function.body.end.saturating_sub(1)) + 1 - source.line(function.at);
        if lines > FUNCTION_LINES {
            let what = format!("`{}` has {lines} lines; at most {FUNCTION_LINES}", function.name);
            findings.push(Finding::new(source.at(function.at), what, "it has two jobs: make it two functions"));
        }
        let params = split_commas(function.params);
        let count = params.iter().filter(|p| !["self", "&self", "&mut self", "mut self"].contains(p)).count();
        if count > PARAMETERS {
            let what = format!("`{}` has {count} parameters; at most {PARAMETERS}", function.name);
            findings.push(Finding::new(source.at(function.at), what, "make those that belong together one struct"));
        }
    }
    findings
}
