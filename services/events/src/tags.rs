//! The tags of buses and rules.

use crate::api::Tag;
use crate::errors;
use service::{IndexMap, Result, TagRules, View};

const RULES: TagRules = TagRules {
    most: 50,
    invalid: |text| errors::validation(text),
    too_many: |_| errors::validation("Number of tags for the resource exceeds the limit of 50."),
};

/// The tags of a request, checked.
pub fn checked(view: &View, tags: Vec<Tag>) -> Result<IndexMap<String, String>> {
    RULES.check_from(view.request(), tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str())))?;
    let tags: IndexMap<String, String> = tags.into_iter().map(|tag| (tag.key, tag.value)).collect();
    RULES.check_count(tags.len())?;
    Ok(tags)
}

/// Adds tags to those that are there.
pub fn add(view: &View, to: &mut IndexMap<String, String>, tags: Vec<Tag>) -> Result<()> {
    to.extend(checked(view, tags)?);
    RULES.check_count(to.len())
}

/// Tags as they are shown.
pub fn shown(tags: &IndexMap<String, String>) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() }).collect()
}
