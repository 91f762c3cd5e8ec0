//! Words that may not stand in the tree: promises in code, waits, names of services in the machine, exceptions without a
//! reason, and traces of the computer that a file was written on.

use super::{Tree, is_generated};
use crate::Finding;
use crate::source::{Source, closing, words_of};

/// The rules' own text, which must name what it bans.
const RULES: &str = "xtask/src/tidy/";

/// Literals in `crates/` that look like a service's name and mean something else: file, literal, reason.
const NOT_A_SERVICE: &[(&str, &str, &str)] = &[
    (
        "crates/pipeline/src/identity.rs",
        "iam",
        "the namespace of principals in ARNs, which is part of what a caller is",
    ),
    ("crates/template/src/pseudo.rs", "AWS::", "how the names begin that CloudFormation's language itself gives"),
];

pub(super) fn check(tree: &Tree<'_>) -> Vec<Finding> {
    let services = tree.repo.services();
    let mut findings = Vec::new();
    for source in tree.rust.iter().filter(|s| !s.path.starts_with(RULES)) {
        findings.extend(promises(source));
        findings.extend(exceptions(source));
        if source.path.starts_with("crates/") && !is_machine_exempt(&source.path) {
            findings.extend(literals(source, &services));
        }
    }
    for path in tree.paths.iter().filter(|p| is_prose(p) && !p.starts_with(RULES)) {
        let Ok(text) = tree.repo.read(path) else { continue };
        findings.extend(traces(path, &text));
    }
    findings
}

fn promises(source: &Source) -> Vec<Finding> {
    let missing = "build it, or refuse it by name and list it in the service's README";
    let diverges = "a known divergence is a `diverges:` line of its transcript, asserted as it is";
    let wait = "use a timer row, or advance the virtual clock";
    let (text, code) = (source.text.as_str(), source.code.as_str());
    // A program that waits for another process has no clock but the machine's.
    let asleep = if source.path.starts_with("apps/") { "" } else { code };
    // Where it is looked for, what stands before the word, the word, what stands after it, what to do.
    let banned = [
        (text, "", "TODO", "", missing),
        (text, "", "FIXME", "", missing),
        (code, "", "todo", "!", missing),
        (code, "", "unimplemented", "!", missing),
        (code, "#[", "ignore", "", diverges),
        (asleep, "", "thread::sleep", "", wait),
    ];
    let mut findings = Vec::new();
    for (text, before, word, after, fix) in banned {
        let fits = |at: &usize| {
            let (head, tail) = (text.get(..*at).unwrap_or_default(), text.get(at + word.len()..).unwrap_or_default());
            head.ends_with(before) && tail.starts_with(after)
        };
        let places = words_of(text, word).filter(fits);
        findings.extend(places.map(|at| Finding::new(source.at(at), format!("`{before}{word}{after}`"), fix)));
    }
    findings
}

fn exceptions(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for lint in ["allow", "expect"] {
        for at in source.words(lint) {
            let before = source.code.get(..at).unwrap_or_default();
            if !(before.ends_with("#[") || before.ends_with("#![")) {
                continue;
            }
            let end = closing(&source.code, at + lint.len()).unwrap_or(at);
            let attribute = source.code.get(at..end).unwrap_or_default();
            if words_of(attribute, "reason").next().is_none() {
                let what = format!("`#[{lint}]` without a reason");
                findings.push(Finding::new(source.at(at), what, "add `reason = \"…\"`, or mend what the lint says"));
            }
        }
    }
    findings
}

fn is_machine_exempt(path: &str) -> bool {
    ["crates/catalog/", "crates/testkit/"].iter().any(|exempt| path.starts_with(exempt)) || is_generated(path)
}

fn literals(source: &Source, services: &[String]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, literal) in strings(source).filter(|(at, _)| !source.is_test(*at)) {
        let excepted = NOT_A_SERVICE.iter().any(|(path, text, _)| *path == source.path && *text == literal);
        let what = if services.iter().any(|s| s == literal) && !excepted {
            format!("the machine names the service {literal:?}")
        } else if let Some(word) = ["AWS::", "arn:aws"].iter().find(|word| literal.contains(*word) && !excepted) {
            format!("the machine holds the literal `{word}`")
        } else {
            continue;
        };
        let fix = "take it as data: a key of service.toml, a field of the contract, or the model; if the word means \
                   something else, add it to NOT_A_SERVICE in xtask/src/tidy/words.rs";
        findings.push(Finding::new(source.at(at), what, fix));
    }
    findings
}

