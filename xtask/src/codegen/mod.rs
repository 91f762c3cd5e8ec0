//! What is generated from the models, each `service.toml` and the functions in `ops/`: every service's `api.rs`, and
//! the catalogue. Generated files are committed; a test compares them.

mod api;
mod catalog;
mod facts;
mod handlers;
mod names;
mod routes;
mod shapes;

pub(crate) use facts::ServiceFacts;
pub(crate) use handlers::{Handler, handlers};
pub(crate) use names::{field as field_name, snake};

use crate::finding::outcome;
use crate::{Finding, Mode, Outcome, Repo};
use model::Model;

/// The command that brings all generated code up to date.
pub const COMMAND: &str = "cargo xtask codegen";

/// Generates for the services named, or for all, and the catalogue.
pub fn run(repo: &Repo, names: &[&str], mode: Mode) -> Outcome {
    let services = repo.services();
    let mut findings: Vec<Finding> = Vec::new();
    for name in names.iter().filter(|name| !services.iter().any(|s| s == *name)) {
        let fix = format!("services are {}; `cargo xtask new-service {name}` makes one", services.join(", "));
        findings.push(Finding::new(format!("services/{name}"), "is no service: it has no service.toml", fix));
    }
    for service in services.iter().filter(|s| names.is_empty() || names.contains(&s.as_str())) {
        if let Err(more) = api_of(repo, service, mode) {
            findings.extend(more);
        }
    }
    let built: Vec<String> = services.iter().filter(|service| is_package(repo, service)).cloned().collect();
    if let Err(more) = catalog::write(repo, &built, mode) {
        findings.extend(more);
    }
    outcome(findings)
}

/// Whether the catalogue can name a service: a folder that has no manifest or no `SERVICE` yet would stop every build.
fn is_package(repo: &Repo, service: &str) -> bool {
    let lib = repo.read(&format!("services/{service}/src/lib.rs")).unwrap_or_default();
    repo.has(&format!("services/{service}/Cargo.toml")) && lib.contains("pub static SERVICE: Service")
}

fn api_of(repo: &Repo, prefix: &str, mode: Mode) -> Outcome {
    let facts = ServiceFacts::read(repo, prefix)?;
    let model = model(repo, &facts.model)?;
    facts.check(&model)?;
    let handlers = handlers(repo, prefix, &model)?;
    let path = format!("services/{prefix}/src/api.rs");
    let text = repo.rustfmt(&path, &api::text(&facts, &model, &handlers)?)?;
    repo.generated(&path, &text, mode, COMMAND)
}

/// A service's model, by the name of its file.
pub(crate) fn model(repo: &Repo, name: &str) -> Outcome<Model> {
    let path = format!("models/botocore/{name}.json");
    let json = repo.read_bytes(&path)?;
    Model::parse(&json).map_err(|e| vec![Finding::new(&path, e.to_string(), "run `python3 models/fetch.py` again")])
}
