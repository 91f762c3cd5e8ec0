//! What a change of properties means for a resource.

use crate::Schema;
use shape::Value;

/// A property that changes.
#[derive(Debug, Clone, PartialEq)]
pub struct PropertyChange {
    /// The property's name.
    pub name: String,
    /// What its change means.
    pub effect: Effect,
}

/// What a change of a property means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// The resource is changed where it stands.
    Update,
    /// The resource may be replaced by another.
    MayReplace,
    /// The resource is replaced by another.
    Replace,
}

impl Schema {
    /// The properties in which two versions of a resource differ.
    pub fn changes(&self, old: &Value, new: &Value) -> Vec<PropertyChange> {
        let none = shape::IndexMap::new();
        let (old, new) = (old.as_map().unwrap_or(&none), new.as_map().unwrap_or(&none));
        let mut names: Vec<&String> = new.keys().chain(old.keys().filter(|name| !new.contains_key(*name))).collect();
        names.retain(|name| old.get(*name) != new.get(*name));
        let change = |name: &String| {
            let sides = (old.get(name).unwrap_or(&Value::Null), new.get(name).unwrap_or(&Value::Null));
            let touches = |paths: &[Vec<String>]| {
                let mut of_property = paths.iter().filter(|path| path.first() == Some(name));
                of_property.any(|path| {
                    let path = path.get(1..).unwrap_or_default();
                    within(sides.0, path) != within(sides.1, path)
                })
            };
            let effect = match () {
                () if touches(&self.create_only) => Effect::Replace,
                () if touches(&self.conditional_create_only) => Effect::MayReplace,
                () => Effect::Update,
            };
            PropertyChange { name: name.clone(), effect }
        };
        names.into_iter().map(change).collect()
    }
}

/// What stands at a path of a value; `*` goes through all items of a list.
fn within<'v>(value: &'v Value, path: &[String]) -> Vec<&'v Value> {
    match (path, value) {
        ([], value) => vec![value],
        ([step, rest @ ..], Value::List(items)) => {
            let rest = if step == "*" { rest } else { path };
            items.iter().flat_map(|item| within(item, rest)).collect()
        }
        ([step, rest @ ..], value) => value.get(step).map(|inner| within(inner, rest)).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Schemas, json};

    const TABLE: &str = r#"{"types":{"T":{"createOnlyProperties":["Name","Index/*/Key"],"conditionalCreateOnlyProperties":["Mode"],
        "properties":{"Name":{},"Index":{},"Mode":{},"Size":{}}}}}"#;

    fn check(old: &str, new: &str, expect: &[(&str, Effect)]) {
        static SCHEMAS: Schemas = Schemas::new(TABLE);
        let (old, new) = (json::read(old).unwrap(), json::read(new).unwrap());
        let got = SCHEMAS.get("T").unwrap().changes(&old, &new);
        let got: Vec<(&str, Effect)> = got.iter().map(|change| (change.name.as_str(), change.effect)).collect();
        assert_eq!(got, expect);
    }

    #[test]
    fn a_change_is_an_update_or_a_replacement() {
        use Effect::{MayReplace, Replace, Update};
        check(r#"{"Name":"a","Size":1}"#, r#"{"Size":1,"Name":"a"}"#, &[]);
        check(r#"{"Name":"a","Size":1}"#, r#"{"Name":"b"}"#, &[("Name", Replace), ("Size", Update)]);
        check(r#"{"Mode":1}"#, "{}", &[("Mode", MayReplace)]);
        check(r#"{"Index":[{"Key":1,"x":1}]}"#, r#"{"Index":[{"Key":1,"x":2}]}"#, &[("Index", Update)]);
        check(r#"{"Index":[{"Key":1}]}"#, r#"{"Index":[{"Key":2}]}"#, &[("Index", Replace)]);
    }
}
