//! What of a resource is otherwise than its template says.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html>

use crate::schema::{Node, Others};
use crate::{Schema, json};
use shape::{IndexMap, Value};

/// How a text begins that is only resolved when the resource is made: what it stands for is not compared.
const DYNAMIC: &str = "{{resolve:";

/// A value that is otherwise than expected.
#[derive(Debug, Clone, PartialEq)]
pub struct Drift {
    /// Where it stands, as `/Tags/0/Value`.
    pub path: String,
    /// What was expected; `None` where nothing was.
    pub expected: Option<Value>,
    /// What there is; `None` where nothing is.
    pub actual: Option<Value>,
}

impl Schema {
    /// The properties of a template that can be read again, and so be compared.
    pub fn readable(&self, properties: &Value) -> Value {
        self.without_written(properties, "")
    }

    fn without_written(&self, value: &Value, path: &str) -> Value {
        let Value::Map(members) = value else { return value.clone() };
        let within = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
        let readable = members.iter().filter(|(name, _)| !self.is_write_only(&within(name)));
        let kept = readable.map(|(name, value)| (name, self.without_written(value, &within(name)), value));
        // What holds nothing but such members is not compared either.
        let told = kept.filter(|(_, kept, value)| !is_empty(kept) || is_empty(value));
        Value::map(told.map(|(name, kept, _)| (name.clone(), kept)))
    }

    /// What there is of the properties that are expected: documents in the form in which they are expected.
    pub fn as_expected(&self, expected: &Value, actual: &Value) -> Value {
        let members = expected.as_map().into_iter().flatten();
        let seen = members.filter_map(|(name, wanted)| Some((name.clone(), document(wanted, actual.get(name)?))));
        Value::map(seen.filter(|(_, value)| !value.is_null()))
    }

    /// In what they differ. What a template does not say is not compared, but for further members of maps, and further
    /// items of lists, that it has.
    pub fn drift(&self, expected: &Value, actual: &Value) -> Vec<Drift> {
        let mut found = Vec::new();
        for (name, wanted) in expected.as_map().into_iter().flatten() {
            let node = self.root.properties.get(name);
            let (path, seen) = (format!("/{name}"), actual.get(name).unwrap_or(&Value::Null));
            self.compare(node, (wanted, seen), &path, &mut found);
        }
        found
    }

    fn compare(&self, node: Option<&Node>, (wanted, seen): (&Value, &Value), path: &str, found: &mut Vec<Drift>) {
        let node = node.map(|node| self.resolve(node));
        let seen = document(wanted, seen);
        match (wanted, &seen) {
            (Value::Str(text), _) if text.contains(DYNAMIC) => {}
            (wanted, Value::Null) if is_empty(wanted) => {}
            (_, Value::Null) => found.push(drift(path, Some(wanted), None)),
            (Value::Map(want), Value::Map(have)) => self.compare_maps(node, (want, have), path, found),
            (Value::List(want), Value::List(have)) => self.compare_lists(node, (want, have), path, found),
            (wanted, seen) if same(wanted, seen) => {}
            (wanted, seen) => found.push(drift(path, Some(wanted), Some(seen))),
        }
    }

    fn compare_maps(
        &self,
        node: Option<&Node>,
        (want, have): (&IndexMap<String, Value>, &IndexMap<String, Value>),
        path: &str,
        found: &mut Vec<Drift>,
    ) {
        let inner = |name: &str| {
            let node = node?;
            let others = if let Others::Of(others) = &node.others { Some(&**others) } else { None };
            node.properties.get(name).or(others)
        };
        for (name, wanted) in want {
            let seen = have.get(name).unwrap_or(&Value::Null);
            self.compare(inner(name), (wanted, seen), &format!("{path}/{name}"), found);
        }
        // Members that a type names have defaults; those of a map, or of a document, somebody has written.
        let is_free = node.is_none_or(|node| node.properties.is_empty());
        let others = have.iter().filter(|(name, value)| is_free && !want.contains_key(*name) && !value.is_null());
        found.extend(others.map(|(name, value)| drift(&format!("{path}/{name}"), None, Some(value))));
    }

    /// The order of a list's items says nothing.
    fn compare_lists(
        &self,
        node: Option<&Node>,
        (want, have): (&[Value], &[Value]),
        path: &str,
        found: &mut Vec<Drift>,
    ) {
        let item = node.and_then(|node| node.items.as_deref());
        let drift_of = |wanted: &Value, seen: &Value, path: &str| {
            let mut found = Vec::new();
            self.compare(item, (wanted, seen), path, &mut found);
            found
        };
        let mut left: Vec<(usize, &Value)> = have.iter().enumerate().collect();
        let mut missing = Vec::new();
        for (at, wanted) in want.iter().enumerate() {
            match left.iter().position(|(_, seen)| drift_of(wanted, seen, "").is_empty()) {
                Some(place) => drop(left.remove(place)),
                None => missing.push((at, wanted)),
            }
        }
        for (at, wanted) in missing {
            let key = wanted.get("Key");
            // Of tags and the like, the one of the same key is meant; of others, the first that nothing fits.
            let place = match key {
                Some(key) => left.iter().position(|(_, seen)| seen.get("Key") == Some(key)),
                None => (!left.is_empty()).then_some(0),
            };
            let path = format!("{path}/{at}");
            match place.map(|place| left.remove(place)) {
                Some((_, seen)) => found.extend(drift_of(wanted, seen, &path)),
                None => found.push(drift(&path, Some(wanted), None)),
            }
        }
        found.extend(left.into_iter().map(|(at, seen)| drift(&format!("{path}/{at}"), None, Some(seen))));
    }
}

