//! Which crate may know which: the left never knows the right. So a service can be read with the contract alone, and a
//! change stays where it is made.

use crate::{Finding, Outcome, Repo};
use serde_json::Value;

/// The layers, lowest first. A crate may use those of lower layers only.
const LAYERS: &[&[&str]] = &[
    &["ids"],
    &["clock"],
    &["shape"],
    &["model"],
    &["store", "policy", "pattern", "template", "net", "wire", "diagram"],
    &["service"],
    &[], // services/* and engines/*
    &["ledger"],
    &["pipeline"],
    &["catalog", "script"],
    &["gateway", "console", "testkit", "proof"],
    &[], // apps/*, estates/*, tests
];

/// Services that are a second endpoint of another one, and that one: they answer from its state.
const SECOND_ENDPOINTS: &[(&str, &str)] = &[("dynamodbstreams", "dynamodb"), ("oidc", "sso"), ("portal-sso", "sso")];

/// A package of the workspace, as cargo tells it.
struct Package<'a> {
    name: &'a str,
    /// Its folder from the root, such as `services/sqs`.
    folder: &'a str,
    dependencies: Vec<(&'a str, bool)>,
    kinds: Vec<&'a str>,
}

pub(super) fn check(repo: &Repo) -> Outcome<Vec<Finding>> {
    let packages = repo.packages(&["--no-deps"])?;
    let root = repo.root().to_string_lossy();
    let packages: Vec<Package<'_>> = packages.iter().filter_map(|package| Package::of(package, &root)).collect();
    if packages.is_empty() {
        return Finding::new("cargo metadata", "tells of no package below the root", "run it by hand to see why")
            .alone();
    }
    Ok(rules(&packages))
}

fn rules(packages: &[Package<'_>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in packages {
        let manifest = format!("{}/Cargo.toml", package.folder);
        for (name, dev) in &package.dependencies {
            let own = packages.iter().find(|p| p.name == *name);
            let broken = match own {
                Some(other) => between(package, other, *dev),
                None => outside(package, name, *dev),
            };
            findings.extend(broken.map(|(what, fix)| Finding::new(&manifest, what, fix)));
        }
        if package.kinds.iter().any(|kind| ["custom-build", "proc-macro"].contains(kind)) {
            let fix = "generate with `cargo xtask codegen`, or use macro_rules!";
            findings.push(Finding::new(&manifest, "has a build script or is a procedural macro", fix));
        }
    }
    findings
}

/// Whether one of our packages may use another.
fn between(package: &Package<'_>, other: &Package<'_>, dev: bool) -> Option<(String, &'static str)> {
    let (this, that) = (package.name, other.name);
    if SECOND_ENDPOINTS.contains(&(this, that)) {
        return None;
    }
    if other.folder.starts_with("services/") && package.name != "catalog" {
        let fix = "reach it through the door: cx.call, cx.ask or cx.after";
        return Some((format!("{this} uses the service {that}"), fix));
    }
    if dev {
        return None;
    }
    if package.folder.starts_with("services/") && that != "service" {
        return Some((
            format!("{this} uses {that}"),
            "a service imports `service` only, which re-exports what it may know",
        ));
    }
    let (Some(a), Some(b)) = (layer(package), layer(other)) else {
        let fix = "give the new crate its place in LAYERS of xtask/src/tidy/layers.rs";
        return Some((format!("{this} uses {that}, and one of them has no layer"), fix));
    };
    let fix = "the left never knows the right (ARCHITECTURE.md): move what is shared down, or hand it in as a trait";
    (b >= a).then(|| (format!("{this} uses {that}, which is not below it"), fix))
}

/// Whether one of our packages may use another's crate.
fn outside(package: &Package<'_>, name: &str, dev: bool) -> Option<(String, &'static str)> {
    let is = |families: &[&str]| {
        families.iter().any(|f| name == *f || name.strip_prefix(f).is_some_and(|r| r.starts_with('-')))
    };
    let contract = LAYERS.iter().position(|names| names.contains(&"service"));
    let pure = package.folder.starts_with("services/") || layer(package) <= contract;
    if pure && !dev && is(&["tokio", "hyper", "futures", "mio", "async-trait"]) {
        let fix = "handlers and what is below them are plain functions: wait by Outcome::Wait or a timer";
        return Some((format!("{} uses {name}", package.name), fix));
    }
    let machine = package.folder.starts_with("crates/") && package.name != "gateway";
    let fix = "only the gateway speaks HTTP; give the bytes to crates/wire";
    (machine && !dev && is(&["hyper"])).then(|| (format!("{} uses {name}", package.name), fix))
}

/// A package's layer; `None` where it has no place yet.
fn layer(package: &Package<'_>) -> Option<usize> {
    let above = |name: &str| LAYERS.iter().position(|names| names.contains(&name));
    match package.folder.split('/').next() {
        Some("services" | "engines") => above("service").map(|at| at + 1),
        Some("crates") => above(package.name),
        Some("console") => above("console"),
        _ => Some(LAYERS.len()),
    }
}

impl<'a> Package<'a> {
    fn of(json: &'a Value, root: &str) -> Option<Package<'a>> {
        let text = |key: &str| json.get(key).and_then(Value::as_str);
        let folder = text("manifest_path")?.strip_prefix(root)?.trim_start_matches('/').trim_end_matches("/Cargo.toml");
        let dependency = |d: &'a Value| {
            let name = d.get("name")?.as_str()?;
            Some((name, d.get("kind").and_then(Value::as_str) == Some("dev")))
        };
        let list = |key: &str| json.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let kinds = list("targets").iter().filter_map(|t| t.get("kind")?.as_array()).flatten();
        Some(Package {
            name: text("name")?,
            folder,
            dependencies: list("dependencies").iter().filter_map(dependency).collect(),
            kinds: kinds.filter_map(Value::as_str).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(this: (&str, &str), that: (&str, &str)) -> Vec<String> {
        let package = |(folder, name), dependencies| Package { name, folder, dependencies, kinds: vec!["lib"] };
        let packages = [package(this, vec![(that.1, false)]), package(that, vec![])];
        let known = if that.0.is_empty() { packages.get(..1) } else { packages.get(..2) };
        rules(known.unwrap()).into_iter().map(|f| f.what).collect()
    }

    #[test]
    fn the_left_never_knows_the_right() {
        let (store, wire) = (("crates/store", "store"), ("crates/wire", "wire"));
        let (service, sqs) = (("crates/service", "service"), ("services/sqs", "sqs"));
        for (this, that) in [(wire, ("crates/model", "model")), (sqs, service), (("crates/catalog", "catalog"), sqs)] {
            assert_eq!(check(this, that), [""; 0], "{this:?} {that:?}");
        }
        for (this, that) in [
            (store, wire),
            (store, service),
            (sqs, store),
            (sqs, ("services/sns", "sns")),
            (("crates/gateway", "gateway"), sqs),
            (sqs, ("", "tokio")),
            (wire, ("", "futures-util")),
            (("crates/pipeline", "pipeline"), ("", "hyper")),
            (("crates/new", "new"), store),
        ] {
            assert_eq!(check(this, that).len(), 1, "{this:?} {that:?}");
        }
    }
}
