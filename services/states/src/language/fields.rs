//! Reading the fields of one object of a definition, and noting what is wrong with them.

use crate::language::definition::{Number, Text};
use crate::language::diagnostic::{Diagnostic, SCHEMA};
use crate::language::intrinsic::Expression;
use crate::language::path::Path;
use crate::language::template::Template;
use serde_json::{Map, Value};

/// How many faults are told of one definition.
const MOST_TOLD: usize = 100;

/// What was found wrong so far.
#[derive(Default)]
pub struct Findings {
    /// The faults, in the order of finding.
    pub wrong: Vec<Diagnostic>,
    /// The first thing that is used and not built.
    pub not_built: Option<String>,
}

impl Findings {
    /// Notes a fault.
    pub fn add(&mut self, code: &'static str, message: impl Into<String>, location: Option<&str>) {
        if self.wrong.len() < MOST_TOLD {
            self.wrong.push(Diagnostic { code, message: message.into(), location: location.map(str::to_owned) });
        }
    }

    /// Notes that a part of the language is used that is not built.
    pub fn not_built(&mut self, what: impl Into<String>) {
        self.not_built.get_or_insert_with(|| what.into());
    }
}

/// The fields of an object.
pub struct Fields<'a, 'f> {
    /// The object.
    pub map: &'a Map<String, Value>,
    /// Where it stands.
    pub at: &'f str,
    /// Where faults are noted.
    pub findings: &'f mut Findings,
}

impl<'a> Fields<'a, '_> {
    /// Notes a fault of the object.
    pub fn wrong(&mut self, message: impl Into<String>) {
        let at = if self.at.is_empty() { "/" } else { self.at };
        self.findings.add(SCHEMA, message, Some(at));
    }

    /// Notes a fault of a field.
    pub fn wrong_at(&mut self, field: &str, message: impl Into<String>) {
        let at = format!("{}/{field}", self.at);
        self.findings.add(SCHEMA, message, Some(&at));
    }

    /// Notes fields that must not stand here.
    pub fn only(&mut self, known: &[&[&str]]) {
        let map = self.map;
        for name in map.keys() {
            if !known.iter().any(|names| names.contains(&name.as_str())) {
                self.wrong(format!("Field '{name}' is not supported"));
            }
        }
    }

    /// Notes which of these are missing.
    pub fn require(&mut self, names: &[&str]) {
        let missing: Vec<&str> = names.iter().copied().filter(|name| !self.map.contains_key(*name)).collect();
        if !missing.is_empty() {
            self.wrong(format!("These fields are required: [{}]", missing.join(", ")));
        }
    }

    /// The one of these that is there; notes if there are several.
    pub fn at_most_one(&mut self, names: &[&'static str]) -> Option<&'static str> {
        let there: Vec<&'static str> = names.iter().copied().filter(|name| self.map.contains_key(*name)).collect();
        if there.len() > 1 {
            self.wrong(format!("There should only be one of the following fields: [{}]", names.join(", ")));
        }
        there.first().copied()
    }

    /// A field's text.
    pub fn text(&mut self, name: &str) -> Option<&'a str> {
        let map = self.map;
        let value = map.get(name)?;
        if value.as_str().is_none() {
            self.wrong_at(name, "Expected value of type String");
        }
        value.as_str()
    }

    /// A field's object.
    pub fn object(&mut self, name: &str) -> Option<&'a Map<String, Value>> {
        let map = self.map;
        let value = map.get(name)?;
        if value.as_object().is_none() {
            self.wrong_at(name, "Expected value of type Object");
        }
        value.as_object()
    }

    /// A field's list, which must not be empty.
    pub fn list(&mut self, name: &str) -> &'a [Value] {
        let map = self.map;
        let Some(value) = map.get(name) else { return &[] };
        match value.as_array() {
            Some(list) if !list.is_empty() => list,
            Some(_) => {
                self.wrong_at(name, "Minimum array size is 1");
                &[]
            }
            None => {
                self.wrong_at(name, "Expected value of type Array");
                &[]
            }
        }
    }

    /// A field's texts.
    pub fn texts(&mut self, name: &str) -> Vec<String> {
        let list = self.list(name);
        if list.iter().any(|value| !value.is_string()) {
            self.wrong_at(name, "Expected value of type String");
        }
        list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// A field's number, with bounds.
    pub fn number(&mut self, name: &str, (least, most): (f64, f64)) -> Option<f64> {
        let number = self.map.get(name)?.as_f64();
        match number {
            None => self.wrong_at(name, "Expected value of type Number"),
            Some(number) if number < least => self.wrong_at(name, format!("Minimum value is {least}")),
            Some(number) if number > most => self.wrong_at(name, format!("Maximum value is {most}")),
            Some(_) => {}
        }
        number
    }

    /// A field's whole number, with bounds.
    pub fn integer(&mut self, name: &str, bounds: (f64, f64)) -> Option<i64> {
        let number = self.number(name, bounds)?;
        if number.fract() != 0.0 {
            self.wrong_at(name, "Expected value of type Integer");
        }
        Some(number as i64)
    }

    /// A field that says yes or no.
    pub fn truth(&mut self, name: &str) -> Option<bool> {
        let value = self.map.get(name)?;
        if !value.is_boolean() {
            self.wrong_at(name, "Expected value of type Boolean");
        }
        value.as_bool()
    }

    /// A path, or null for nothing; `$` where the field is missing.
    pub fn path_or_null(&mut self, name: &str, reference: bool) -> Option<Path> {
        match self.map.get(name) {
            None => Some(Path::whole()),
            Some(Value::Null) => None,
            Some(_) => self.path(name, reference),
        }
    }

    /// A field's path; a reference path if asked for.
    pub fn path(&mut self, name: &str, reference: bool) -> Option<Path> {
        let value = self.map.get(name)?;
        let path = value.as_str().and_then(Path::read);
        match &path {
            None => self.wrong_at(name, "Value is not a valid JSONPath"),
            Some(path) if reference && (!path.is_reference() || path.in_context) => {
                self.wrong_at(name, "Value is not a Reference Path");
            }
            Some(_) => {}
        }
        path
    }

    /// A number, or the path to one in the field with `Path` behind its name.
    pub fn number_or_path(
        &mut self,
        (name, path_name): (&'static str, &'static str),
        bounds: (f64, f64),
    ) -> Option<Number> {
        if self.at_most_one(&[name, path_name])? == name {
            self.number(name, bounds).map(Number::Constant)
        } else {
            self.path(path_name, true).map(Number::Path)
        }
    }

    /// A text, or the path to one or the function that makes it.
    pub fn text_or_path(&mut self, (name, path_name): (&'static str, &'static str)) -> Option<Text> {
        if self.at_most_one(&[name, path_name])? == name {
            return self.text(name).map(|text| Text::Constant(text.to_owned()));
        }
        let expression = self.text(path_name).and_then(Expression::read);
        if expression.is_none() {
            self.wrong_at(path_name, "Value is not a valid JSONPath or a valid intrinsic function call");
        }
        expression.map(Text::Expression)
    }

    /// A payload template.
    pub fn template(&mut self, name: &str) -> Option<Template> {
        match Template::read(self.map.get(name)?) {
            Ok(template) => Some(template),
            Err(flaw) => {
                self.wrong_at(&format!("{name}{}", flaw.location), flaw.text);
                None
            }
        }
    }
}
