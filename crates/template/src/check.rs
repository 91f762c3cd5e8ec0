//! Whether a resource's properties are what its type has, in the words of AWS's validator.

use crate::schema::{Node, Others};
use crate::{Schema, json};
use shape::Value;

impl Schema {
    /// The properties with each scalar in the form that its type has: a template may give a number as a text and the other way
    /// round.
    ///
    /// # Errors
    /// All that is wrong with them, one line each.
    pub fn check(&self, properties: &Value) -> Result<Value, String> {
        let mut wrong = Vec::new();
        let empty = Value::Map(Default::default());
        let given = if properties.is_null() { &empty } else { properties };
        let mut checked = self.visit(&self.root, given, "#", &mut wrong);
        if let Value::Map(map) = &mut checked {
            let read_only: Vec<String> = map.keys().filter(|name| self.is_read_only(name)).cloned().collect();
            for name in read_only {
                wrong.push(format!("#: extraneous key [{name}] is not permitted"));
                map.shift_remove(&name);
            }
        }
        if wrong.is_empty() { Ok(checked) } else { Err(wrong.join("\n")) }
    }

    fn visit(&self, node: &Node, value: &Value, path: &str, wrong: &mut Vec<String>) -> Value {
        let node = self.resolve(node);
        let value = fitting(node, value);
        match &value {
            Value::Map(map) if node.allows("object") => {
                let mut out = shape::IndexMap::new();
                for (name, inner) in map {
                    let known = match (node.properties.get(name), &node.others) {
                        (Some(node), _) => Some(node),
                        (None, Others::Of(node)) => Some(&**node),
                        (None, Others::Free) => {
                            out.insert(name.clone(), inner.clone());
                            continue;
                        }
                        (None, Others::None) => None,
                    };
                    match known {
                        Some(node) => {
                            let inner = self.visit(node, inner, &format!("{path}/{name}"), wrong);
                            out.insert(name.clone(), inner);
                        }
                        None => wrong.push(format!("{path}: extraneous key [{name}] is not permitted")),
                    }
                }
                let missing = node.required.iter().filter(|name| !map.contains_key(*name));
                wrong.extend(missing.map(|name| format!("{path}: required key [{name}] not found")));
                Value::Map(out)
            }
            Value::List(items) if node.allows("array") => {
                let Some(item) = &node.items else { return value.clone() };
                let items = items.iter().enumerate();
                Value::List(items.map(|(at, inner)| self.visit(item, inner, &format!("{path}/{at}"), wrong)).collect())
            }
            scalar => {
                if !node.allows(kind_of(scalar)) {
                    let wanted = node.kinds.first().map_or("", |kind| spoken(kind));
                    wrong.push(format!("{path}: expected type: {wanted}, found: {}", spoken(kind_of(scalar))));
                } else if !node.values.is_empty() && !node.values.contains(scalar) {
                    let text = json::text(scalar).unwrap_or_default();
                    wrong.push(format!("{path}: {text} is not a valid enum value"));
                }
                value
            }
        }
    }
}

impl Node {
    fn allows(&self, kind: &str) -> bool {
        // A node that names no type but has members is an object all the same.
        self.kinds.is_empty() || self.kinds.iter().any(|own| own == kind || (own == "number" && kind == "integer"))
    }
}

/// A scalar in the form that its type has, if it can have it.
fn fitting(node: &Node, value: &Value) -> Value {
    if node.allows(kind_of(value)) {
        return value.clone();
    }
    let of = |kind: &str| match (kind, value) {
        ("integer", Value::Str(text)) => text.trim().parse().ok().map(Value::Int),
        ("integer", Value::Float(number)) if number.fract() == 0.0 => Some(Value::Int(*number as i64)),
        ("number", Value::Str(text)) => text.trim().parse().ok().map(Value::Float),
        ("boolean", Value::Str(text)) => match text.to_ascii_lowercase().as_str() {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ => None,
        },
        ("string", value) => json::text(value).map(Value::Str),
        _ => None,
    };
    node.kinds.iter().find_map(|kind| of(kind)).unwrap_or_else(|| value.clone())
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Int(_) => "integer",
        Value::Float(_) => "number",
        Value::Str(_) | Value::Blob(_) | Value::Time(_) => "string",
        Value::List(_) => "array",
        Value::Map(_) => "object",
    }
}

/// A type as AWS's validator calls it.
fn spoken(kind: &str) -> &str {
    match kind {
        "boolean" => "Boolean",
        "integer" => "Integer",
        "number" => "Number",
        "string" => "String",
        "array" => "JSONArray",
        "object" => "JSONObject",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use crate::{Schemas, json};

    const QUEUE: &str = r##"{"types":{"T":{"required":["Name"],"readOnlyProperties":["Arn"],"properties":{"Name":{"type":"string"},
        "Arn":{"type":"string"},"Size":{"type":"integer"},"On":{"type":"boolean"},"Mode":{"type":"string","enum":["a","b"]},
        "Tags":{"type":"array","items":{"$ref":"#/definitions/Tag"}},"Policy":{"type":["object","string"]}},"definitions":
        {"Tag":{"type":"object","additionalProperties":false,"required":["Key"],"properties":{"Key":{"type":"string"}}}}}}}"##;

    fn check(properties: &str, expect: &str) {
        static SCHEMAS: Schemas = Schemas::new(QUEUE);
        let got = SCHEMAS.get("T").unwrap().check(&json::read(properties).unwrap());
        assert_eq!(got.map_or_else(|wrong| wrong, |value| json::write(&value)), expect, "{properties}");
    }

    #[test]
    fn properties_are_held_to_their_type() {
        check(r#"{"Name":5,"Size":"30","On":"true"}"#, r#"{"Name":"5","Size":30,"On":true}"#);
        check(r#"{"Name":"n","Policy":{"any":{"x":[1]}}}"#, r#"{"Name":"n","Policy":{"any":{"x":[1]}}}"#);
        check("{}", "#: required key [Name] not found");
        check(r#"{"Name":"n","Nmae":1}"#, "#: extraneous key [Nmae] is not permitted");
        check(r#"{"Name":"n","Arn":"x"}"#, "#: extraneous key [Arn] is not permitted");
        check(r#"{"Name":"n","Size":"many"}"#, "#/Size: expected type: Integer, found: String");
        check(r#"{"Name":"n","Mode":"c"}"#, "#/Mode: c is not a valid enum value");
        check(r#"{"Name":"n","Tags":{"a":1}}"#, "#/Tags: expected type: JSONArray, found: JSONObject");
        check(
            r#"{"Name":"n","Tags":[{"Kee":"a"}]}"#,
            "#/Tags/0: extraneous key [Kee] is not permitted\n#/Tags/0: required key [Key] not found",
        );
    }
}
