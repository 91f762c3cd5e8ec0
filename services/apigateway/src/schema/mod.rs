//! JSON schema, draft 4: what models say that bodies must be. What is found wrong is said in the words of the validator that
//! API Gateway has, as `$context.error.validationErrorString` shows them.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html>
//! <https://datatracker.ietf.org/doc/html/draft-fge-json-schema-validation-00>

mod format;
mod rules;

use regex::{Regex, RegexBuilder};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// How deep schemas, and what they refer to, may nest.
const DEEPEST: usize = 64;
/// So many faults are told.
const MOST_TOLD: usize = 20;
/// How a schema refers to another model, but for the API's id and the name.
const MODELS: &str = "https://apigateway.amazonaws.com/restapis/";

/// A model's schema and those of the models to which it refers.
pub struct Schemas {
    name: String,
    all: BTreeMap<String, Json>,
}

impl Schemas {
    /// Of a model by name; `text` gives the schema of each.
    pub fn of(name: &str, text: impl Fn(&str) -> Option<String>) -> Schemas {
        let mut all = BTreeMap::new();
        let mut wanted = vec![name.to_owned()];
        while let Some(name) = wanted.pop() {
            let known = text(&name).and_then(|text| serde_json::from_str::<Json>(&text).ok());
            if let (Some(schema), false) = (known, all.contains_key(&name)) {
                wanted.extend(models_named(&schema));
                all.insert(name, schema);
            }
        }
        Schemas { name: name.to_owned(), all }
    }

    /// What is wrong with a value; empty where nothing is.
    pub fn faults(&self, value: &Json) -> Vec<String> {
        let mut faults = Vec::new();
        if let Some(root) = self.all.get(&self.name) {
            let place = Place { schemas: self, root, depth: 0 };
            place.check(root, value, &mut faults);
        }
        faults.truncate(MOST_TOLD);
        faults
    }
}

/// Where a check stands: the schema whose `#` is meant, and how deep.
#[derive(Clone, Copy)]
struct Place<'s> {
    schemas: &'s Schemas,
    root: &'s Json,
    depth: usize,
}

impl<'s> Place<'s> {
    /// Adds to the faults of a value under a schema.
    fn check(self, schema: &'s Json, value: &Json, faults: &mut Vec<String>) {
        if faults.len() > MOST_TOLD {
            return;
        }
        if self.depth > DEEPEST {
            return faults.push("schema is nested too deeply".to_owned());
        }
        let inner = Place { depth: self.depth + 1, ..self };
        // What stands beside a reference does not count in this draft.
        if let Some(reference) = schema.get("$ref").and_then(Json::as_str) {
            match inner.resolve(reference) {
                Some((place, schema)) => place.check(schema, value, faults),
                None => faults.push(format!("JSON Reference \"{reference}\" cannot be resolved")),
            }
            return;
        }
        let Some(schema) = schema.as_object() else { return };
        for (keyword, wanted) in schema {
            inner.keyword(schema, (keyword, wanted), value, faults);
        }
    }

    fn resolve(self, reference: &str) -> Option<(Place<'s>, &'s Json)> {
        if let Some(pointer) = reference.strip_prefix('#') {
            return Some((self, self.root.pointer(pointer)?));
        }
        let schema = self.schemas.all.get(&model_named(reference)?)?;
        Some((Place { root: schema, ..self }, schema))
    }

    /// Whether a value keeps to a schema.
    fn holds(self, schema: &'s Json, value: &Json) -> bool {
        let mut faults = Vec::new();
        self.check(schema, value, &mut faults);
        faults.is_empty()
    }
}

/// The model to which a reference goes.
fn model_named(reference: &str) -> Option<String> {
    let (_, name) = reference.strip_prefix(MODELS)?.split_once("/models/")?;
    Some(name.to_owned())
}

/// All models to which a schema refers.
pub fn models_named(schema: &Json) -> Vec<String> {
    let mut found = Vec::new();
    walk(schema, 0, &mut |name, value| {
        if let ("$ref", Some(reference)) = (name, value.as_str()) {
            found.extend(model_named(reference));
        }
    });
    found
}

/// What a schema says that cannot be kept to here, by name.
pub fn missing(schema: &Json) -> Option<String> {
    let mut found = None;
    let mut patterns = Vec::new();
    let deep = walk(schema, 0, &mut |name, value| match (name, value) {
        ("$ref", Json::String(reference)) if !reference.starts_with('#') && model_named(reference).is_none() => {
            found = Some(format!("a JSON schema's reference to {reference}"));
        }
        ("pattern", Json::String(text)) => patterns.push(text.clone()),
        ("patternProperties", Json::Object(all)) => patterns.extend(all.keys().cloned()),
        _ => {}
    });
    if !deep {
        return Some("a JSON schema that is nested that deeply".to_owned());
    }
    let strange = patterns.into_iter().find(|text| pattern(text).is_none());
    found.or_else(|| strange.map(|text| format!("the pattern {text} in a JSON schema")))
}

/// Goes through all members of a schema; `false` where it is too deep.
fn walk(schema: &Json, depth: usize, look: &mut dyn FnMut(&str, &Json)) -> bool {
    if depth > DEEPEST {
        return false;
    }
    match schema {
        Json::Object(members) => members.iter().all(|(name, value)| {
            look(name, value);
            walk(value, depth + 1, look)
        }),
        Json::Array(items) => items.iter().all(|item| walk(item, depth + 1, look)),
        _ => true,
    }
}

