//! The tags of analyzers.

use crate::errors;
use service::{IndexMap, RequestInfo, Result, TagRules};

const RULES: TagRules = TagRules {
    most: 50,
    invalid: |text| errors::validation(text),
    too_many: |_| errors::validation("An analyzer has at most 50 tags."),
};

/// Adds tags to those that are there.
pub fn add(request: &RequestInfo, to: &mut IndexMap<String, String>, tags: IndexMap<String, String>) -> Result<()> {
    RULES.check_from(request, tags.iter().map(|(key, value)| (key.as_str(), value.as_str())))?;
    to.extend(tags);
    RULES.check_count(to.len())
}
