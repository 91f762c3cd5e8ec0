//! What stands for names and values in the expressions of one request.

use super::Kind;
use super::reserved::is_reserved;
use crate::errors;
use crate::value::{AttributeValue, Attributes};
use service::{IndexMap, Result};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// `ExpressionAttributeNames` and `ExpressionAttributeValues`, and which of them were used.
#[derive(Debug, Default)]
pub struct Parameters {
    names: IndexMap<String, String>,
    values: Attributes,
    used: RefCell<BTreeSet<String>>,
    /// What is wrong with names and values in the expression that is being read. A fault of its form comes first.
    wrong: RefCell<Option<String>>,
}

impl Parameters {
    /// Takes what a request gave. `expressions` are the parameters of this operation that can use values, and whether
    /// each was given; `any` is whether one was given that can use names.
    ///
    /// # Errors
    /// AWS's for parameters without an expression, empty ones, and keys or values that are not well formed.
    pub fn of(
        names: Option<IndexMap<String, String>>,
        values: Option<Attributes>,
        expressions: &[(Kind, bool)],
        any: bool,
    ) -> Result<Parameters> {
        if names.is_some() && !any {
            return Err(errors::validation("ExpressionAttributeNames can only be specified when using expressions"));
        }
        if values.is_some() && !expressions.iter().any(|(_, given)| *given) {
            let all: Vec<&str> = expressions.iter().map(|(kind, _)| kind.name()).collect();
            let be = if all.len() > 1 { "are" } else { "is" };
            let all = all.join(" and ");
            return Err(errors::validation(format!(
                "ExpressionAttributeValues can only be specified when using expressions: {all} {be} null"
            )));
        }
        if names.as_ref().is_some_and(IndexMap::is_empty) {
            return Err(errors::validation("ExpressionAttributeNames must not be empty"));
        }
        if values.as_ref().is_some_and(IndexMap::is_empty) {
            return Err(errors::validation("ExpressionAttributeValues must not be empty"));
        }
        let names = names.unwrap_or_default();
        check_keys("ExpressionAttributeNames", '#', names.keys())?;
        let mut values = values.unwrap_or_default();
        check_keys("ExpressionAttributeValues", ':', values.keys())?;
        for (key, value) in &mut values {
            value.check().map_err(|error| {
                let text = error.message();
                errors::validation(format!("ExpressionAttributeValues contains invalid value: {text} for key {key}"))
            })?;
        }
        Ok(Parameters { names, values, ..Parameters::default() })
    }

    /// A name that stands for itself.
    pub(super) fn word(&self, word: &str) -> String {
        if is_reserved(word) {
            self.blame(format!("Attribute name is a reserved keyword; reserved keyword: {word}"));
        }
        word.to_owned()
    }

    /// The name that `#key` stands for.
    pub(super) fn name(&self, key: &str) -> String {
        match self.names.get(key) {
            Some(name) => {
                self.used.borrow_mut().insert(key.to_owned());
                name.clone()
            }
            None => {
                let text = "An expression attribute name used in the document path is not defined; attribute name: ";
                self.blame(format!("{text}{key}"));
                String::new()
            }
        }
    }

    /// The value that `:key` stands for.
    pub(super) fn value(&self, key: &str) -> AttributeValue {
        match self.values.get(key) {
            Some(value) => {
                self.used.borrow_mut().insert(key.to_owned());
                value.clone()
            }
            None => {
                let text = "An expression attribute value used in expression is not defined; attribute value: ";
                self.blame(format!("{text}{key}"));
                AttributeValue::Unset
            }
        }
    }

    fn blame(&self, text: String) {
        self.wrong.borrow_mut().get_or_insert(text);
    }

    /// What was wrong with the names and values of the expression that was read last.
    pub(super) fn resolve(&self, kind: Kind) -> Result<()> {
        match self.wrong.borrow_mut().take() {
            Some(text) => Err(kind.error(text)),
            None => Ok(()),
        }
    }

    /// Checks that nothing was given that no expression used; to be asked when all were read.
    pub fn all_used(&self) -> Result<()> {
        let used = self.used.borrow();
        let check = |what: &str, keys: &mut dyn Iterator<Item = &String>| {
            let unused: Vec<&str> = keys.filter(|key| !used.contains(*key)).map(String::as_str).collect();
            if unused.is_empty() {
                return Ok(());
            }
            let unused = unused.join(", ");
            Err(errors::validation(format!("Value provided in {what} unused in expressions: keys: {{{unused}}}")))
        };
        check("ExpressionAttributeNames", &mut self.names.keys())?;
        check("ExpressionAttributeValues", &mut self.values.keys())
    }
}

fn check_keys<'k>(what: &str, mark: char, keys: impl Iterator<Item = &'k String>) -> Result<()> {
    for key in keys {
        let rest = key.strip_prefix(mark);
        let good = |rest: &str| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !rest.is_some_and(good) {
            return Err(errors::validation(format!("{what} contains invalid key: Syntax error; key: \"{key}\"")));
        }
    }
    Ok(())
}
