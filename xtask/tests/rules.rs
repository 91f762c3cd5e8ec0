//! The tree as it is committed keeps its rules.

use xtask::{Finding, Mode, Repo};

fn none(outcome: Result<(), Vec<Finding>>) {
    let findings = outcome.err().unwrap_or_default();
    let text: Vec<String> = findings.iter().map(Finding::to_string).collect();
    assert!(text.is_empty(), "\n{}\n", text.join("\n"));
}

#[test]
fn the_tree_is_tidy() {
    none(xtask::tidy::run(&Repo::here()));
}

#[test]
fn generated_code_is_up_to_date() {
    none(xtask::codegen::run(&Repo::here(), &[], Mode::Check));
}

#[test]
fn coverage_is_up_to_date() {
    none(xtask::coverage::run(&Repo::here(), Mode::Check, false));
}

#[test]
fn licences_are_ours_to_use() {
    none(xtask::licences::run(&Repo::here()));
}
