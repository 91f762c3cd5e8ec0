//! The rules of tags.

use crate::errors;
use service::{IndexMap, Result, TagRules, View};

const RULES: TagRules = TagRules {
    most: 50,
    invalid: |text| errors::invalid(text),
    too_many: |_| errors::invalid("Number of tags exceeds resource tag limit."),
};

/// The tags of a request, checked.
pub fn checked(view: &View, tags: Option<IndexMap<String, String>>) -> Result<IndexMap<String, String>> {
    let mut all = IndexMap::new();
    add(view, &mut all, tags.unwrap_or_default())?;
    Ok(all)
}

/// Adds tags to those that are there.
pub fn add(view: &View, to: &mut IndexMap<String, String>, tags: IndexMap<String, String>) -> Result<()> {
    RULES.check_from(view.request(), tags.iter().map(|(key, value)| (key.as_str(), value.as_str())))?;
    to.extend(tags);
    RULES.check_count(to.len())
}
