//! What expressions of a state can see: its input and the context object.

use crate::language::fault::Fault;
use crate::language::path::Path;
use serde_json::Value;

/// A source of chance, for `MathRandom`, `UUID` and jitter.
pub trait Chance {
    /// A number below `bound`, which is not zero.
    fn below(&mut self, bound: u64) -> u64;
    /// A random UUID.
    fn uuid(&mut self) -> String;
}

/// What expressions can see.
pub struct Scope<'a> {
    /// What `$` is.
    pub input: &'a Value,
    /// What `$$` is.
    pub context: &'a Value,
    /// Chance.
    pub chance: &'a mut dyn Chance,
}

impl Scope<'_> {
    /// What a path finds. `field` is where the path stands.
    pub fn find(&self, path: &Path, field: &str) -> Result<Value, Fault> {
        let root = if path.in_context { self.context } else { self.input };
        path.find(root).ok_or_else(|| {
            Fault::runtime(format!(
                "The JSONPath '{}' specified for the field '{field}' could not be found in the input '{root}'",
                path.text()
            ))
        })
    }
}
