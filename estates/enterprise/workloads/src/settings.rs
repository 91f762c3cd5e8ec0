//! What the environment says.

use crate::failure::Failure;
use std::collections::BTreeMap;

/// The environment's variables, read once.
#[derive(Default)]
pub struct Settings(BTreeMap<String, String>);

impl Settings {
    /// The process's own. Variables that are not text are no concern of ours.
    pub fn of_environment() -> Settings {
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Settings(std::env::vars_os().filter_map(text).collect())
    }

    #[cfg(test)]
    pub fn of(pairs: &[(&str, &str)]) -> Settings {
        Settings(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    /// A variable that may be left out or empty.
    pub fn optional(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// A variable that must be there.
    pub fn text(&self, name: &str) -> Result<&str, Failure> {
        self.optional(name).ok_or_else(|| Failure::Misconfigured(format!("the variable {name} is not set")))
    }

    /// A whole number, or what holds without one.
    pub fn number(&self, name: &str, without: u64) -> Result<u64, Failure> {
        let Some(text) = self.optional(name) else { return Ok(without) };
        text.parse().map_err(|_| Failure::Misconfigured(format!("the variable {name} is no whole number")))
    }
}