/// A regular expression of ECMAScript; `None` for one that is none, or that looks around.
fn pattern(text: &str) -> Option<Regex> {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (letter, letter == '\\') {
            (_, true) => match letters.next()? {
                // ECMAScript's classes are ASCII's.
                'd' => out.push_str("[0-9]"),
                'D' => out.push_str("[^0-9]"),
                'w' => out.push_str("[A-Za-z0-9_]"),
                'W' => out.push_str("[^A-Za-z0-9_]"),
                other => {
                    out.push('\\');
                    out.push(other);
                }
            },
            (letter, false) => out.push(letter),
        }
    }
    RegexBuilder::new(&out).size_limit(1 << 20).build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn faults(schema: Json, value: Json) -> Vec<String> {
        Schemas::of("M", |name| (name == "M").then(|| schema.to_string())).faults(&value)
    }

    #[test]
    fn values_keep_to_a_schema_or_it_is_said_why_not() {
        let check = |schema: Json, value: Json, expect: &[&str]| {
            assert_eq!(faults(schema.clone(), value.clone()), expect, "{schema} {value}");
        };
        let order = json!({
            "type": "object",
            "required": ["items", "name"],
            "additionalProperties": false,
            "properties": {
                "name": {"type": "string", "minLength": 1, "maxLength": 3, "pattern": "^\\w+$"},
                "items": {"type": "array", "minItems": 1, "uniqueItems": true, "items": {"$ref": "#/definitions/item"}},
                "kind": {"enum": ["a", "b"]},
            },
            "definitions": {"item": {"type": "integer", "minimum": 1, "maximum": 5, "exclusiveMaximum": true}},
        });
        check(order.clone(), json!({"name": "ab", "items": [1, 2], "kind": "a"}), &[]);
        check(
            order.clone(),
            json!([]),
            &["instance type (array) does not match any allowed primitive type (allowed: [\"object\"])"],
        );
        check(order.clone(), json!({"name": "a"}), &["object has missing required properties ([\"items\"])"]);
        check(
            order.clone(),
            json!({"name": "", "items": [], "more": 1}),
            &[
                "object instance has properties which are not allowed by the schema: [\"more\"]",
                "string \"\" is too short (length: 0, required minimum: 1)",
                "ECMA 262 regex \"^\\w+$\" does not match input string \"\"",
                "array is too short: must have at least 1 elements but instance has 0 elements",
            ],
        );
        check(
            order.clone(),
            json!({"name": "abcd", "items": [1, 1, 5, 0, 1.5], "kind": "c"}),
            &[
                "string \"abcd\" is too long (length: 4, maximum allowed: 3)",
                "array must not contain duplicate elements",
                "numeric instance is not strictly lower than the required maximum 5",
                "numeric instance is lower than the required minimum (minimum: 1, found: 0)",
                "instance type (number) does not match any allowed primitive type (allowed: [\"integer\"])",
                "instance value (\"c\") not found in enum (possible values: [\"a\",\"b\"])",
            ],
        );
        check(json!({"type": ["number", "null"]}), json!(1), &[]);
        check(
            json!({"anyOf": [{"type": "string"}, {"type": "null"}]}),
            json!(1),
            &["instance failed to match at least one required schema among 2"],
        );
        check(
            json!({"oneOf": [{}, {"type": "integer"}]}),
            json!(1),
            &["instance failed to match exactly one schema (matched 2 out of 2)"],
        );
        check(json!({"not": {"type": "integer"}}), json!(1), &["instance matched a schema which it should not have"]);
        check(
            json!({"allOf": [{"minimum": 2}, {"maximum": 3}]}),
            json!(1),
            &["instance failed to match all required schemas (matched only 1 out of 2)"],
        );
        check(json!({"multipleOf": 2}), json!(3), &["remainder of division is not zero (3 / 2)"]);
        check(
            json!({"dependencies": {"a": ["b"]}}),
            json!({"a": 1}),
            &["property \"a\" of object has missing property dependencies (schema requires [\"b\"]; missing: [\"b\"])"],
        );
        check(json!({"format": "email"}), json!("x"), &["string \"x\" is not a valid email address"]);
        check(
            json!({"maxProperties": 0}),
            json!({"a": 1}),
            &["object has too many properties (found 1 but schema requires at most 0)"],
        );
    }

    #[test]
    fn models_refer_to_one_another_and_to_themselves() {
        let to = |name: &str| json!({"$ref": format!("https://apigateway.amazonaws.com/restapis/a1/models/{name}")});
        let tree = json!({"type": "object", "properties": {"left": {"$ref": "#"}, "size": to("Size")}});
        let size = json!({"type": "integer"});
        let schemas = Schemas::of("Tree", |name| match name {
            "Tree" => Some(tree.to_string()),
            "Size" => Some(size.to_string()),
            _ => None,
        });
        assert!(schemas.faults(&json!({"left": {"left": {"size": 1}}})).is_empty());
        assert_eq!(schemas.faults(&json!({"left": {"left": {"size": "1"}}})).len(), 1);
        assert_eq!(models_named(&tree), ["Size"]);
        let endless = Schemas::of("M", |_| Some(json!({"$ref": "#"}).to_string()));
        assert_eq!(endless.faults(&json!(1)), ["schema is nested too deeply"]);
    }

    #[test]
    fn what_cannot_be_kept_to_has_a_name() {
        assert_eq!(missing(&json!({"pattern": "^(?=a)"})).as_deref(), Some("the pattern ^(?=a) in a JSON schema"));
        let elsewhere = json!({"items": {"$ref": "http://example.com/a"}});
        assert_eq!(missing(&elsewhere).as_deref(), Some("a JSON schema's reference to http://example.com/a"));
        assert_eq!(missing(&json!({"pattern": "^[\\w.]+\\d$", "x-own": 1})), None);
    }
}
