use crate::{Error, Limits, Pattern};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Compiled patterns by their texts, so that a pattern is compiled once and not for each event. It holds nothing that its
/// texts do not say: dropping it costs time alone.
pub struct Cache {
    limits: Limits,
    most: usize,
    patterns: RwLock<BTreeMap<Box<str>, Arc<Pattern>>>,
}

impl Cache {
    /// At most `most` patterns, each within `limits`. A cache that is full begins anew.
    pub const fn new(most: usize, limits: Limits) -> Cache {
        Cache { limits, most, patterns: RwLock::new(BTreeMap::new()) }
    }

    /// The compiled form of `text`.
    ///
    /// # Errors
    /// As [`Pattern::compile`]. What does not compile is not remembered.
    pub fn get(&self, text: &str) -> Result<Arc<Pattern>, Error> {
        if let Some(known) = self.patterns.read().unwrap_or_else(PoisonError::into_inner).get(text) {
            return Ok(Arc::clone(known));
        }
        let pattern = Arc::new(Pattern::compile(text, self.limits)?);
        let mut patterns = self.patterns.write().unwrap_or_else(PoisonError::into_inner);
        if patterns.len() >= self.most {
            patterns.clear();
        }
        patterns.insert(text.into(), Arc::clone(&pattern));
        Ok(pattern)
    }
}
