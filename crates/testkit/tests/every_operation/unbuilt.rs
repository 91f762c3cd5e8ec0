//! What is modelled and not built.

use crate::generate;
use crate::support;
use pipeline::Settings;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use testkit::Keys;

/// Every operation of every model is built or refused by name, in its own protocol, and recorded as what it is.
#[test]
fn what_is_not_built_is_refused_by_name() {
    let names = BTreeMap::new();
    let (mut refused, mut wrong, mut needed) = (0, Vec::new(), BTreeSet::new());
    let mut same = crate::exceptions("unbuilt");
    let mut world = support::world(Settings::default());
    for modelled in catalog::modelled() {
        let model = modelled.model().get();
        let built = modelled.implemented().map_or(&[][..], |s| s.operations);
        let prefix = modelled.implemented().map_or(modelled.name, |s| s.facts.prefix);
        for operation in model.operations() {
            if built.iter().any(|op| *op.name == *operation.name) {
                continue;
            }
            let input = operation.input.map_or(json!({}), |shape| generate::required(model, shape, &names));
            let answer = world.call(&Keys::bootstrap(), prefix, &operation.name, &input);
            let name = format!("{prefix}:{}", operation.name);
            refused += 1;
            let recorded = world.records(1).pop().map(|record| format!("{}:{}", record.service, record.operation));
            let code = (answer.status, answer.code.as_str());
            // A reply to HEAD has no body that could name anything.
            let named = match &*operation.http.method {
                "HEAD" => answer.status == 400,
                _ => code == (400, "NotImplemented") && answer.message.contains(&name),
            };
            let right = named && recorded.as_ref() == Some(&name);
            let excused = same.contains_key(prefix) || same.contains_key(&name);
            if !right && excused {
                needed.insert(if same.contains_key(&name) { name } else { prefix.to_owned() });
            } else if !right {
                wrong.push(format!(
                    "{name}: {} {} {}, recorded as {recorded:?}",
                    answer.status, answer.code, answer.message
                ));
            }
        }
    }
    same.retain(|name, _| !needed.contains(name));
    wrong.extend(same.into_keys().map(|name| format!("{name}: the exception is not needed")));
    assert!(refused > 0, "everything is built");
    assert!(wrong.is_empty(), "{} of {refused} are not refused by name:\n{}", wrong.len(), wrong.join("\n"));
}
