//! Properties and what operations take: the same members, but that operations begin theirs with a small letter; and patches.

use super::GONE;
use service::resource::{Hand, as_text, found, text_at};
use service::{Result, Value};

/// A member's name as operations have it.
fn small(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_lowercase().to_string() + letters.as_str()).unwrap_or_default()
}

/// These properties as an operation takes them.
pub fn input(properties: &Value, names: &[&str]) -> Vec<(String, Value)> {
    names.iter().filter_map(|name| Some((small(name), properties.get(name)?.clone()))).collect()
}

/// These properties of what an operation answered.
pub fn output(answer: &Value, names: &[&str]) -> Vec<(String, Value)> {
    let present = |name: &&str| Some(((*name).to_owned(), answer.get(&small(name))?.clone()));
    names.iter().filter_map(present).collect()
}

/// Adds a member to an input.
pub fn with(mut members: Vec<(String, Value)>, name: &str, value: impl Into<Value>) -> Value {
    members.push((name.to_owned(), value.into()));
    Value::map(members)
}

/// The API in which something is.
pub fn api(properties: &Value) -> &str {
    text_at(properties, &["RestApiId"]).unwrap_or_default()
}

/// The ids of what an API has, where only its API knows them: a member of the input, and that of what is sought.
pub fn key(properties: &Value, name: &str, id: &str) -> Value {
    Value::map([("restApiId", api(properties).into()), (name, id.into())])
}

/// What a look answers; `None` where the thing or its API has gone.
pub fn seen(hand: &mut Hand, operation: &str, input: Value) -> Result<Option<Value>> {
    found(hand.look(operation, input), GONE)
}

/// Deletes what may have gone.
pub fn gone(hand: &mut Hand, operation: &str, input: Value) -> Result<()> {
    found(hand.call(operation, input), GONE).map(drop)
}

/// Flags by name, which a template may write as texts.
pub fn flags(value: Option<&Value>) -> Value {
    let flag = |(name, value): (&String, &Value)| (name.clone(), Value::Bool(as_text(value) == "true"));
    value.and_then(Value::as_map).map_or(Value::Null, |map| Value::map(map.iter().map(flag)))
}

/// Changes on their way to an `Update…` operation.
#[derive(Default)]
pub struct Patches(Vec<Value>);

impl Patches {
    /// Adds one.
    pub fn add(&mut self, op: &str, path: impl Into<String>, value: Option<String>) {
        let path: String = path.into();
        let members = [("op", op.into()), ("path", path.into()), ("value", value.into())];
        self.0.push(Value::map(members));
    }

    /// Sets a property that has become another at its path; one that is not there any more becomes `usual`, or is removed.
    pub fn set(&mut self, (old, new): (&Value, &Value), (property, path): (&str, &str), usual: Option<&str>) {
        let (old, new) = (old.get(property), new.get(property));
        if old == new {
            return;
        }
        match (new.map(as_text), usual) {
            (Some(text), _) => self.add("replace", path, Some(text)),
            (None, Some(usual)) => self.add("replace", path, Some(usual.to_owned())),
            (None, None) => self.add("remove", path, None),
        }
    }

    /// Sets the texts of a map that have become others, each at its name beneath a path.
    pub fn set_map(&mut self, (old, new): (&Value, &Value), (property, path): (&str, &str)) {
        let none = Default::default();
        let of = |value: &Value| value.get(property).and_then(Value::as_map).cloned();
        let (old, new) = (of(old).unwrap_or_else(|| Clone::clone(&none)), of(new).unwrap_or(none));
        for name in old.keys().filter(|name| !new.contains_key(*name)) {
            self.add("remove", format!("{path}/{}", escaped(name)), None);
        }
        for (name, value) in new.iter().filter(|(name, value)| old.get(*name) != Some(value)) {
            self.add("replace", format!("{path}/{}", escaped(name)), Some(as_text(value)));
        }
    }

    /// Makes the changes of what `input` names.
    pub fn send(self, hand: &mut Hand, operation: &str, input: Value) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let members = input.as_map().cloned().unwrap_or_default();
        let input = with(members.into_iter().collect(), "patchOperations", self.0);
        hand.call(operation, input).map(drop)
    }
}

/// A name as a part of a path (RFC 6901).
pub fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
