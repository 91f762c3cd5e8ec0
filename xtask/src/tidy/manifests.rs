//! Every version, feature and lint stands once, in the root's `Cargo.toml`; and what is compiled is what was committed.

use super::Tree;
use crate::Finding;
use toml::{Table, Value};

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

pub(super) fn check(tree: &Tree<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for path in tree.paths.iter().filter(|path| path.ends_with("/Cargo.toml")) {
        let own_workspace = |t: &Table| t.contains_key("workspace");
        match tree.repo.read(path).map(|text| text.parse::<Table>()) {
            Ok(Ok(table)) if own_workspace(&table) => {}
            Ok(Ok(table)) => findings.extend(manifest(path, &table)),
            Ok(Err(error)) => findings.push(Finding::new(path, format!("is no TOML: {error}"), "mend it")),
            Err(failed) => findings.extend(failed),
        }
    }
    for path in tree.paths.iter().filter(|path| path.ends_with("build.rs")) {
        let fix = "generate with `cargo xtask codegen` and commit what it writes";
        findings.push(Finding::new(path, "is a build script", fix));
    }
    findings.extend(lock(tree));
    findings
}

fn manifest(path: &str, table: &Table) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (kind, name, dependency) in dependencies(table) {
        let inherits = dependency.get("workspace").and_then(Value::as_bool) == Some(true);
        let listed = path == "crates/catalog/Cargo.toml"
            && dependency.get("path").and_then(Value::as_str).is_some_and(|p| p.starts_with("../../services/"));
        if kind == "build-dependencies" {
            findings.push(Finding::new(path, format!("{name} is a build dependency"), "nothing here builds by script"));
        } else if !inherits && !listed {
            let fix = format!("put it into [workspace.dependencies] and write `{name}.workspace = true` here");
            findings.push(Finding::new(path, format!("{name} does not come from the workspace"), fix));
        }
    }
    if table.get("lints").and_then(|lints| lints.get("workspace")).and_then(Value::as_bool) != Some(true) {
        findings.push(Finding::new(
            path,
            "does not take the workspace's lints",
            "add `[lints]` with `workspace = true`",
        ));
    }
    let macros = table.get("lib").and_then(|lib| lib.get("proc-macro")).and_then(Value::as_bool) == Some(true);
    if macros {
        findings.push(Finding::new(path, "is a procedural macro", "use macro_rules!, or codegen"));
    }
    findings
}

/// The dependencies of all kinds, those of single platforms too.
fn dependencies(table: &Table) -> Vec<(&'static str, &str, &Value)> {
    const KINDS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];
    let targets = table.get("target").and_then(Value::as_table);
    let platforms = targets.into_iter().flat_map(|t| t.values()).filter_map(Value::as_table);
    let tables: Vec<&Table> = std::iter::once(table).chain(platforms).collect();
    let kinds =
        KINDS.iter().flat_map(|kind| tables.iter().filter_map(move |t| Some((*kind, t.get(*kind)?.as_table()?))));
    kinds.flat_map(|(kind, list)| list.iter().map(move |(name, value)| (kind, name.as_str(), value))).collect()
}

/// A lock file that names another registry works on one computer only.
fn lock(tree: &Tree<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for path in tree.paths.iter().filter(|path| path.ends_with("Cargo.lock")) {
        let text = tree.repo.read(path).unwrap_or_default();
        for (index, line) in text.lines().enumerate() {
            if line.starts_with("source = ") && !line.contains(CRATES_IO) {
                let fix = "take the crate from crates.io";
                findings.push(Finding::new(format!("{path}:{}", index + 1), "is not of crates.io", fix));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_stand_at_the_root() {
        let table = "[lints]\nworkspace = true\n[dependencies]\na.workspace = true\nb = \"1\"\n\
            [target.'cfg(unix)'.dev-dependencies]\nc = { path = \"../c\" }\n";
        let whats: Vec<_> = manifest("a/Cargo.toml", &table.parse().unwrap()).into_iter().map(|f| f.what).collect();
        assert_eq!(whats, ["b does not come from the workspace", "c does not come from the workspace"]);
    }
}