/// The string literals of a file with their places.
fn strings(source: &Source) -> impl Iterator<Item = (usize, &str)> {
    let quotes: Vec<usize> = source.code.match_indices('"').map(|(at, _)| at).collect();
    let pairs: Vec<(usize, usize)> = quotes.chunks_exact(2).filter_map(|p| Some((*p.first()?, *p.get(1)?))).collect();
    pairs.into_iter().filter_map(|(from, to)| Some((from, source.uncommented.get(from + 1..to)?)))
}

/// Text that people wrote: data sets and lock files are made by others.
fn is_prose(path: &str) -> bool {
    let ends =
        [".rs", ".md", ".toml", ".py", ".sh", ".yml", ".yaml", ".json", ".txt", ".js", ".ts", ".tf", "Dockerfile"];
    let data =
        ["models/botocore/", "models/cloudformation/", "models/iam/"].iter().any(|folder| path.starts_with(folder));
    !data && !path.contains("/vectors/") && ends.iter().any(|end| path.ends_with(end)) || path.starts_with(".ci/")
}

fn traces(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let prose = path.ends_with(".md");
    for (index, line) in text.lines().enumerate() {
        let at = format!("{path}:{}", index + 1);
        for trace in ["/work/", "/root/", "/tmp/t-", "--index-url", "--extra-index-url", "--registry="] {
            if line.contains(trace) {
                let fix = "a clone works anywhere: name the path or host by a variable, or leave it out";
                findings.push(Finding::new(&at, format!("`{trace}` is of one computer"), fix));
            }
        }
        let words = if prose { without_code(line) } else { String::new() };
        for word in ["TODO", "FIXME"].iter().filter(|word| words_of(&words, word).next().is_some()) {
            findings.push(Finding::new(&at, format!("`{word}`"), "say what is missing, or do it"));
        }
    }
    findings
}

/// A line of Markdown without what stands between backticks.
fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whats(findings: Vec<Finding>) -> Vec<String> {
        findings.into_iter().map(|f| format!("{} {}", f.at, f.what)).collect()
    }

    #[test]
    fn promises_are_found_and_words_that_contain_them_are_not() {
        let source = Source::new("a.rs", "// TODO later\nfn f() {\n    todo!()\n}\n#[ignore]\nfn g(todo: u8) {}\n");
        assert_eq!(whats(promises(&source)), ["a.rs:1 `TODO`", "a.rs:3 `todo!`", "a.rs:5 `#[ignore`"]);
        let source = Source::new("a.rs", "use std::thread;\nfn f() {\n    thread::sleep(d)\n}\n// TODOS, \"todo!\"\n");
        assert_eq!(whats(promises(&source)), ["a.rs:3 `thread::sleep`"]);
    }

    #[test]
    fn an_exception_has_a_reason() {
        let text = "#![allow(a)]\n#[expect(b, reason = \"c\")]\n#[expect(\n    d\n)]\nfn expect(e) {}\n";
        let got = whats(exceptions(&Source::new("a.rs", text)));
        assert_eq!(got, ["a.rs:1 `#[allow]` without a reason", "a.rs:3 `#[expect]` without a reason"]);
    }

    #[test]
    fn the_machine_names_no_service() {
        let text = "fn f() {\n    g(\"sqs\", \"arn:aws:x\", \"sq\", 'x', \"AWS::\")\n}\n// \"sqs\"\n#[cfg(test)]\nmod t {\n    const A: &str = \"sqs\";\n}\n";
        let got = whats(literals(&Source::new("crates/a/src/a.rs", text), &["sqs".to_owned()]));
        assert_eq!(got.len(), 3, "{got:?}");
        assert!(got.iter().all(|what| what.starts_with("crates/a/src/a.rs:2 ")));
    }

    #[test]
    fn traces_of_a_computer_are_found() {
        let got = whats(traces("a.md", "see /work/x\nthe `TODO` word\nTODO: more\n"));
        assert_eq!(got, ["a.md:1 `/work/` is of one computer", "a.md:3 `TODO`"]);
    }
}
