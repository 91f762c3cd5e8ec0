//! Whether the licence of everything that is linked lets us use it.

use crate::finding::outcome;
use crate::{Finding, Outcome, Repo, count};
use serde_json::Value;

/// What we may use without a further word.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Zlib",
];

/// Crate, licence, reason: what else is allowed, for that crate alone.
const EXCEPTIONS: &[(&str, &str, &str)] = &[];

/// Checks every package that is linked, and tells how many there are.
pub fn run(repo: &Repo) -> Outcome {
    let packages = packages(repo)?;
    outcome(packages.iter().filter_map(package).collect())?;
    println!("{} are under licences of our list", count(packages.len(), "package"));
    Ok(())
}

/// The whole graph if all of it has been fetched, else that of this platform, which every build fetches.
fn packages(repo: &Repo) -> Outcome<Vec<Value>> {
    let host = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let found = repo.packages(&[]).or_else(|_| repo.packages(&["--filter-platform", &host]));
    found.map_err(|mut failed| {
        for finding in &mut failed {
            finding.fix = "run `cargo fetch`, and try again".to_owned();
        }
        failed
    })
}

fn package(package: &Value) -> Option<Finding> {
    let text = |key: &str| package.get(key).and_then(Value::as_str);
    let (name, version) = (text("name")?, text("version")?);
    let at = format!("{name} {version}");
    let Some(licence) = text("license") else {
        let fix = "read its licence file, then take another crate or add it to EXCEPTIONS in xtask/src/licences.rs";
        return Some(Finding::new(at, "names no licence", fix));
    };
    let allowed = |id: &str| {
        let excepted = EXCEPTIONS.iter().any(|(krate, licence, _)| *krate == name && *licence == id);
        ALLOWED.contains(&id) || excepted
    };
    if satisfied(licence, &allowed) == Some(true) {
        return None;
    }
    let fix = "take another crate, or add it with a reason to EXCEPTIONS in xtask/src/licences.rs";
    Some(Finding::new(at, format!("is under `{licence}`, which is not on our list"), fix))
}

/// Whether an SPDX expression can be met by allowed licences; `None` if it is no expression. The old `MIT/Apache-2.0`
/// means OR. <https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/>
fn satisfied(expression: &str, allowed: &dyn Fn(&str) -> bool) -> Option<bool> {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    let met = any(&mut rest, allowed, 0)?;
    rest.is_empty().then_some(met)
}

const DEEPEST: usize = 16;

fn any(rest: &mut &[&str], allowed: &dyn Fn(&str) -> bool, depth: usize) -> Option<bool> {
    let mut met = all(rest, allowed, depth)?;
    while rest.first() == Some(&"OR") {
        *rest = rest.get(1..)?;
        met |= all(rest, allowed, depth)?;
    }
    Some(met)
}

fn all(rest: &mut &[&str], allowed: &dyn Fn(&str) -> bool, depth: usize) -> Option<bool> {
    let mut met = one(rest, allowed, depth)?;
    while rest.first() == Some(&"AND") {
        *rest = rest.get(1..)?;
        met &= one(rest, allowed, depth)?;
    }
    Some(met)
}

fn one(rest: &mut &[&str], allowed: &dyn Fn(&str) -> bool, depth: usize) -> Option<bool> {
    let (first, after) = rest.split_first()?;
    *rest = after;
    match *first {
        "(" if depth < DEEPEST => {
            let met = any(rest, allowed, depth + 1)?;
            let (close, after) = rest.split_first()?;
            *rest = after;
            (*close == ")").then_some(met)
        }
        "(" | ")" | "OR" | "AND" | "WITH" => None,
        id => match rest {
            ["WITH", exception, after @ ..] => {
                *rest = after;
                Some(allowed(&format!("{id} WITH {exception}")))
            }
            _ => Some(allowed(id)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_weighed() {
        for (expression, want) in [
            ("MIT", Some(true)),
            ("MIT/Apache-2.0", Some(true)),
            ("GPL-3.0 OR MIT", Some(true)),
            ("Unlicense OR MIT", Some(true)),
            ("GPL-3.0 AND MIT", Some(false)),
            ("BSL-1.0", Some(false)),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", Some(true)),
            ("(MIT OR GPL-3.0) AND (AGPL-3.0 OR GPL-2.0)", Some(false)),
            ("Apache-2.0 WITH LLVM-exception OR GPL-2.0", Some(true)),
            ("GPL-2.0 WITH Classpath-exception-2.0", Some(false)),
            ("MIT OR", None),
            ("(MIT", None),
            ("", None),
        ] {
            assert_eq!(satisfied(expression, &|id| ALLOWED.contains(&id)), want, "{expression}");
        }
    }
}
