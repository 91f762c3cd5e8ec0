//! Which services there are: the only crate that names them all.
//!
//! `generated.rs` is written by `cargo xtask codegen`: every folder of `services/` is a service, and every file of
//! `models/botocore/` an API that is known, so that a call to it is refused by name until it is built.
//!
//! Invariants: both lists are sorted by name; no model is parsed before somebody asks for it.

mod generated;
mod modelled;

pub use modelled::Modelled;

use pipeline::{Directory, Entry};
use service::Service;
use std::sync::LazyLock;

/// The services that are built, by prefix.
pub fn services() -> &'static [&'static Service] {
    generated::SERVICES
}

/// The APIs that are known, built or not, by name.
pub fn modelled() -> &'static [Modelled] {
    &generated::MODELLED
}

/// An entry for each known API, built or not.
pub fn entries() -> Vec<Entry> {
    modelled().iter().map(|m| Entry::new(m.routes, m.model(), m.implemented())).collect()
}

/// All known APIs as the door finds them.
pub fn directory() -> &'static Directory {
    static DIRECTORY: LazyLock<Directory> = LazyLock::new(|| Directory::new(entries()));
    &DIRECTORY
}

/// The service in the folder `prefix`.
pub fn service(prefix: &str) -> Option<&'static Service> {
    services().iter().copied().find(|service| service.facts.prefix == prefix)
}

/// The API whose model goes by `name`, such as `stepfunctions`.
pub fn model_named(name: &str) -> Option<&'static Modelled> {
    let at = modelled().binary_search_by(|modelled| modelled.name.cmp(name)).ok()?;
    modelled().get(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_and_every_model_reads() {
        assert!(modelled().windows(2).all(|pair| pair[0].name < pair[1].name));
        assert!(services().windows(2).all(|pair| pair[0].facts.prefix < pair[1].facts.prefix));
        for modelled in modelled() {
            let model = model::Model::parse(modelled.json()).unwrap_or_else(|e| panic!("{}: {e}", modelled.name));
            assert!(!model.operations().is_empty(), "{} has no operations", modelled.name);
            assert_eq!(&*model.metadata.service_id, modelled.service_id);
            assert_eq!(model_named(modelled.name).map(|m| m.name), Some(modelled.name));
        }
        assert!(model_named("no-such-service").is_none());
    }

    #[test]
    fn what_is_built_is_modelled_and_its_table_agrees_with_the_model() {
        for service in services() {
            let modelled = modelled().iter().find(|m| m.implemented().is_some_and(|s| std::ptr::eq(s, *service)));
            let prefix = service.facts.prefix;
            assert!(modelled.is_some(), "{prefix} has no model");
            for operation in service.operations {
                let known = service.model.get().operation(operation.name);
                let members = known.and_then(|op| op.input).map(|id| &service.model.get().shape(id).members);
                let names = members.into_iter().flatten().map(|m| &*m.name);
                let input = (operation.input)();
                assert!(known.is_some(), "{prefix}.{} is not in the model", operation.name);
                assert!(names.eq(input.members().iter().copied()), "{prefix}.{}: members differ", operation.name);
            }
        }
    }
}