fn drift(path: &str, expected: Option<&Value>, actual: Option<&Value>) -> Drift {
    Drift { path: path.to_owned(), expected: expected.cloned(), actual: actual.cloned() }
}

/// A value in the form in which it is expected: what is no text may be read as one.
fn document(wanted: &Value, seen: &Value) -> Value {
    match (wanted, seen) {
        (Value::Str(_), _) => seen.clone(),
        // Of numbers and truths too: some operations tell all as texts.
        (_, Value::Str(text)) => json::read(text).unwrap_or_else(|| seen.clone()),
        _ => seen.clone(),
    }
}

/// What stands for nothing.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(truth) => !truth,
        Value::Str(text) => text.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Map(members) => members.is_empty(),
        _ => false,
    }
}

/// Whether two scalars say the same: a number or a truth may be a text, and two texts the same document.
fn same(wanted: &Value, seen: &Value) -> bool {
    let (Some(left), Some(right)) = (json::text(wanted), json::text(seen)) else { return wanted == seen };
    let number = |text: &str| text.parse::<f64>().ok();
    let parsed = |text: &str| if text.trim_start().starts_with(['{', '[']) { json::read(text) } else { None };
    left == right
        || number(&left).is_some_and(|left| Some(left) == number(&right))
        || parsed(&left).is_some_and(|left| Some(left) == parsed(&right))
}

#[cfg(test)]
mod tests {
    use crate::{Schemas, json};

    const TYPE: &str = r##"{"types":{"T":{"writeOnlyProperties":["Secret","Code/Zip"],"properties":{"Name":{"type":"string"},"Secret":
        {"type":"string"},"Size":{"type":"integer"},"Code":{"type":"object","properties":{"Zip":{"type":"string"},"Kind":{"type":"string"}}},
        "Policy":{"type":["object","string"]},"Box":{"type":"object","properties":{"A":{"type":"integer"},"B":{"type":"integer"}}},
        "Tags":{"type":"array","items":{"type":"object","properties":{"Key":{"type":"string"},"Value":{"type":"string"}}}}}}}}"##;

    fn check(expected: &str, actual: &str, expect: &[&str]) {
        static SCHEMAS: Schemas = Schemas::new(TYPE);
        let schema = SCHEMAS.get("T").unwrap();
        let expected = schema.readable(&json::read(expected).unwrap());
        let text = |value: Option<shape::Value>| value.map_or_else(|| "-".to_owned(), |value| json::write(&value));
        let found = schema.drift(&expected, &json::read(actual).unwrap()).into_iter();
        let told: Vec<String> = found.map(|d| format!("{} {} {}", d.path, text(d.expected), text(d.actual))).collect();
        assert_eq!(told, expect, "{}", json::write(&expected));
    }

    #[test]
    fn what_is_otherwise_is_found() {
        check(r#"{"Name":"n","Size":3}"#, r#"{"Name":"n","Size":"3","Other":1}"#, &[]);
        check(r#"{"Size":3}"#, r#"{"Size":"4"}"#, &["/Size 3 4"]);
        check(r#"{"Name":"n","Size":3}"#, r#"{"Name":"m"}"#, &[r#"/Name "n" "m""#, "/Size 3 -"]);
        check(
            r#"{"Secret":"x","Code":{"Zip":"x","Kind":"a"}}"#,
            r#"{"Code":{"Kind":"b"}}"#,
            &[r#"/Code/Kind "a" "b""#],
        );
        check(r#"{"Code":{"Zip":"x"}}"#, "{}", &[]);
        check(r#"{"Policy":{"a":[1,2]}}"#, r#"{"Policy":"{\"a\": [2, 1]}"}"#, &[]);
        check(r#"{"Policy":{"a":1}}"#, r#"{"Policy":"{\"a\":1,\"b\":2}"}"#, &["/Policy/b - 2"]);
        check(r#"{"Box":{"A":1}}"#, r#"{"Box":{"A":1,"B":5}}"#, &[]);
        check(r#"{"Name":"{{resolve:ssm:x}}"}"#, r#"{"Name":"secret"}"#, &[]);
        check(
            r#"{"Tags":[{"Key":"a","Value":"1"},{"Key":"b","Value":"2"},{"Key":"c","Value":"3"}]}"#,
            r#"{"Tags":[{"Key":"c","Value":"3"},{"Key":"a","Value":"9"},{"Key":"d","Value":"4"}]}"#,
            &[
                r#"/Tags/0/Value "1" "9""#,
                r#"/Tags/1 {"Key":"b","Value":"2"} -"#,
                r#"/Tags/2 - {"Key":"d","Value":"4"}"#,
            ],
        );
    }
}
