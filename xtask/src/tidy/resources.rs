//! A property counts only if it is handled: each that AWS lets a template give is named by the file of its resource type, or by a
//! helper beside it that declares no type, or stands in `refused`. Otherwise it would be accepted and have no effect.

use super::Tree;
use crate::Finding;
use crate::source::Source;
use serde_json::Value;
use std::collections::BTreeMap;

/// Where a type's name stands in its declaration.
const NAME: &str = "name: \"AWS::";

pub(super) fn check(tree: &Tree<'_>) -> Vec<Finding> {
    let own = |source: &&Source| source.path.starts_with("services/") && source.path.contains("/src/resources");
    let sources: Vec<&Source> = tree.rust.iter().filter(own).collect();
    let mut schemas = BTreeMap::new();
    let mut findings = Vec::new();
    for source in &sources {
        for (at, name) in declared(source) {
            let file = name.split("::").nth(1).unwrap_or_default().to_owned();
            let path = format!("models/cloudformation/{file}.json");
            let all = schemas.entry(file).or_insert_with(|| {
                let text = tree.repo.read(&path).unwrap_or_default();
                serde_json::from_str::<Value>(&text).unwrap_or_default()
            });
            let Some(schema) = all.get("types").and_then(|types| types.get(name)) else {
                let fix = format!("name a type of {path}, or add it to models/fetching/cloudformation.py");
                findings.push(Finding::new(source.at(at), format!("{name} has no schema"), fix));
                continue;
            };
            let folder = source.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let helpers = sources.iter().filter(|other| {
                other.path.rsplit_once('/').is_some_and(|(beside, _)| beside == folder) && declared(other).is_empty()
            });
            let texts: Vec<&str> = helpers.map(|other| other.text.as_str()).chain([source.text.as_str()]).collect();
            for property in unhandled(schema, &texts) {
                let what = format!("{name} accepts {property} and does nothing with it");
                let fix = "write it in `create` and `update`, or list it in `refused`";
                findings.push(Finding::new(source.at(at), what, fix));
            }
        }
    }
    findings
}

/// The types that a file declares, with their places.
fn declared(source: &Source) -> Vec<(usize, &str)> {
    let found = source.text.match_indices(NAME).filter(|(at, _)| !source.is_test(*at));
    let names = found.filter_map(|(at, _)| Some((at, source.text.get(at + 7..)?.split('"').next()?)));
    names.collect()
}

/// The properties of a schema that templates give and that no text names, as a literal or in a comment's backquotes.
fn unhandled<'s>(schema: &'s Value, texts: &[&str]) -> Vec<&'s str> {
    let read_only = schema.get("readOnlyProperties").and_then(Value::as_array).into_iter().flatten();
    let read_only: Vec<&str> = read_only.filter_map(Value::as_str).collect();
    let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    let named = |name: &str| {
        let forms = [format!("\"{name}\""), format!("`{name}`")];
        texts.iter().any(|text| forms.iter().any(|form| text.contains(form)))
    };
    properties.map(|(name, _)| name.as_str()).filter(|name| !read_only.contains(name) && !named(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_property_that_nothing_names_is_found() {
        let source = Source::new(
            "services/x/src/resources/a.rs",
            "const TYPE: T = T { name: \"AWS::X::A\", refused: &[\"C\"] };\n/// `B` has no effect.\nfn a() { \"A\" }",
        );
        assert_eq!(declared(&source).iter().map(|(_, name)| *name).collect::<Vec<_>>(), ["AWS::X::A"]);
        let schema = serde_json::json!({"properties": {"A": {}, "B": {}, "C": {}, "D": {}, "Arn": {}}, "readOnlyProperties": ["Arn"]});
        assert_eq!(unhandled(&schema, &[source.text.as_str()]), ["D"]);
    }
}
